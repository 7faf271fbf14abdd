"""The only way the bot learns the time or waits, so that a test or the sandbox can move it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """Aware UTC instants and waits measured by the same clock."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


async def sleep_unless(event: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Sleeps by the clock, or until the event is set, whichever comes first."""
    waits: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(event.wait()),
        asyncio.ensure_future(clock.sleep(seconds)),
    ]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
