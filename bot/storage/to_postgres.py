"""Copies a SQLite database into an empty PostgreSQL one.

Everything happens in one transaction there: it is all or nothing, also when the process is killed. Meanwhile nobody
else can open the file, and nobody else can write to the target.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, create_engine, func, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import StaticPool

from bot.storage import schema
from bot.storage.database import newer_schema
from bot.storage.engine import BUSY_TIMEOUT_MS, StorageError, explained, open_migration_engine, sqlite_path
from bot.storage.migrate import lock_schema, migrate
from bot.storage.outages import first_line, outage
from bot.storage.tables import metadata

log = logging.getLogger(__name__)

_BATCH = 500
"""Rows that are in memory at once."""
_WORD_EVERY_SECONDS = 10.0

_COUNTING = ("list_entry", "list_vote", "list_mention_insert", "list_alias", "list_discussion")
"""The triggers that keep the counts in `entry` (migration 0009) rest: the copy brings these along, and with a lock for
each server, which they take, one transaction for very many servers would run out of PostgreSQL's memory for locks. All
others work as ever: they fill the full text and what else is no table of `metadata`."""

_PLACES = text("SELECT tgname, tgrelid::regclass::text AS place FROM pg_trigger WHERE tgname = ANY(:names)")


class Sum(NamedTuple):
    """What a table holds, whatever its order."""

    rows: int
    digest: int


async def copy_to_postgres(source_url: str, target_url: str) -> Mapping[str, Sum]:
    """Gives what each table holds on both sides. Raises StorageError, which never holds a password.

    The target may have no tables yet, or this version's without any row. PostgreSQL's text has no NUL character: it is
    left out, with a line in the log.
    """
    with _alone(source_url) as source:
        _refuse_another_schema(source)
        await _prepare_target(target_url)
        async with _one_transaction(target_url) as target:
            await _refuse_what_is_there(target)
            await _switch_counting(target, "DISABLE")
            sums = {table.name: await _copy(source, target, table) for table in metadata.sorted_tables}
            await _switch_counting(target, "ENABLE")
            await _count_on(source, target)
            for table in metadata.sorted_tables:
                await _compare(target, table, sums[table.name])
    return sums


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """The source for as long as the block lasts, locked before its log is opened: whoever has it open already, as a
    running bot does, keeps the lock from us (sqlite.org/pragma.html, locking_mode)."""
    path = sqlite_path(url)
    if path is None:
        raise StorageError("DATABASE_URL is PostgreSQL already; copy takes a SQLite database there.")
    if not path.exists():
        raise StorageError(f"There is no database at {path} yet.")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    try:
        with _source_explained(url):
            conn = engine.connect()
        with conn:
            yield conn
    finally:
        engine.dispose()


@contextmanager
def _source_explained(url: str) -> Iterator[None]:
    try:
        with explained(url):
            yield
    except StorageError as refused:
        cause = getattr(refused.__cause__, "orig", None) or refused.__cause__
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StorageError(f"{sqlite_path(url)} is in use: stop the bot first, then copy.") from cause
        raise


def _refuse_another_schema(source: Connection) -> None:
    state = schema.read_state(source)
    if state.newer:
        raise StorageError(newer_schema(state))
    if not state.up_to_date:
        raise StorageError(f"The database has schema {state.revision or 'empty'}; migrate brings it to {state.head}.")


async def _prepare_target(url: str) -> None:
    """Refuses another program's database before anything is made there."""
    if sqlite_path(url) is not None:
        raise StorageError("copy writes to PostgreSQL; name it as postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE.")
    engine = open_migration_engine(url)
    try:
        with explained(url):
            async with engine.connect() as conn:
                there = set(await conn.run_sync(lambda sync: inspect(sync).get_table_names()))
    finally:
        await engine.dispose()
    if there and "alembic_version" not in there:
        raise StorageError(f"The target is not empty: it has a table {min(there)}. Make a new database for the bot.")
    await migrate(url)


@asynccontextmanager
async def _one_transaction(url: str) -> AsyncIterator[AsyncConnection]:
    engine = open_migration_engine(url)
    try:
        try:
            async with AsyncExitStack() as stack:
                with explained(url):
                    conn = await stack.enter_async_context(engine.connect())
                    await stack.enter_async_context(conn.begin())
                    await conn.run_sync(lock_schema)
                yield conn
        except StorageError:
            raise
        except Exception as failed:
            if outage(failed) is None and not isinstance(failed, DBAPIError):
                raise
            cause = (failed.orig or failed) if isinstance(failed, DBAPIError) else failed
            raise StorageError(f"The copy failed, and the target is empty: {first_line(cause)}.") from failed
    finally:
        await engine.dispose()


async def _refuse_what_is_there(target: AsyncConnection) -> None:
    """From here on others may look, but whoever writes waits for the end."""
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    await target.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    for table in metadata.sorted_tables:
        if (await target.execute(select(table).limit(1))).first() is not None:
            raise StorageError(f"The target is not empty: {table.name} has rows. Make a new database for the bot.")


async def _switch_counting(target: AsyncConnection, to: str) -> None:
    for trigger, place in (await target.execute(_PLACES, {"names": list(_COUNTING)})).all():
        await target.exec_driver_sql(f"ALTER TABLE {place} {to} TRIGGER {trigger}")


async def _copy(source: Connection, target: AsyncConnection, table: Table) -> Sum:
    """Raises StorageError for a value that PostgreSQL's type cannot hold."""
    rows = digest = left_out = 0
    word_at = time.monotonic() + _WORD_EVERY_SECONDS
    for batch in _batches(source, table):
        values = []
        for row in batch:
            clean = {name: _without_nul(value) for name, value in row.items()}
            left_out += clean != row
            digest += _digest(clean)
            values.append(clean)
        try:
            await target.execute(insert(table), values)
        except DBAPIError as failed:
            if outage(failed) is not None:
                raise
            reason = first_line(failed.orig or failed)
            raise StorageError(
                f"The copy failed, and the target is empty: {table.name} does not fit into PostgreSQL: {reason}."
            ) from failed
        rows += len(values)
        if time.monotonic() > word_at:
            word_at = time.monotonic() + _WORD_EVERY_SECONDS
            log.info("%s: %d rows so far", table.name, rows)
    if left_out:
        log.warning("%s: %d rows without their NUL characters, which PostgreSQL does not take", table.name, left_out)
    log.info("%s: %d rows", table.name, rows)
    return Sum(rows, digest)


def _batches(source: Connection, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    with source.execute(select(table), execution_options={"yield_per": _BATCH}) as result:
        for part in result.mappings().partitions():
            yield [dict(row) for row in part]


async def _count_on(source: Connection, target: AsyncConnection) -> None:
    """Numbers go on after the highest that was ever given, also where its row is gone."""
    given = dict(map(tuple, source.execute(text("SELECT name, seq FROM sqlite_sequence"))))
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        last = max(given.get(table.name, 0), await target.scalar(select(func.max(column))) or 0)
        if last:
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            await target.execute(select(func.setval(sequence, last)))


async def _compare(target: AsyncConnection, table: Table, wanted: Sum) -> None:
    rows = digest = 0
    async with target.stream(select(table), execution_options={"yield_per": _BATCH}) as result:
        async for row in result.mappings():
            rows += 1
            digest += _digest(dict(row))
    if Sum(rows, digest) != wanted:
        raise StorageError(
            f"The copy failed, and the target is empty: {table.name} came out with {rows} rows of {wanted.rows}, or "
            "with other values."
        )


def _digest(row: Mapping[str, Any]) -> int:
    """Added up over a table, the same in any order."""
    return int.from_bytes(hashlib.sha256(repr(sorted(_plain(row.items()))).encode()).digest())


def _plain(items: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, value in items:
        yield name, value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_without_nul(each) for each in value]
        case dict():
            return {_without_nul(key): _without_nul(each) for key, each in value.items()}
        case _:
            return value


def target_name(url: str) -> str:
    """For the log: where it is, without user and password."""
    address = make_url(url)
    return f"{address.database} at {address.host or address.query.get('host') or 'localhost'}"
