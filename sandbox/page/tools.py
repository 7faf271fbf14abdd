"""What the reader can do to the sandbox itself: its clock, the arXiv, the bot's connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sandbox.arxiv import LocalArxiv
from sandbox.arxiv_terms import ArxivRequest
from sandbox.clock import VirtualClock
from sandbox.server import Sandbox

Jump = Literal["hour", "day", "monday"]

_MOST_STEPS = 250
_MOST_SECONDS = 8.0
_BACK_ASLEEP_SECONDS = 0.05
"""How long those who were woken have, in real time, to do their work and sleep again."""
_MONDAY_HOUR = 9


class Tools(Protocol):
    @property
    def arxiv_down(self) -> bool: ...

    def set_arxiv_down(self, down: bool) -> None: ...

    def watch_arxiv(self, watcher: Callable[[ArxivRequest], None]) -> None:
        """Tells of each request to the arXiv from now on, once its answer is known."""

    async def move_clock(self, to: Jump) -> None:
        """Returns when everything that became due has happened."""

    async def disconnect(self) -> None:
        """Drops the bot's gateway connections."""


class LocalTools:
    """For a bot in this process. `settled` returns when the bot has nothing left to do now."""

    def __init__(
        self, sandbox: Sandbox, arxiv: LocalArxiv, settled: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._sandbox = sandbox
        self._arxiv = arxiv
        self._settled = settled or sandbox.settled
        self._moving = asyncio.Lock()

    @property
    def arxiv_down(self) -> bool:
        return self._arxiv.down

    def set_arxiv_down(self, down: bool) -> None:
        self._arxiv.down = down

    def watch_arxiv(self, watcher: Callable[[ArxivRequest], None]) -> None:
        self._arxiv.watchers.append(watcher)

    async def disconnect(self) -> None:
        await self._sandbox.disconnect()

    async def move_clock(self, to: Jump) -> None:
        async with self._moving:
            clock = self._sandbox.clock
            await pass_time(clock, landing(clock.now(), to), self._settled)


def landing(now: datetime, to: Jump) -> datetime:
    """Where a jump from an instant ends; "monday" is the next Monday at 09:00 UTC."""
    if to == "hour":
        return now + timedelta(hours=1)
    if to == "day":
        return now + timedelta(days=1)
    monday = now.replace(hour=_MONDAY_HOUR, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    return monday if monday > now else monday + timedelta(days=7)


async def pass_time(clock: VirtualClock, end: datetime, settled: Callable[[], Awaitable[None]]) -> None:
    """Moves the clock on, from one sleeper's time to the next, so that each reads about its own time.

    Takes about eight seconds at most, and three where nothing else is going on: with very many sleepers, or a slow
    bot, the later ones wake together at the end.
    """
    stop = time.monotonic() + _MOST_SECONDS
    shortest = (end - clock.now()) / _MOST_STEPS
    while (waking := clock.next_waking) is not None and waking < end and time.monotonic() < stop:
        asleep = clock.sleeping
        _jump(clock, min(end, max(waking, clock.now() + shortest)))
        await _calm(clock, asleep, settled, stop)
    _jump(clock, end)
    await _calm(clock, clock.sleeping, settled, stop + 1)


def _jump(clock: VirtualClock, moment: datetime) -> None:
    clock.advance(max(0.0, (moment - clock.now()).total_seconds()))


async def _calm(clock: VirtualClock, asleep: int, settled: Callable[[], Awaitable[None]], stop: float) -> None:
    """Until those who woke sleep again (or took too long) and the bot is quiet."""
    patience = time.monotonic() + _BACK_ASLEEP_SECONDS
    while True:
        await asyncio.sleep(0.002)
        if clock.sleeping >= asleep or time.monotonic() > patience:
            break
    with suppress(AssertionError, TimeoutError):
        async with asyncio.timeout(max(0.01, stop - time.monotonic())):
            await settled()
