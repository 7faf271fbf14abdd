"""A town in which every server sees one way of a card, a vote, a poll or a digest, and one death on that way.

All servers share a Discord, an arXiv and a database, as they do in life; the bot that comes after a death is the one
that dies next. The clock stands still but for jumps to what is due. Always on SQLite, whose count of changes says which
commits change anything.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.services.occurrences import Occurrences
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from sandbox.errors import Code
from sandbox.server import Sandbox
from tests.process.kill_points import DEADLY, PASSED
from tests.soak.nursery import Order
from tests.soak.processes import Bot, Nursery

_STEP_SECONDS = 60
"""Far more than a bot takes for what is due at one time, on a slow machine too."""
_STEPS = 200
"""More than any way has; one that never comes to rest fails."""
_APART = timedelta(minutes=10)
"""So long after one way the next begins: messages of the one are then no news to a bot that starts in the other."""
_HORIZON = timedelta(days=6)
"""What is due later belongs to the next week."""
_FORESEEN = (Code.THREAD_EXISTS, Code.POLL_EXPIRED)
"""How a bot learns that the one before it got further than was recorded."""

_DUE = """
    SELECT min(at) FROM (
        SELECT due_at AS at FROM reply UNION ALL SELECT wake_at FROM occurrence
        UNION ALL SELECT due_at FROM lookup WHERE state = 'waiting'
        UNION ALL SELECT lease_until FROM discussion WHERE lease_until >= :now
    ) WHERE at < :horizon
"""
"""A thread that was begun waits for whoever asks next, after its lease."""


class KillTown:
    """Open it with `KillTown.open`."""

    def __init__(self, folder: Path, nursery: Nursery, database: Database) -> None:
        self.clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.sandbox = Sandbox(clock=self.clock, rate_limits=False)
        self.arxiv = LocalArxiv(clock=self.clock)
        self.database = database
        self.occurrences = Occurrences(database, self.clock)
        self.deaths = 0
        self._folder, self._nursery = folder, nursery
        self._bot: Bot | None = None
        self._requests = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[KillTown]:
        """With a bot at work."""
        url = _url(folder)
        await migrate(url)
        database = await Database.open(url)
        try:
            async with Nursery.open(folder, "tests.process.kill_points") as nursery:
                town = cls(folder, nursery, database)
                async with town.sandbox, town.arxiv:
                    town.sandbox.rest.watchers.append(town._count)
                    with town.sandbox.expect_refusal(*_FORESEEN):
                        await town.rest()
                        yield town
        finally:
            await database.close()

    @property
    def log(self) -> str:
        """What the bots wrote."""
        return self._nursery.log.read_text()

    async def watch(self, begin: Callable[[], Awaitable[None]], act: Callable[[], bool], deadly: str) -> list[str]:
        """Begins, and lives on until nothing is due; dies at the point `deadly`, unless that is empty, and comes back.
        `act` is what members do whenever the bot has nothing to do; it says whether they did something. Gives the
        points passed until the end, or the death."""
        (self._folder / DEADLY).write_text(deadly)
        (self._folder / PASSED).touch()
        try:
            await begin()
            await self.rest(act)
            passed = self._folder / PASSED
            return passed.read_text().splitlines() if passed.exists() else []
        finally:
            (self._folder / PASSED).unlink(missing_ok=True)

    async def rest(self, act: Callable[[], bool] = lambda: False) -> None:
        """Until nothing is due in the next days."""
        horizon = self.clock.now() + _HORIZON
        for _ in range(_STEPS):
            await self._settled()
            if act():
                continue
            due = self._next_due(horizon)
            if due is None:
                return
            self.clock.jump_to(max(due, self.clock.now() + timedelta(seconds=1)))
        raise AssertionError(f"never at rest; due at {due}\n{self.log[-4000:]}")

    async def next_way(self) -> None:
        """Everything is quiet, and some time passes."""
        await self.rest()
        self.clock.jump_to(self.clock.now() + _APART)
        await self.rest()

    def rows(self, statement: str, values: Mapping[str, object] | Sequence[object] = ()) -> list[Any]:
        """What the database holds now."""
        with closing(sqlite3.connect(f"file:{self._folder / 'paperclub.db'}?mode=ro", uri=True)) as database:
            return database.execute(statement, values).fetchall()

    async def _settled(self) -> None:
        """The bot has heard all and has nothing left to do now."""
        try:
            async with asyncio.timeout(_STEP_SECONDS):
                before = None
                while before != (before := self._marks()) or not self._heard():
                    bot = self._bot if self._bot is not None and not self._bot.gone.is_set() else await self._start()
                    await bot.catch_up(self.clock.now())
                    await asyncio.sleep(0)
        except TimeoutError:
            raise AssertionError(f"still busy: {await self._nursery.what_they_do()}\n{self.log[-4000:]}") from None

    async def _start(self) -> Bot:
        if self._bot is not None:
            assert (self._folder / PASSED).exists(), f"the bot ended by itself:\n{self.log[-4000:]}"
            (self._folder / PASSED).unlink()
            self.deaths += 1
        self._bot = bot = await self._nursery.start(
            Order(
                socket=self._nursery.socket,
                now=self.clock.now(),
                token=self.sandbox.token,
                api_url=self.sandbox.api_url,
                arxiv_api_url=self.arxiv.url,
                database_url=_url(self._folder),
            )
        )
        return bot

    def _marks(self) -> tuple[int, int, Bot | None]:
        return self._requests, sum(session.sequence for session in self.sandbox.gateway.connected), self._bot

    def _heard(self) -> bool:
        if self._bot is None or self._bot.gone.is_set():
            return False
        sent = {session.id: session.sequence for session in self.sandbox.gateway.connected}
        session, number = self._bot.heard
        return sent.get(session) == number and self.sandbox.rest.in_progress == 0

    def _next_due(self, horizon: datetime) -> datetime | None:
        ((text,),) = self.rows(_DUE, {"now": _text(self.clock.now()), "horizon": _text(horizon)})
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    def _count(self, _: object) -> None:
        self._requests += 1


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'paperclub.db'}"


def _text(moment: datetime) -> str:
    """How SQLite holds an instant here."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
