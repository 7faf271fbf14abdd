"""One after the other in each channel, where several at once would race for what Discord takes there in a second, or
for each message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lines:
    """A line for each place where somebody waits, first come, first served."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[asyncio.Lock, int]] = {}

    def waiting(self, place_id: int) -> int:
        """How many are in line, with the one whose turn it is."""
        _, waiting = self._lines.get(place_id, (None, 0))  # in one step, for another thread may ask
        return waiting

    @asynccontextmanager
    async def turn(self, place_id: int) -> AsyncIterator[None]:
        """Begins when all before it are done."""
        lock, waiting = self._lines.get(place_id, (asyncio.Lock(), 0))
        self._lines[place_id] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            waiting = self._lines[place_id][1] - 1
            if waiting:
                self._lines[place_id] = lock, waiting
            else:
                del self._lines[place_id]
