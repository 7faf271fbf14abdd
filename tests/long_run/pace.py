"""One bot in a process of its own, a Discord and an arXiv in this one, and a clock that all of them share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.posting.away import _LONGEST_WAIT_SECONDS
from bot.storage.migrate import migrate
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from sandbox.rest.server import Request
from sandbox.server import Sandbox
from tests.long_run.ledger import Ledger
from tests.long_run.life import HEARTBEAT_SECONDS
from tests.soak.nursery import Order
from tests.soak.processes import Bot, Nursery

_STEP_SECONDS = 120
"""Far more than a second's work takes, on a slow machine too."""
_SECOND_TAKES, _SECOND_TAKES_ALONE = 0.02, 0.06
"""Real seconds, at least: a bot that nobody hears comes back in real time."""
_REST_STEPS, _REST_SECONDS = 2000, 20
_FIRST_STEPS = 200


class Pace:
    """Time moves on by `spend` alone, when the bot has nothing left to do, or waits."""

    def __init__(self, folder: Path, nursery: Nursery, clock: VirtualClock) -> None:
        self.clock = clock
        self.sandbox = Sandbox(clock=clock, rate_limits=False)
        self.sandbox.gateway.heartbeat_seconds = HEARTBEAT_SECONDS
        self.arxiv = LocalArxiv(clock=clock)
        self.url = f"sqlite+aiosqlite:///{folder / 'paperclub.db'}"
        self.ledger = Ledger(folder / "paperclub.db")
        self.requests = 0
        """To Discord."""
        self._nursery = nursery
        self._bot: Bot | None = None
        self.sandbox.rest.watchers.append(self._count)

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, clock: VirtualClock) -> AsyncIterator[Pace]:
        """Everything but the bot is there."""
        async with Nursery.open(folder, "tests.long_run.life") as nursery:
            pace = cls(folder, nursery, clock)
            await migrate(pace.url)
            async with pace.sandbox, pace.arxiv:
                yield pace

    @property
    def log(self) -> str:
        """What the bot wrote."""
        return self._nursery.log.read_text()

    @property
    def bot(self) -> Bot:
        assert self._bot is not None
        return self._bot

    async def start(self) -> None:
        """The process is there; whether it is connected, `connect` tells."""
        self._bot = await self._nursery.start(
            Order(
                socket=self._nursery.socket,
                now=self.clock.now(),
                token=self.sandbox.token,
                api_url=self.sandbox.api_url,
                arxiv_api_url=self.arxiv.url,
                database_url=self.url,
            )
        )

    async def connect(self) -> None:
        """Returns when it is."""
        for _ in range(_FIRST_STEPS):
            await self.spend(1)
            if self._listening() and self.bot.heard[1]:
                return
        raise AssertionError(f"not connected:\n{self.log[-4000:]}")

    async def kill(self) -> None:
        """As when the power fails."""
        await self.bot.end()

    async def spend(self, seconds: float) -> None:
        """Time moves on, and the bot does what it then has to do."""
        began = time.monotonic()
        self.clock.advance(seconds)
        try:
            async with asyncio.timeout(_STEP_SECONDS):
                await self.bot.catch_up(self.clock.now())
                while not self._heard():
                    await self.bot.catch_up(self.clock.now())
                    await asyncio.sleep(0)
        except TimeoutError:
            raise AssertionError(
                f"busy for {_STEP_SECONDS} s at {self.clock.now()}: {await self._nursery.what_they_do()}"
            ) from None
        if self.bot.gone.is_set():
            raise AssertionError(f"the bot ended by itself:\n{self.log[-8000:]}")
        least = _SECOND_TAKES if self._listening() else _SECOND_TAKES_ALONE
        await asyncio.sleep(max(0.0, began + least - time.monotonic()))

    async def rest(self) -> None:
        """Until nothing has been due for longer than the bot ever waits before it tries again to read back."""
        quiet = 0.0
        for _ in range(_REST_STEPS):
            due, requests = self.ledger.next_due(self.clock.now()), self.requests
            seconds = _REST_SECONDS if due is None else max(1.0, (due - self.clock.now()).total_seconds())
            await self.spend(seconds)
            still = due is None and requests == self.requests and self._listening()
            quiet = quiet + seconds if still else 0.0
            if quiet > _LONGEST_WAIT_SECONDS:
                return
        raise AssertionError(f"never at rest: due at {due}\n{self.log[-4000:]}")

    def _listening(self) -> bool:
        connections = [session.connection for session in self.sandbox.gateway.connected]
        return any(one is not None and not (one.silent or one.deaf) for one in connections)

    def _heard(self) -> bool:
        """Whether it read all that it was told. Nobody waits for a connection that is gone or dead."""
        name, number = self.bot.heard
        sent = {session.id: session.sequence for session in self.sandbox.gateway.connected}
        return self.bot.gone.is_set() or not self._listening() or sent.get(name) in (None, number)

    def _count(self, _: Request) -> None:
        self.requests += 1
