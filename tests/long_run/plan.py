"""What a long run is to be, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.long_run.body import Body

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """`rounds` is how often each kind of fault comes; `outage_seconds` is how long the longest absence of Discord
    takes."""

    seed: int
    seconds: int
    messages_a_second: int
    servers: int
    channels: int
    members: int
    """Of each server."""
    papers: int
    rounds: int
    outage_seconds: int

    @property
    def warm_up_seconds(self) -> int:
        return self.seconds // 5


@dataclass
class Figures:
    """What happened. `warm` and `last` are the bot's body when it is at rest, after the warm-up and at the end."""

    resident: list[tuple[timedelta, int]] = field(default_factory=list)
    """The bot's memory in kB, by the time of the run."""
    warm: Body | None = None
    last: Body | None = None
