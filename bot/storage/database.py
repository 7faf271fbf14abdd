"""The database: one way to read, one way to write."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aiosqlite
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import Unavailable
from bot.storage import schema
from bot.storage.engine import BUSY_TIMEOUT_MS, StorageError, begin_reading, begin_writing, explained, open_engine
from bot.storage.outages import outage
from bot.storage.sqlite_connection import NotBegun, SqliteConnection, Wrote, changes_on, driver_of, is_busy
from bot.storage.visits import Visits

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

log = logging.getLogger(__name__)

__all__ = ["Connection", "Database", "StorageError", "insert", "insert_on", "together"]

Connection = AsyncConnection
"""What storage functions take first. The caller owns its transaction."""

_CLOSE_SECONDS = 3.0
_WAL_RETRY_SECONDS = 0.05
_SILENT_SECONDS = 60.0
_LOCK_TRY_MS = 100
"""Meanwhile the one connection is taken; between two tries it is free for those who only read."""


class Database:
    """Transactions on SQLite or PostgreSQL. Open it with `open`, and `close` it: a leaked connection keeps
    the process from ending.

    A task holds one connection at a time; taking a second one inside a transaction is refused, since it would
    wait for itself. Nothing slow, no network call, belongs inside a transaction.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine
        if engine.dialect.name == "postgresql":
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writer = engine.execution_options(writes=True, lock_timeout_ms=_LOCK_TRY_MS)
        self._visits = Visits(engine)
        self._holders: set[asyncio.Task[Any] | None] = set()
        self._unused = asyncio.Event()
        self._unused.set()
        self._closing = False
        self._next_word_at = -math.inf
        self._wrote = False

    @classmethod
    async def open(cls, url: str) -> Database:
        """Connects; the file and its folder are made when they are missing. Raises StorageError."""
        db = cls(open_engine(url))
        try:
            with explained(url):
                await db._prepare()
        except BaseException:
            await db._engine.dispose()
            raise
        return db

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A transaction that sees one state and cannot write; it never waits for a writer. Raises DatabaseAway when the
        database cannot be used at the moment."""
        with self._only_one(), self._outages():
            async with AsyncExitStack() as transaction:
                async with self._visits.aside():
                    conn = await transaction.enter_async_context(self._reader.connect())
                before = changes_on(conn)
                yield conn
                if changes_on(conn) != before:
                    raise Wrote

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        """A transaction that commits at the end, or leaves no trace when the block raises.

        On SQLite it has the write lock from its start, so what it reads stays true until it commits.
        PostgreSQL runs several at once: what must not be lost is one statement there, or locks its row first.
        Raises DatabaseAway when the database cannot be used at the moment.
        """
        with self._only_one(), self._outages():
            async with AsyncExitStack() as transaction:
                yield await self._begin(transaction)
            self._wrote = True

    async def read_at_once(self, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> T:
        """The same around what `work` gives, for what is asked so often that the way matters: on SQLite it is one visit
        to the database's thread, and `work` awaits nothing but statements, as in `together`."""
        if self.dialect != "sqlite":
            async with self.read() as conn:
                return await work(conn)
        with self._only_one(), self._outages():
            return await self._visits.make(begin_reading(), work, writes=False)

    async def write_at_once(self, work: Callable[[Connection], Coroutine[Any, Any, T]]) -> T:
        """As `read_at_once`, around what writes. Who is cancelled meanwhile may have written it all the same."""
        if self.dialect != "sqlite":
            async with self.write() as conn:
                return await work(conn)
        until = asyncio.get_running_loop().time() + BUSY_TIMEOUT_MS / 1000
        with self._only_one(), self._outages():
            while True:
                try:
                    result = await self._visits.make(begin_writing(_LOCK_TRY_MS), work, writes=True)
                except NotBegun as busy:
                    if busy.__cause__ is not None and asyncio.get_running_loop().time() > until:
                        raise busy.__cause__ from None
                else:
                    self._wrote = True
                    return result

    async def close(self) -> None:
        """Ends every connection. Transactions under way are waited for: disposing leaves their connection open, with
        its lock and its thread. New ones are refused from here on."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._unused.wait()
                await self._visits.end()
        if self.dialect == "sqlite" and self._wrote:
            with suppress(OperationalError):  # only advice for the query planner: not worth waiting for a writer
                async with self._writer.begin() as conn:
                    await conn.exec_driver_sql("PRAGMA optimize")
        await self._engine.dispose()

    async def _prepare(self) -> None:
        async with self._reader.connect() as conn:
            state = await conn.run_sync(schema.read_state)
        if state.newer:
            raise StorageError(newer_schema(state))
        if self.dialect == "sqlite" and state.revision is not None:
            await _use_write_ahead_log(self._engine)

    async def _begin(self, transaction: AsyncExitStack) -> Connection:
        """As soon as no other process writes, or too late."""
        until = asyncio.get_running_loop().time() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                async with self._visits.aside():
                    return await transaction.enter_async_context(self._writer.begin())
            except OperationalError as failed:
                if not is_busy(failed.orig) or asyncio.get_running_loop().time() > until:
                    raise

    @contextmanager
    def _outages(self) -> Iterator[None]:
        """Tells them from mistakes: members read a sentence, and the log gets a line, once a minute at most."""
        try:
            yield
        except Exception as error:
            away = outage(error)
            if away is None:
                raise
            now = asyncio.get_running_loop().time()
            if now >= self._next_word_at:
                self._next_word_at = now + _SILENT_SECONDS
                log.error("%s", away.reason)  # noqa: TRY400 - nothing is wrong in the code
            raise away from error

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        if self._closing:
            raise Unavailable("I am just restarting. Try again in a moment.")
        task = asyncio.current_task()
        if task in self._holders:
            raise RuntimeError(
                "this task is inside a transaction already: use its connection, or finish it before the next"
            )
        self._holders.add(task)
        self._unused.clear()
        try:
            yield
        finally:
            self._holders.discard(task)
            if not self._holders:
                self._unused.set()


async def together(conn: Connection, work: Coroutine[Any, Any, T]) -> T:
    """Carries out several statements on this connection that follow each other at once.

    On SQLite that saves most of their time (see `sqlite_connection`). `work` awaits nothing else, and touches nothing
    that belongs to the event loop: it runs on the database's thread there.
    """
    if conn.dialect.name != "sqlite":
        return await work
    return await cast("SqliteConnection", driver_of(conn)).on_thread(work)


def insert(conn: Connection, table: Table) -> postgresql.Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_on(conn.dialect.name, table)


def insert_on(dialect: str, table: Table) -> postgresql.Insert:
    """The same, for a statement that is made once."""
    if dialect == "sqlite":
        # The two classes have the same methods for what is used here, but no base that says so.
        return cast("postgresql.Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - most have SQLite, and never need these 2 MiB

    return postgresql.insert(table)


def newer_schema(state: schema.SchemaState) -> str:
    """What to tell the operator."""
    return (
        f"The database was made by a newer version of the bot (schema {state.revision}, this version knows "
        f"{state.head}). Update the bot, or restore a backup."
    )


async def _use_write_ahead_log(engine: AsyncEngine) -> None:
    """Readers and the writer then never wait for each other. The file remembers it.

    The change itself needs the file alone and does not wait for others by itself.
    """
    deadline = asyncio.get_running_loop().time() + BUSY_TIMEOUT_MS / 1000
    async with engine.connect() as conn:
        driver = cast("aiosqlite.Connection", (await conn.get_raw_connection()).driver_connection)
        while True:
            try:
                await driver.execute_fetchall("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as failed:
                if not is_busy(failed) or asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(_WAL_RETRY_SECONDS)
            else:
                return
