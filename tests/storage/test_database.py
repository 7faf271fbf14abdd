"""Transactions: nothing is lost, nothing is left half done, and a mistake says so instead of hanging."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.errors import Unavailable
from bot.storage import reading_list
from bot.storage.database import Connection, Database, insert
from bot.storage.tables import alive, source_gate, vote
from tests.engines import migrated_sqlite
from tests.storage.examples import NOW, SERVER


async def put(conn: Connection, source: str, failures: int) -> None:
    await conn.execute(insert(conn, source_gate).values(source=source, next_at=NOW, failures=failures))


async def count(db: Database) -> int:
    async with db.read() as conn:
        return await conn.scalar(select(func.count()).select_from(source_gate)) or 0


async def test_what_is_written_is_there_for_the_next(db: Database) -> None:
    async with db.write() as conn:
        await put(conn, "arxiv", 1)
    assert await count(db) == 1


async def test_a_block_that_raises_leaves_no_trace(db: Database) -> None:
    async def write_and_fail() -> None:
        async with db.write() as conn:
            await put(conn, "arxiv", 1)
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    assert await count(db) == 0


async def test_a_cancelled_write_leaves_no_trace_and_no_lock(db: Database) -> None:
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with db.write() as conn:
            await put(conn, "arxiv", 1)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), db.write() as conn:
        await put(conn, "crossref", 1)
    assert await count(db) == 1


async def test_reading_cannot_write(db: Database) -> None:
    """SQLite lets it and then leaves no trace of it; PostgreSQL refuses it."""
    with pytest.raises(Exception, match=r"cannot write|cannot use my database"):
        async with db.read() as conn:
            await put(conn, "arxiv", 1)
    assert await count(db) == 0
    async with db.write() as conn:
        await put(conn, "arxiv", 1)


async def test_one_read_sees_one_state(database_url: str) -> None:
    reader, writer = await Database.open(database_url), await Database.open(database_url)
    async with reader.read() as conn:
        before = await conn.scalar(select(func.count()).select_from(source_gate))
        async with asyncio.timeout(5):  # a reader does not hold a writer up
            await asyncio.create_task(_write(writer))
        assert await conn.scalar(select(func.count()).select_from(source_gate)) == before
    assert await count(reader) == 1
    await reader.close()
    await writer.close()


async def _write(db: Database) -> None:
    async with db.write() as conn:
        await put(conn, "arxiv", 1)


async def test_a_second_connection_inside_a_transaction_is_refused_at_once(db: Database) -> None:
    async with db.write() as conn:
        for second in (db.read, db.write):
            with pytest.raises(RuntimeError, match="inside a transaction"):
                async with second():
                    pass
        await put(conn, "arxiv", 1)
    assert await count(db) == 1


async def test_sqlite_loses_no_update_when_many_read_then_write(tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path)
    dbs = [await Database.open(url), await Database.open(url)]  # as two processes would
    async with dbs[0].write() as conn:
        await put(conn, "arxiv", 0)

    async def raise_by_one(db: Database) -> None:
        async with db.write() as conn:
            failures = await conn.scalar(select(source_gate.c.failures))
            await asyncio.sleep(0)
            await conn.execute(update(source_gate).values(failures=(failures or 0) + 1))

    await asyncio.gather(*(raise_by_one(dbs[number % 2]) for number in range(40)))
    async with dbs[0].read() as conn:
        assert await conn.scalar(select(source_gate.c.failures)) == 40
    for db in dbs:
        await db.close()


async def test_sqlite_keeps_no_lock_for_who_gave_up_waiting_for_it(tmp_path: Path) -> None:
    url = migrated_sqlite(tmp_path)
    first, second = await Database.open(url), await Database.open(url)
    async with first.write() as conn:
        waiting = asyncio.create_task(_write(second))
        for _ in range(50):  # into BEGIN IMMEDIATE, which waits on the connection's thread
            await asyncio.sleep(0)
        waiting.cancel()
        await put(conn, "crossref", 1)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await count(second) == 1
    async with asyncio.timeout(5), first.write() as conn:
        await put(conn, "dblp", 1)
    async with second.write() as conn:
        await put(conn, "arxiv", 1)
    assert await count(first) == 3
    for db in (first, second):
        await db.close()


async def test_sqlite_goes_to_its_thread_once_for_a_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = await Database.open(migrated_sqlite(tmp_path))
    ways: list[object] = []
    execute = aiosqlite.Connection._execute

    async def counted(*arguments: Any, **options: Any) -> Any:
        ways.append(arguments)
        return await execute(*arguments, **options)  # type: ignore[no-untyped-call]  # aiosqlite gives it no types

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    assert await count(db) == 0
    assert len(ways) == 2  # it begins with its one statement, and is rolled back
    ways.clear()
    await _write(db)
    assert len(ways) == 3  # begin, insert, commit
    await db.close()


async def test_foreign_keys_are_kept(db: Database) -> None:
    async with db.write() as conn:
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            await conn.execute(insert(conn, vote).values(server_id=SERVER, paper_id=99, user_id=1, at=NOW))


async def test_sqlite_is_set_up_for_one_writer_and_many_readers(tmp_path: Path) -> None:
    db = await Database.open(migrated_sqlite(tmp_path))
    async with db.read() as conn:
        found = {
            pragma: (await conn.exec_driver_sql(f"PRAGMA {pragma}")).scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await db.close()
    assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}


instants = st.datetimes(
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
).filter(
    lambda at: 1 < at.year < 9999  # beyond, the same instant in UTC may not exist
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(instants, min_size=1, max_size=10))
async def test_instants_come_back_the_same_and_in_order(db: Database, written: list[datetime]) -> None:
    async with db.write() as conn:
        await conn.execute(alive.delete())
        await conn.execute(insert(conn, alive), [{"shard_id": n, "alive_at": at} for n, at in enumerate(written)])
        read = list(await conn.scalars(select(alive.c.alive_at).order_by(alive.c.shard_id)))
        in_order = list(await conn.scalars(select(alive.c.alive_at).order_by(alive.c.alive_at)))
        latest = await conn.scalar(select(func.max(alive.c.alive_at)))
    assert read == written
    assert all(at.tzinfo is UTC for at in read)
    assert in_order == sorted(written)
    assert latest == max(written)


async def test_a_naive_instant_is_refused(db: Database) -> None:
    async with db.write() as conn:
        with pytest.raises(StatementError, match="naive datetime"):
            await conn.execute(insert(conn, alive).values(shard_id=0, alive_at=NOW.replace(tzinfo=None)))


async def test_closing_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    db = await Database.open(migrated_sqlite(tmp_path))
    async with db.read() as conn:
        await conn.execute(text("SELECT 1"))
    await db.close()
    await db.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()


async def test_closing_waits_for_a_transaction_under_way(database_url: str) -> None:
    db = await Database.open(database_url)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with db.write() as conn:
            await put(conn, "arxiv", 1)
            inside.set()
            await go_on.wait()

    working = asyncio.create_task(work())
    await inside.wait()
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="restarting"):
        async with db.read():
            pass
    go_on.set()
    await working
    await closing
    again = await Database.open(database_url)
    assert await count(again) == 1
    await again.close()


async def test_what_a_member_wrote_is_not_in_an_error(db: Database) -> None:
    """A failure is logged with its traceback, and members' words are never logged."""

    async def write_a_note_on_nothing() -> None:
        async with db.write() as conn:
            await reading_list.set_note(conn, SERVER, 1, 2, "what I think of it", NOW)

    with pytest.raises(IntegrityError) as failed:
        await write_a_note_on_nothing()
    assert "what I think" not in str(failed.value)
