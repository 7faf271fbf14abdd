"""A whole transaction in one visit to the database."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage import lookups, servers
from bot.storage.database import Connection, Database
from bot.storage.engine import sqlite_path
from bot.storage.tables import ignored_member
from tests.engines import migrated_sqlite
from tests.storage.examples import ADA, NOW


async def test_it_commits(db: Database) -> None:
    async def work(conn: Connection) -> str:
        await servers.ignore_member(conn, ADA, NOW)  # not prepared: SQLAlchemy carries it out in the same transaction
        assert await servers.ignored(conn, [ADA]) == {ADA}
        return "done"

    assert await db.write_at_once(work) == "done"
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == {ADA}


async def test_a_failure_leaves_no_trace(db: Database) -> None:
    async def work(conn: Connection) -> None:
        await servers.ignore_member(conn, ADA, NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await db.write_at_once(work)
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == set()


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match=r"cannot write|cannot use my database"):
        await db.read_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW))
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == set()
    await db.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW))


async def test_not_inside_another_transaction(db: Database) -> None:
    async with db.read():
        with pytest.raises(RuntimeError, match="already"):
            await db.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW))


async def test_both_kinds_take_turns(db: Database) -> None:
    async def by_block() -> None:
        async with db.write() as conn:
            await servers.ignore_member(conn, ADA, NOW)

    await asyncio.gather(
        *(by_block() for _ in range(5)),
        *(db.write_at_once(lookups.next_due) for _ in range(5)),
        *(db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) for _ in range(5)),
    )
    async with db.read() as conn:
        assert len((await conn.execute(select(ignored_member))).all()) == 1


async def test_another_process_that_writes_is_waited_for(db: Database, database_url: str) -> None:
    path = sqlite_path(database_url)
    if path is None:
        pytest.skip("elsewhere several write at once")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(db.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW)))
    for _ in range(2):  # the one connection is free between two tries
        assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == set()
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == {ADA}


async def test_who_is_cancelled_hears_of_it_when_the_visit_is_over(tmp_path: Path) -> None:
    """SQLite alone: on PostgreSQL the connection is given up instead."""
    db = await Database.open(migrated_sqlite(tmp_path))
    begun, may_end = threading.Event(), threading.Event()

    async def work(conn: Connection) -> None:
        begun.set()
        may_end.wait(30)
        await servers.ignore_member(conn, ADA, NOW)

    writing = asyncio.create_task(db.write_at_once(work))
    await asyncio.to_thread(begun.wait, 30)
    writing.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not writing.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == {ADA}
    await db.close()
