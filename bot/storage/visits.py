"""Whole transactions on SQLite's one connection, in the order in which they are asked for.

Each is carried out on the connection's thread, in one piece. Those that are asked for while others are on their way go
along with the next: the way there and back costs more than most of them, and so does the connection's from the pool.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.sqlite_connection import Asked, SqliteConnection, driver_of

T = TypeVar("T")

Work = Callable[[AsyncConnection], Coroutine[Any, Any, T]]

_MOST_TOGETHER = 8
"""The first has its result when the last is done, and other transactions have their turn then."""


@dataclass(eq=False, slots=True)
class _Visit:
    begin: Sequence[str]
    work: Work[Any]
    writes: bool
    done: asyncio.Future[Any]


class Visits:
    """Made by `make`. `work` awaits nothing but statements of the connection that it is given, and touches nothing that
    belongs to the event loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._waiting: deque[_Visit] = deque()
        self._under_way: asyncio.Task[None] | None = None
        self._others = 0
        self._taken = asyncio.Event()

    async def make(self, begin: Sequence[str], work: Work[T], *, writes: bool) -> T:
        """What `work` returns, committed if it `writes`; when it raises, it leaves no trace. Raises NotBegun when
        another process writes. Who is cancelled waits for the end of what has begun, since nobody can call the thread
        back."""
        visit = _Visit(begin, work, writes, asyncio.get_running_loop().create_future())
        self._waiting.append(visit)
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._go(), name="visits")
        try:
            result: T = await asyncio.shield(visit.done)
        except asyncio.CancelledError:
            if visit in self._waiting:
                self._waiting.remove(visit)
            else:
                await asyncio.wait([visit.done])
                with suppress(asyncio.CancelledError):
                    visit.done.exception()
            raise
        return result

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """While somebody else takes the connection from the pool. It is kept from one visit to the next, also where
        hours lie between them, unless somebody asks for it."""
        self._others += 1
        try:
            if self._under_way is None:
                await self._give_back()
            yield
        finally:
            self._others -= 1
            self._taken.set()

    async def end(self) -> None:
        """When all that were asked for are made, and the connection is in the pool."""
        if self._under_way is not None:
            await self._under_way
        await self._give_back()

    async def _go(self) -> None:
        try:
            while self._waiting:
                await self._go_once()
        except BaseException as error:
            _fail(self._waiting, error)
            self._waiting.clear()
            if not isinstance(error, Exception):
                raise
            with suppress(Exception):  # who waited was told the reason
                await self._give_back()
        finally:
            self._under_way = None

    async def _go_once(self) -> None:
        if self._connection is None:
            self._connection = await self._engine.connect()
        visits = [self._waiting.popleft() for _ in range(min(_MOST_TOGETHER, len(self._waiting)))]
        try:
            driver = cast("SqliteConnection", driver_of(self._connection))
            outcomes = await driver.transactions(
                [Asked(each.begin, partial(each.work, self._connection), each.writes) for each in visits]
            )
        except BaseException as error:
            _fail(visits, error)
            raise
        for visit, outcome in zip(visits, outcomes, strict=False):
            outcome.tell(visit.done)
        self._waiting.extendleft(reversed(visits[len(outcomes) :]))  # nothing was begun after a failure
        others = self._others > 0
        if others:
            self._taken.clear()
        if others or any(outcome.error is not None for outcome in outcomes):
            await self._give_back()
        if others:  # who wants it has waited longer than what comes next; a pool gives to whoever asks first
            await self._taken.wait()

    async def _give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _fail(visits: Iterable[_Visit], error: BaseException) -> None:
    for visit in visits:
        visit.done.set_exception(error)
