"""One after the other in each channel: several at once would race for what Discord takes there in a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lines:
    """A line for each channel where somebody waits, first come, first served."""

    def __init__(self) -> None:
        self._lines: dict[int, tuple[asyncio.Lock, int]] = {}

    def waiting(self, channel_id: int) -> int:
        """How many are in line, with the one whose turn it is."""
        _, waiting = self._lines.get(channel_id, (None, 0))  # in one step, for another thread may ask
        return waiting

    @asynccontextmanager
    async def turn(self, channel_id: int) -> AsyncIterator[None]:
        """Begins when all before it are done."""
        lock, waiting = self._lines.get(channel_id, (asyncio.Lock(), 0))
        self._lines[channel_id] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            _, waiting = self._lines.pop(channel_id)
            if waiting > 1:
                self._lines[channel_id] = lock, waiting - 1
