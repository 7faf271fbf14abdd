"""Several statements in one visit to the database."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage import papers, servers
from bot.storage.database import Connection, Database, together
from tests.storage.examples import ADA, NOW, SERVER, make_paper, store


async def test_they_give_what_they_give_one_by_one(db: Database) -> None:
    async def work(conn: Connection) -> tuple[int, set[int]]:
        number = await store(conn, make_paper())
        await servers.ignore_member(conn, ADA, NOW)
        return number, await servers.ignored(conn, [ADA, SERVER])

    async with db.write() as conn:
        number, ignored = await together(conn, work(conn))
    async with db.read() as conn:
        known = await together(conn, papers.by_numbers(conn, [number]))

    assert ignored == {ADA}
    assert known[number].paper.title == make_paper().title


async def test_a_failure_undoes_the_transaction(db: Database) -> None:
    async def work(conn: Connection) -> None:
        await servers.ignore_member(conn, ADA, NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async with db.write() as conn:
            await together(conn, work(conn))
    async with db.read() as conn:
        assert await servers.ignored(conn, [ADA]) == set()


async def test_nothing_else_may_be_waited_for(db: Database) -> None:
    if db.dialect != "sqlite":
        pytest.skip("elsewhere it may: there is no thread")

    async def work(conn: Connection) -> None:
        await servers.ignored(conn, [ADA])
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="something else"):
        async with db.read() as conn:
            await together(conn, work(conn))
    async with db.read() as conn:
        assert await servers.ignored(conn, [ADA]) == set(), "the connection is as good as before"
