"""A connection to SQLite that goes to its thread once for a statement, or for several.

aiosqlite runs each call of the driver on the connection's own thread, and SQLAlchemy makes four for one statement: it
opens a cursor, executes, fetches all rows and closes the cursor. Waking the thread and coming back costs more than most
of our statements do. Where many follow each other, as for a card, `on_thread` takes all of them along at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, NamedTuple, Self, TypeVar

import aiosqlite

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


class SqliteConnection(aiosqlite.Connection):
    """What SQLAlchemy asks of a connection. Its cursors know only what SQLAlchemy calls, and hold all rows."""

    first: tuple[str, ...] = ()
    """Executed on the way of the next statement, before it."""

    _is_on_thread = False

    async def on_thread(self, work: Coroutine[Any, Any, T]) -> T:
        """Carries out, on the connection's thread, what awaits nothing but statements of this connection. Nothing in
        it may touch the event loop."""
        result: T = await self._execute(self._to_the_end, work)  # type: ignore[no-untyped-call]  # as in `_run` below
        return result

    def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        self._is_on_thread = True
        try:
            work.send(None)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            self._is_on_thread = False
            work.close()
        raise RuntimeError("it waits for something else than the database")

    def cursor(self) -> _Cursor:  # type: ignore[override]  # ours is there at once
        return _Cursor(self)


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
        if connection._is_on_thread:
            self._answer = _answer(connection._conn, first, execute, sql, parameters)
            return self
        self._answer = await connection._execute(  # type: ignore[no-untyped-call]  # aiosqlite gives it no types
            _answer, connection._conn, first, execute, sql, parameters
        )
        return self


def _answer(
    connection: sqlite3.Connection, first: tuple[str, ...], execute: Callable[..., Any], sql: str, parameters: Any
) -> _Answer:
    cursor = connection.cursor()
    try:
        for statement in first:
            cursor.execute(statement)
        execute(cursor, sql, parameters)
        return _Answer(cursor.fetchall(), cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
