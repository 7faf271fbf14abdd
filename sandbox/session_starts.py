"""How fast and how often a bot may IDENTIFY, all its connections together.

One in five seconds for each remainder of the shard's number divided by `max_concurrency`; one that comes sooner is
answered with op 9. A thousand in 24 hours; one more ends all sessions and the token
(developers/events/gateway#identifying, #session-start-limit-object, #sharding-max-concurrency). RESUME is free.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.clock import Clock

WINDOW = timedelta(seconds=5)
_DAY = timedelta(hours=24)


class SessionStarts:
    """`kept` switches both limits on: most tests are about something else, and restart their bot at once and often."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept = False
        self.max_concurrency = 1
        self.total = 1000
        self.accepted: list[tuple[datetime, int]] = []
        """When which shard began a session, in order."""
        self._all: deque[datetime] = deque()
        self._last: dict[int, datetime] = {}

    @property
    def remaining(self) -> int:
        """How many are left in this day."""
        self._forget()
        return self.total - len(self._all)

    def described(self) -> dict[str, int]:
        """Discord's session start limit object."""
        remaining = self.remaining
        since = self._all[0] if self._all else self._clock.now()
        reset_after = int((since + _DAY - self._clock.now()) / timedelta(milliseconds=1)) if self._all else 0
        return {
            "total": self.total,
            "remaining": max(remaining, 0),
            "reset_after": reset_after,
            "max_concurrency": self.max_concurrency,
        }

    def came_too_soon(self, shard: int) -> bool:
        """Counts an IDENTIFY, and says whether Discord refuses it."""
        now = self._clock.now()
        if self.kept:
            self._all.append(now)
            bucket = shard % self.max_concurrency
            last = self._last.get(bucket)
            if last is not None and now - last < WINDOW:
                return True
            self._last[bucket] = now
        self.accepted.append((now, shard))
        return False

    def _forget(self) -> None:
        before = self._clock.now() - _DAY
        while self._all and self._all[0] <= before:
            self._all.popleft()
