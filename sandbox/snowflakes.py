"""Discord's ids: milliseconds since 2015 in the upper bits, a counter below (developers/reference#snowflakes)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clock import Clock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
TIME_SHIFT = 22


class Snowflakes:
    """Ids that never repeat and always grow, also while the clock stands still."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        self._last = max(at(self._clock.now()), self._last + 1)
        return self._last


def at(moment: datetime) -> int:
    """The smallest id of that millisecond."""
    return ((moment - EPOCH) // timedelta(milliseconds=1)) << TIME_SHIFT


def moment_of(snowflake: int) -> datetime:
    """When an id was made."""
    return EPOCH + timedelta(milliseconds=snowflake >> TIME_SHIFT)
