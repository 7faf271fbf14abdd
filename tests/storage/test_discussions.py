"""One thread for each paper and server, whoever asks first."""

from __future__ import annotations

import asyncio

from bot.storage import discussions
from bot.storage.database import Database
from tests.storage.examples import NOW, OTHER_SERVER, SERVER, after, make_paper, store
from tests.storage.processes import run_processes

CHANNEL = 613425648685547599
THREAD = 2**63 - 1
LEASE_MINUTES = discussions.LEASE_SECONDS / 60


async def test_one_may_open_the_thread_until_the_claim_runs_out(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        assert await discussions.claim(conn, SERVER, number, CHANNEL, NOW)
        assert not await discussions.claim(conn, SERVER, number, CHANNEL, NOW)
        assert not await discussions.claim(conn, SERVER, number, CHANNEL, after(LEASE_MINUTES * 0.99))
        assert await discussions.claim(conn, OTHER_SERVER, number, CHANNEL, NOW)
        assert await discussions.thread_of(conn, SERVER, number) is None
        assert await discussions.claim(conn, SERVER, number, CHANNEL, after(LEASE_MINUTES * 1.01))


async def test_a_thread_that_is_there_is_never_claimed(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await discussions.claim(conn, SERVER, number, CHANNEL, NOW)
        await discussions.claim(conn, OTHER_SERVER, number, CHANNEL, NOW)
        await discussions.record(conn, SERVER, number, THREAD)
        assert await discussions.thread_of(conn, SERVER, number) == THREAD
        assert await discussions.thread_of(conn, OTHER_SERVER, number) is None
        assert not await discussions.claim(conn, SERVER, number, CHANNEL, after(1e6))
        await discussions.release(conn, SERVER, number)  # a slow loser gives back what is no longer its own
        assert await discussions.thread_of(conn, SERVER, number) == THREAD


async def test_a_claim_that_is_given_back_is_free_at_once(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await discussions.claim(conn, SERVER, number, CHANNEL, NOW)
        await discussions.claim(conn, OTHER_SERVER, number, CHANNEL, NOW)
        await discussions.release(conn, SERVER, number)
        assert await discussions.claim(conn, SERVER, number, CHANNEL, NOW)
        assert not await discussions.claim(conn, OTHER_SERVER, number, CHANNEL, NOW)


async def test_a_deleted_thread_makes_room_for_a_new_one(db: Database) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(str(value))) for value in range(3)]
        for number in numbers:
            for server_id in (SERVER, OTHER_SERVER):
                await discussions.claim(conn, server_id, number, CHANNEL, NOW)
                await discussions.record(conn, server_id, number, 100 + number)
        asked = [100 + numbers[0], 100 + numbers[1], 5]
        assert await discussions.recorded(conn, SERVER, asked) == set(asked[:2])
        assert await discussions.recorded(conn, 1, asked) == set()
        gone = await discussions.thread_gone(conn, SERVER, [100 + numbers[0], 100 + numbers[2], 5])
        assert sorted(gone) == [numbers[0], numbers[2]]
        assert await discussions.thread_gone(conn, SERVER, [100 + numbers[0]]) == []
        assert await discussions.thread_of(conn, SERVER, numbers[0]) is None
        assert await discussions.thread_of(conn, SERVER, numbers[1]) == 100 + numbers[1]
        assert await discussions.thread_of(conn, OTHER_SERVER, numbers[0]) == 100 + numbers[0]
        assert await discussions.claim(conn, SERVER, numbers[0], CHANNEL, NOW)


async def test_of_forty_members_at_once_one_opens(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())

    async def claim() -> bool:
        async with db.write() as conn:
            return await discussions.claim(conn, SERVER, number, CHANNEL, NOW)

    assert sum(await asyncio.gather(*(claim() for _ in range(40)))) == 1


async def test_of_several_processes_one_opens(database_url: str) -> None:
    db = await Database.open(database_url)
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(str(value))) for value in range(10)]
    await db.close()
    said = await run_processes(
        f"""
        db = await Database.open(url)
        for paper in {numbers}:
            async with db.write() as conn:
                print(await discussions.claim(conn, {SERVER}, paper, {CHANNEL}, datetime.now(UTC)))
        await db.close()
        """,
        database_url,
        count=2,
    )
    assert sorted("".join(said).split()) == ["False"] * 10 + ["True"] * 10
