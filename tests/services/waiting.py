"""Moves a virtual clock on whenever nothing but the clock is waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from sandbox.clock import VirtualClock

_PATIENCE_SECONDS = 120
"""Real ones: far more than any work takes on a busy machine."""


class WatchedClock(VirtualClock):
    """Knows how many wait for it."""

    sleeping = 0

    async def sleep(self, seconds: float) -> None:
        self.sleeping += 1
        try:
            await super().sleep(seconds)
        finally:
            self.sleeping -= 1


async def until(
    clock: WatchedClock,
    seen: Callable[[], object],
    *,
    workers: int = 1,
    days: float = 3,
    idle: Callable[[], bool] = lambda: True,
) -> None:
    """Lets the workers go on until something is seen. The clock jumps to the next waking as soon as all of them sleep
    on it; a worker that waits for the network or the database is given real time instead, and so is other work until it
    is `idle`."""
    last = clock.now() + timedelta(days=days)
    patience = time.monotonic() + _PATIENCE_SECONDS
    while not seen():
        assert time.monotonic() < patience, "a worker has hung"
        for _ in range(10):  # whoever was just woken first leaves the clock
            await asyncio.sleep(0)
        if clock.sleeping < workers or not idle():
            await asyncio.sleep(0.001)
        elif clock.next_waking is not None and not seen():
            assert clock.next_waking <= last, f"not seen within {days} days"
            clock.jump_to(clock.next_waking)


async def settle_down(clock: WatchedClock, *, workers: int = 1) -> None:
    """Lets the workers go on until all sleep, without moving the clock."""
    calm = 0
    patience = time.monotonic() + _PATIENCE_SECONDS
    while calm < 3:
        assert time.monotonic() < patience, "a worker has hung"
        await asyncio.sleep(0.001)
        calm = calm + 1 if clock.sleeping >= workers else 0
