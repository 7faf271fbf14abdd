"""What comes due: each once, at its time or not too late after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.schedule import Weekly

Kind = Literal["poll", "start", "close", "reminder", "digest", "welcome", "tried", "reports", "hidden"]
"""poll: a scheduled round opens. start: one opens by hand. close: a poll's time is over. reminder: of the meeting.
digest: the week's digest, scheduled or by hand. welcome: in a server that invited the bot. tried: asks in a winner's
thread whether anyone tried it. reports: the batch of reports without a name. hidden: authors of hidden reports are
told."""

ScheduleKind = Literal["poll", "digest", "meeting"]
"""What comes back every week. Of these, `meeting` makes nothing due by itself: a winner's meeting does."""

LATE: Mapping[Kind, timedelta] = {
    "poll": timedelta(hours=24),
    "start": timedelta(hours=24),
    "reminder": timedelta(hours=12),
    "digest": timedelta(hours=48),
    "welcome": timedelta(days=7),
    "tried": timedelta(hours=48),
}
"""How late each may still be; a poll that is over is never too late to be counted."""


class Occurrence(BaseModel):
    """Something due, as the one who carries it out gets it. `attempts` counts this try, so it begins with 1."""

    model_config = ConfigDict(frozen=True)

    id: int
    server_id: int
    kind: Kind
    due_at: datetime
    attempts: int = 1
    round_id: int | None = None
    digest_id: int | None = None

    @property
    def begun(self) -> bool:
        """Whether there is a round to open or a digest to post, part of which may be on Discord already."""
        return self.kind in ("poll", "start", "digest") and (self.round_id is not None or self.digest_id is not None)


class Schedule(BaseModel):
    """What a server does every week. A meeting has no channel; hours and candidates are of polls."""

    model_config = ConfigDict(frozen=True)

    server_id: int
    kind: ScheduleKind
    weekday: int
    minute: int
    channel_id: int | None = None
    hours: int | None = None
    candidates: int | None = None

    def weekly(self, zone: str) -> Weekly:
        """Its times in the server's zone."""
        return Weekly(weekday=self.weekday, minute=self.minute, zone=zone)


def too_late(occurrence: Occurrence, now: datetime) -> bool:
    """Whether its time is past for good. Of what has begun, only who carries it out can say what that means."""
    limit = LATE.get(occurrence.kind)
    return limit is not None and now - occurrence.due_at > limit
