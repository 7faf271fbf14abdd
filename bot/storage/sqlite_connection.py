"""A connection to SQLite that goes to its thread once for a statement, or for several.

aiosqlite runs each call of the driver on the connection's own thread, and SQLAlchemy makes four for one statement: it
opens a cursor, executes, fetches all rows and closes the cursor. Waking the thread and coming back costs more than most
of our statements do. Where many follow each other, as for a card, `on_thread` takes all of them along at once, and
`transactions` their BEGIN and COMMIT as well.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NamedTuple, Self, TypeVar

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

_ROWS_AT_ONCE = 64
"""Only for those who read row by row, which SQLAlchemy does not."""
_STATEMENTS_KEPT = 512
"""Prepared ones: all that this bot has, in their variants. The driver's 128 would not do."""


def connect(*arguments: Any, **options: Any) -> SqliteConnection:
    """To be awaited; takes what `sqlite3.connect` takes. Its thread does not keep the process from ending."""
    prepared = partial(sqlite3.connect, *arguments, cached_statements=_STATEMENTS_KEPT, **options)
    connection = SqliteConnection(prepared, _ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy sets it for connections that it makes itself
    return connection


class NotBegun(Exception):
    """Another process writes, and nothing was done."""


class Wrote(Exception):
    """In a transaction that was to read only. It left no trace."""

    def __init__(self) -> None:
        super().__init__("a transaction that was begun by `read` cannot write")


class Asked(NamedTuple):
    """A transaction: how it begins, and what is done in it."""

    begin: Sequence[str]
    work: Callable[[], Coroutine[Any, Any, Any]]
    writes: bool


class Outcome(NamedTuple):
    """What a transaction came to."""

    result: Any = None
    error: Exception | None = None

    def tell(self, whoever_waits: asyncio.Future[Any]) -> None:
        """For the event loop."""
        if self.error is not None:
            whoever_waits.set_exception(self.error)
        else:
            whoever_waits.set_result(self.result)


def visited(conn: AsyncConnection) -> SqliteConnection | None:
    """The driver's connection to SQLite, for who is on its thread just now. None everywhere else."""
    driver = driver_of(conn)
    return driver if isinstance(driver, SqliteConnection) and driver.is_on_thread else None


def driver_of(conn: AsyncConnection) -> object:
    """The driver's own connection; it is there at once, as `conn` is open."""
    open_one = conn.sync_connection
    return None if open_one is None else open_one.connection.driver_connection


def changes_on(conn: AsyncConnection) -> int:
    """How many rows were ever changed on this connection. 0 on PostgreSQL, which refuses by itself what a reading
    transaction must not do; SQLite's own way, PRAGMA query_only, has every statement compiled anew (pragma.c)."""
    driver = driver_of(conn)
    return driver.total_changes if isinstance(driver, SqliteConnection) else 0


class SqliteConnection(aiosqlite.Connection):
    """What SQLAlchemy asks of a connection. Its cursors know only what SQLAlchemy calls, and hold all rows."""

    first: Sequence[str] = ()
    """Executed on the way of the next statement, before it."""

    is_on_thread = False
    """Somebody carries out a visit."""

    is_begun = False
    """`transactions` began one, which SQLAlchemy knows nothing of."""

    async def on_thread(self, work: Coroutine[Any, Any, T]) -> T:
        """Carries out, on the connection's thread, what awaits nothing but statements of this connection. Nothing in
        it may touch the event loop."""
        result: T = await self._execute(self._to_the_end, work)  # type: ignore[no-untyped-call]  # as in `_run` below
        return result

    async def transactions(self, asked: Sequence[Asked]) -> list[Outcome]:
        """The same for whole transactions. One that raises leaves no trace, and none is begun after it; NotBegun when
        another process writes."""
        outcomes: list[Outcome] = await self._execute(self._transactions, asked)  # type: ignore[no-untyped-call]  # as below
        return outcomes

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        """For who is on the thread."""
        return self._conn.execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Once for each of `parameters`, for who is on the thread."""
        if len(parameters) == 1:
            self._conn.execute(sql, parameters[0])
        else:
            self._conn.executemany(sql, parameters)

    def _transactions(self, asked: Sequence[Asked]) -> list[Outcome]:
        outcomes = []
        for each in asked:
            try:
                outcomes.append(Outcome(self._transaction(each)))
            except Exception as error:  # noqa: BLE001 - whoever asked for it is told
                outcomes.append(Outcome(error=error))
                break
        return outcomes

    def _transaction(self, asked: Asked) -> Any:
        try:
            for statement in asked.begin:
                self._conn.execute(statement)
        except sqlite3.OperationalError as failed:
            if is_busy(failed):
                raise NotBegun from failed
            raise
        self.is_begun = True
        changes = self.total_changes
        try:
            result = self._to_the_end(asked.work())
            if asked.writes:
                self._conn.commit()
            elif self.total_changes != changes:
                raise Wrote
        finally:
            self._conn.rollback()  # nothing after a commit
            self.is_begun = False
        return result

    def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        self.is_on_thread = True
        try:
            work.send(None)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            self.is_on_thread = False
            work.close()
        raise RuntimeError("it waits for something else than the database")

    def cursor(self) -> _Cursor:  # type: ignore[override]  # ours is there at once
        return _Cursor(self)


def is_busy(error: BaseException | None) -> bool:
    """Whether another process writes. The higher bits of the code say why (sqlite.org/rescode.html)."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


class _Answer(NamedTuple):
    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


class _Cursor:
    """The attributes of PEP 249, for the statement executed last."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._answer = _Answer([], None, -1, None)
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._run(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        return await self._run(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> list[Any]:
        return self._answer.rows

    async def close(self) -> None:
        """It was closed on the thread."""

    @property
    def description(self) -> Any:
        return self._answer.description

    @property
    def rowcount(self) -> int:
        return self._answer.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._answer.lastrowid

    async def _run(self, execute: Callable[..., Any], sql: str, parameters: Any) -> Self:
        connection = self._connection
        first, connection.first = connection.first, ()
        if connection.is_on_thread:
            self._answer = _answer(connection._conn, first, execute, sql, parameters)
            return self
        self._answer = await connection._execute(  # type: ignore[no-untyped-call]  # aiosqlite gives it no types
            _answer, connection._conn, first, execute, sql, parameters
        )
        return self


def _answer(
    connection: sqlite3.Connection, first: Sequence[str], execute: Callable[..., Any], sql: str, parameters: Any
) -> _Answer:
    cursor = connection.cursor()
    try:
        for statement in first:
            cursor.execute(statement)
        execute(cursor, sql, parameters)
        return _Answer(cursor.fetchall(), cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
