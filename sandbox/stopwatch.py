"""Deadlines that hold in both times: a slow bot misses them in real time, a test lets them pass by moving the clock."""

from __future__ import annotations

import time

from sandbox.clock import VirtualClock


class Stopwatch:
    """Runs from its making."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._moved = clock.moved_seconds
        self._monotonic = time.monotonic()

    @property
    def seconds(self) -> float:
        """Real time, and what the clock was moved by hand. That a clock runs fast hurries nobody."""
        return time.monotonic() - self._monotonic + self._clock.moved_seconds - self._moved
