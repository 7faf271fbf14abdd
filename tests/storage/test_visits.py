"""Transactions that share a way to SQLite's thread share nothing else. On PostgreSQL each has a connection."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import Unavailable
from bot.storage import servers
from bot.storage.database import Connection, Database
from bot.storage.engine import sqlite_path
from tests.engines import migrated_sqlite
from tests.storage.examples import ADA, NOW

MANY = 30
"""More than go together."""


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(migrated_sqlite(tmp_path))
    yield db
    await db.close()


class Door:
    """The thread waits in a visit until it is opened."""

    def __init__(self) -> None:
        self._inside, self._may_go_on = threading.Event(), threading.Event()

    async def work(self, _conn: Connection) -> None:
        self._inside.set()
        self._may_go_on.wait(30)

    async def until_inside(self) -> None:
        await asyncio.to_thread(self._inside.wait, 30)

    def open(self) -> None:
        self._may_go_on.set()


async def test_they_are_carried_out_in_the_order_in_which_they_are_asked_for(sqlite: Database) -> None:
    done: list[int] = []

    async def work(conn: Connection, number: int) -> int:
        seen = await servers.ignored(conn, range(MANY))
        assert seen == set(done)
        await servers.ignore_member(conn, number, NOW)
        done.append(number)
        return number

    def asked(number: int) -> asyncio.Future[int]:
        return asyncio.ensure_future(sqlite.write_at_once(lambda conn: work(conn, number)))

    assert await asyncio.gather(*(asked(number) for number in range(MANY))) == list(range(MANY))
    assert done == list(range(MANY))


async def test_one_that_fails_leaves_no_trace_and_takes_nothing_with_it(sqlite: Database) -> None:
    async def work(conn: Connection, number: int) -> None:
        await servers.ignore_member(conn, number, NOW)
        if number % 3 == 0:
            raise ValueError(number)

    results = await asyncio.gather(
        *(sqlite.write_at_once(lambda conn, n=number: work(conn, n)) for number in range(MANY)),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [ValueError, type(None), type(None)] * (MANY // 3)
    there = await sqlite.read_at_once(lambda conn: servers.ignored(conn, range(MANY)))
    assert there == {number for number in range(MANY) if number % 3}


async def test_one_that_is_cancelled_before_its_turn_is_not_carried_out(sqlite: Database) -> None:
    door = Door()
    first = asyncio.create_task(sqlite.write_at_once(door.work))
    await door.until_inside()
    second = asyncio.create_task(sqlite.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW)))
    third = asyncio.create_task(sqlite.write_at_once(lambda conn: servers.ignored(conn, [ADA])))
    await asyncio.sleep(0)
    second.cancel()
    door.open()
    assert await third == set()
    await first
    assert second.cancelled()


async def test_one_that_is_cancelled_while_others_have_the_connection_holds_nobody_up(sqlite: Database) -> None:
    async with sqlite.read():
        waiting = asyncio.create_task(sqlite.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW)))
        for _ in range(3):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with asyncio.timeout(5):
        assert await sqlite.read_at_once(lambda conn: servers.ignored(conn, [ADA])) == set()


async def test_who_wants_the_connection_in_between_gets_it(sqlite: Database) -> None:
    """It stays with the visits where nobody does."""
    await sqlite.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW))
    async with asyncio.timeout(5), sqlite.read() as conn:
        assert await servers.ignored(conn, [ADA]) == {ADA}

    async def again_and_again() -> None:
        while not stopped.is_set():
            await sqlite.read_at_once(lambda conn: servers.ignored(conn, [ADA]))

    stopped = asyncio.Event()
    others = [asyncio.create_task(again_and_again()) for _ in range(20)]
    async with asyncio.timeout(5), sqlite.write() as conn:
        await servers.ignore_member(conn, ADA + 1, NOW)
    stopped.set()
    await asyncio.gather(*others)


async def test_closing_waits_for_what_was_asked_for_and_takes_nothing_more(tmp_path: Path) -> None:
    url, door = migrated_sqlite(tmp_path), Door()
    db = await Database.open(url)
    first = asyncio.create_task(db.write_at_once(door.work))
    await door.until_inside()
    second = asyncio.create_task(db.write_at_once(lambda conn: servers.ignore_member(conn, ADA, NOW)))
    await asyncio.sleep(0)
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await db.write_at_once(lambda conn: servers.ignore_member(conn, ADA + 1, NOW))
    door.open()
    await asyncio.gather(first, second, closing)

    db = await Database.open(url)
    assert await db.read_at_once(lambda conn: servers.ignored(conn, [ADA, ADA + 1])) == {ADA}
    await db.close()


async def test_who_reads_has_its_turn_while_several_wait_to_write(tmp_path: Path) -> None:
    """Another process writes, and they try again and again."""
    url = migrated_sqlite(tmp_path)
    db, path = await Database.open(url), sqlite_path(url)
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = [
            asyncio.create_task(db.write_at_once(lambda conn, n=number: servers.ignore_member(conn, n, NOW)))  # type: ignore[misc]
            for number in range(3)
        ]
        async with asyncio.timeout(4):
            for _ in range(5):
                async with db.read() as conn:
                    assert await servers.ignored(conn, range(3)) == set()
        assert not any(task.done() for task in writing)
        other.execute("COMMIT")
    await asyncio.gather(*writing)
    await db.close()
