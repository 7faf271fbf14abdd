"""One request at a time to an outside system, over all processes."""

from __future__ import annotations

import asyncio

from bot.storage import source_gates
from bot.storage.database import Database
from tests.storage.examples import NOW, after
from tests.storage.processes import run_processes


async def reserve(db: Database, minutes: float, source: str = "arxiv") -> object:
    async with db.write() as conn:
        return await source_gates.reserve(conn, source, after(minutes), hold_seconds=60)


async def test_the_first_to_ask_gets_it_and_the_others_hear_when(db: Database) -> None:
    answers = await asyncio.gather(*(reserve(db, 0) for _ in range(10)))
    assert sorted(answers, key=lambda answer: answer is not None) == [None, *[after(1)] * 9]
    assert await reserve(db, 0, "crossref") is None


async def test_released_it_opens_at_the_given_time(db: Database) -> None:
    assert await reserve(db, 0) is None
    async with db.write() as conn:
        await source_gates.release(conn, "arxiv", after(0.05), failures=2)
        assert await source_gates.state(conn, "arxiv") == (after(0.05), 2, None)
    assert await reserve(db, 0.04) == after(0.05)
    assert await reserve(db, 0.05) is None
    async with db.read() as conn:
        assert await source_gates.state(conn, "arxiv") == (after(1.05), 2, None)


async def test_a_hold_whose_holder_died_ends_by_itself(db: Database) -> None:
    assert await reserve(db, 0) is None
    assert await reserve(db, 0.9) == after(1)
    assert await reserve(db, 1) is None


async def test_a_source_never_asked_is_open(db: Database) -> None:
    async with db.write() as conn:
        gate = await source_gates.state(conn, "arxiv")
        assert gate.next_at < NOW
        assert gate.failures == 0
        await source_gates.release(conn, "arxiv", NOW, failures=1)
        assert await source_gates.state(conn, "arxiv") == (NOW, 1, None)


async def test_one_of_several_processes_gets_each_slot(database_url: str) -> None:
    said = await run_processes(
        """
        db = await Database.open(url)
        start = datetime(2026, 3, 2, tzinfo=UTC)
        for slot in range(50):
            async with db.write() as conn:
                now = start + timedelta(minutes=slot)
                if await source_gates.reserve(conn, "arxiv", now, hold_seconds=1) is None:
                    print(slot)
        await db.close()
        """,
        database_url,
        count=3,
    )
    slots = [int(line) for lines in said for line in lines.split()]
    assert len(slots) == len(set(slots))
    assert max(slots) == 49
