"""A clock that a test, or the demo, can move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


class VirtualClock:
    """Stands still until it is moved; with `running=True` it also follows real time, `speed` times as fast.

    Fits `bot.clock.Clock`. It never goes back. When it is moved past several sleepers, they wake in the order of
    their times, and each then reads the time that the clock was moved to.
    """

    def __init__(self, start: datetime = START, *, running: bool = False, speed: float = 1) -> None:
        if start.tzinfo is None:
            raise ValueError("the start needs a time zone")
        self._base = start.astimezone(UTC)
        self.moved_seconds = 0.0
        """How far it was moved by hand in all."""
        self._real_base = time.monotonic() if running else None
        self._speed = speed
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def follow_real_time(self) -> None:
        """From now on it also runs by itself."""
        if self._real_base is None:
            self._real_base = time.monotonic()
            self._wake_due()

    @property
    def speed(self) -> float:
        """How many of its seconds pass in a real one; 0 while it stands still."""
        return 0 if self._real_base is None else self._speed

    @property
    def sleeping(self) -> int:
        """How many wait for it."""
        return sum(not waiting.done() for _, _, waiting in self._sleepers)

    def now(self) -> datetime:
        if self._real_base is None:
            return self._base
        return self._base + timedelta(seconds=(time.monotonic() - self._real_base) * self._speed)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + timedelta(seconds=seconds), next(self._order), waiting))
        self._wake_due()
        await waiting

    def advance(self, seconds: float) -> None:
        """Moves on by so many seconds."""
        if seconds < 0:
            raise ValueError("the clock does not go back")
        self._base += timedelta(seconds=seconds)
        self.moved_seconds += seconds
        self._wake_due()

    def jump_to(self, moment: datetime) -> None:
        """Moves on to an aware instant."""
        self.advance((moment - self.now()).total_seconds())

    @property
    def next_waking(self) -> datetime | None:
        """When the next sleeper is due; None when nobody sleeps."""
        self._drop_cancelled()
        return self._sleepers[0][0] if self._sleepers else None

    def _wake_due(self) -> None:
        now = self.now()
        while self._sleepers and self._sleepers[0][0] <= now:
            waiting = heapq.heappop(self._sleepers)[2]
            if not waiting.done():
                waiting.set_result(None)
        self._drop_cancelled()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._real_base is not None and self._sleepers:
            loop = self._sleepers[0][2].get_loop()
            remaining = (self._sleepers[0][0] - now).total_seconds()
            self._timer = loop.call_later(remaining / self._speed, self._wake_due)

    def _drop_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
