"""Opens an engine the way this bot needs it, and says in one line why that failed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage import sqlite_connection
from bot.storage.outages import first_line

BUSY_TIMEOUT_MS = 5000
"""How long SQLite waits for another process's write."""

START_TIMEOUT_MS = 15_000
"""The same when the bot starts: the one that it takes over from may need ten seconds to close."""

CONNECT_TIMEOUT_SECONDS = 10


class StorageError(Exception):
    """One line that says why the database cannot be used and what to do; never a password."""


def open_engine(url: str) -> AsyncEngine:
    """The engine of the running bot.

    SQLite has one connection: the pool is the mutex, and two connections that checkpoint at once can corrupt
    a write-ahead log (SQLite up to 3.51.2, see sqlite.org/wal.html). `execution_options(writes=True)` makes
    transactions that may write. Parameters are hidden: an error would carry what members wrote into the log.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _postgres_engine(address)
    _make_folder(address)
    # every transaction is ended by who began it: to roll back once more when the connection is returned takes a way
    # to the connection's thread for nothing
    return _sqlite_engine(address, pool_size=1, max_overflow=0, pool_reset_on_return=None)


def open_migration_engine(url: str) -> AsyncEngine:
    """An engine for one migration: its transactions write, and SQLite ignores foreign keys meanwhile.

    A table that SQLite must rebuild is dropped on the way; with foreign keys on, that deletes the rows which
    refer to it. The pragma does nothing inside a transaction, so it is set on connecting.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _postgres_engine(address, poolclass=NullPool)
    _make_folder(address)
    engine = _sqlite_engine(address, poolclass=NullPool)
    event.listen(engine.sync_engine, "connect", _ignore_foreign_keys)
    event.listen(engine.sync_engine, "connect", _leave_triggers_and_views)
    return engine.execution_options(writes=True, lock_timeout_ms=START_TIMEOUT_MS)


def sqlite_path(url: str) -> Path | None:
    """The file behind the address; None for PostgreSQL."""
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turns what goes wrong while connecting into a StorageError."""
    path = sqlite_path(url)
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError) as failed:  # the drivers' own errors also come through bare
        cause = (failed.orig or failed) if isinstance(failed, DBAPIError) else failed
        raise StorageError(_sqlite_line(path, cause) if path else _postgres_line(url, cause)) from failed


def _sqlite_engine(address: URL, **options: Any) -> AsyncEngine:
    def connect() -> sqlite_connection.SqliteConnection:
        arguments, keywords = engine.dialect.create_connect_args(address)
        return sqlite_connection.connect(*arguments, **keywords)

    engine = create_async_engine(address, async_creator=connect, hide_parameters=True, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(address: URL, **options: Any) -> AsyncEngine:
    try:
        return create_async_engine(
            address,
            pool_pre_ping=True,
            connect_args={"timeout": CONNECT_TIMEOUT_SECONDS},
            hide_parameters=True,
            **options,
        )
    except ModuleNotFoundError as missing:
        raise StorageError("PostgreSQL needs one more package: install the bot with its extra `postgres`.") from missing


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # None hands transactions to _begin_sqlite: the driver's own come too late, after the first read.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _ignore_foreign_keys(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _leave_triggers_and_views(connection: Any, _record: object) -> None:
    """A table that is rebuilt is away for a moment; what names it (the full text does) must not be looked at then."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA legacy_alter_table = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    driver = cast("sqlite_connection.SqliteConnection", connection.connection.driver_connection)
    options = connection.get_execution_options()
    if driver.is_begun:
        return
    if options.get("writes", False):
        *driver.first, begin = begin_writing(options.get("lock_timeout_ms", BUSY_TIMEOUT_MS))
        connection.exec_driver_sql(begin)
    else:  # it sees the state of its first statement in any case (sqlite.org/lang_transaction.html)
        driver.first = begin_reading()


@cache
def begin_writing(wait_ms: int) -> Sequence[str]:
    """How a transaction on SQLite begins that writes: with the write lock, for which it waits so long."""
    return (f"PRAGMA busy_timeout = {wait_ms}", "BEGIN IMMEDIATE")


@cache
def begin_reading() -> Sequence[str]:
    """How one begins that does not write."""
    return (f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}", "BEGIN")


def _make_folder(address: URL) -> None:
    path = Path(address.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise StorageError(f"The folder {path.parent} cannot be made: {failed.strerror}.") from failed
    if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise StorageError(f"The folder {path.parent} cannot be written to; SQLite keeps its journal there.")
    if path.is_dir():
        raise StorageError(f"{path} is a folder; DATABASE_URL must name a file.")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        raise StorageError(f"The database {path} is read-only for this user.")


def _sqlite_line(path: Path, cause: BaseException) -> str:
    match getattr(cause, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return f"{path} is not a SQLite database. Move it away, or name another file in DATABASE_URL."
        case sqlite3.SQLITE_CORRUPT:
            return f"{path} is damaged ({cause}). Put the last backup in its place."
        case sqlite3.SQLITE_BUSY:
            return (
                f"Another program has kept {path} to itself for too long. Let it finish, or end it; then start again."
            )
        case _:
            return f"The database {path} cannot be used: {cause}."


def _postgres_line(url: str, cause: BaseException) -> str:
    address = make_url(url)
    host = address.host or address.query.get("host") or "localhost"
    return f"Cannot connect to PostgreSQL, database {address.database} at {host}: {first_line(cause)}."
