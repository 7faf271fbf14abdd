"""What comes due: each once, claimed with a lease, one of a server at a time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from bot.domain.occurrences import Kind, Occurrence, Schedule
from bot.storage import occurrences, schedules, servers
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards
from bot.storage.tables import occurrence, round_
from tests.storage.examples import NOW, OTHER_SERVER, SERVER, after
from tests.storage.processes import run_processes

KINDS: tuple[Kind, ...] = ("poll", "start", "close", "reminder", "digest")
LEASE = timedelta(seconds=occurrences.LEASE_SECONDS)
MOMENT = timedelta(microseconds=1)


async def due(
    conn: Connection,
    now: datetime,
    *,
    kinds: tuple[Kind, ...] = KINDS,
    shards: Shards | None = None,
    limit: int = 100,
) -> list[Occurrence]:
    return await occurrences.claim_due(conn, now, kinds=kinds, shards=shards, limit=limit)


async def one_due(conn: Connection, now: datetime) -> Occurrence:
    (found,) = await due(conn, now)
    return found


async def next_wake(conn: Connection, now: datetime = NOW, shards: Shards | None = None) -> datetime | None:
    return await occurrences.next_wake(conn, now, kinds=KINDS, shards=shards)


async def added(conn: Connection, kind: Kind = "poll", due_at: datetime = NOW, server_id: int = SERVER) -> int:
    number = await occurrences.add(conn, server_id, kind, due_at)
    assert number is not None
    return number


async def a_round(conn: Connection) -> int:
    values = {"server_id": SERVER, "number": 1, "channel_id": 1, "state": "open", "hours": 48, "made_at": NOW}
    number: int = await conn.scalar(insert(round_).values(values).returning(round_.c.id))
    return number


async def test_the_same_one_is_added_once(db: Database) -> None:
    async with db.write() as conn:
        assert await occurrences.add(conn, SERVER, "poll", NOW) is not None
        assert await occurrences.add(conn, SERVER, "poll", NOW) is None
        assert await occurrences.add(conn, SERVER, "digest", NOW) is not None
        assert await occurrences.add(conn, OTHER_SERVER, "poll", NOW) is not None
        assert await occurrences.add(conn, SERVER, "poll", NOW + MOMENT) is not None


async def test_it_is_claimed_when_its_time_comes_and_not_before(db: Database) -> None:
    async with db.write() as conn:
        number = await added(conn)
        assert await next_wake(conn) == NOW
        assert await due(conn, NOW - MOMENT) == []
        assert await due(conn, NOW) == [Occurrence(id=number, server_id=SERVER, kind="poll", due_at=NOW, attempts=1)]


async def test_a_lost_lease_ends_and_it_is_found_again(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        await one_due(conn, NOW)
        assert await due(conn, NOW + LEASE - MOMENT) == []
        assert await next_wake(conn, NOW + MOMENT) == NOW + LEASE
        again = await one_due(conn, NOW + LEASE)
        assert (again.attempts, again.due_at) == (2, NOW)


async def test_what_is_finished_never_comes_again(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        await occurrences.finish(conn, (await one_due(conn, NOW)).id, "posted", after(1))
        assert await next_wake(conn, after(1)) is None
        assert await due(conn, after(1e6)) == []
        assert await occurrences.add(conn, SERVER, "poll", NOW) is None
        kept = await conn.execute(select(occurrence.c.state, occurrence.c.outcome, occurrence.c.done_at))
        assert kept.one() == ("done", "posted", after(1))


async def test_skipped_is_told_from_done(db: Database) -> None:
    async with db.write() as conn:
        await occurrences.finish(conn, await added(conn), "skipped: too late", NOW)
        assert await conn.scalar(select(occurrence.c.state)) == "skipped"


async def test_it_can_be_looked_at_again_later(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        await occurrences.again(conn, await one_due(conn, NOW), after(30))
        assert await next_wake(conn, after(1)) == after(30)
        assert await due(conn, after(30) - MOMENT) == []
        assert (await one_due(conn, after(30))).attempts == 2


async def test_who_lost_the_lease_does_not_end_anothers(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        slow = await one_due(conn, NOW)
        await one_due(conn, NOW + LEASE)
        await occurrences.again(conn, slow, NOW + LEASE)
        assert await due(conn, NOW + LEASE + MOMENT) == []


async def test_looking_again_does_not_undo_the_end(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        slow = await one_due(conn, NOW)
        await occurrences.finish(conn, slow.id, "posted", NOW)
        await occurrences.again(conn, slow, NOW)
        assert await due(conn, after(1)) == []


async def test_woken_it_is_due_at_once(db: Database) -> None:
    async with db.write() as conn:
        round_id = await a_round(conn)
        for kind in ("close", "reminder"):
            await occurrences.add(conn, SERVER, kind, after(60), round_id=round_id)
        await occurrences.wake(conn, round_id, "close", after(1))
        assert await next_wake(conn) == after(1)
        woken = await one_due(conn, after(1))
        assert (woken.kind, woken.due_at, woken.round_id) == ("close", after(60), round_id)


async def test_woken_while_somebody_is_at_it_it_is_looked_at_once_more(db: Database) -> None:
    async with db.write() as conn:
        round_id = await a_round(conn)
        await occurrences.add(conn, SERVER, "close", NOW, round_id=round_id)
        claimed = await one_due(conn, NOW)
        await occurrences.wake(conn, round_id, "close", after(0.5))
        assert await due(conn, after(0.6)) == []
        assert await next_wake(conn, after(0.6)) == NOW + LEASE
        await occurrences.again(conn, claimed, after(15))
        claimed = await one_due(conn, after(0.7))
        await occurrences.again(conn, claimed, after(15))
        assert await next_wake(conn, after(0.7)) == after(15)


async def test_waking_does_not_bring_back_what_is_finished(db: Database) -> None:
    async with db.write() as conn:
        round_id = await a_round(conn)
        await occurrences.add(conn, SERVER, "close", NOW, round_id=round_id)
        await occurrences.finish(conn, (await one_due(conn, NOW)).id, "decided", NOW)
        await occurrences.wake(conn, round_id, "close", after(1))
        assert await next_wake(conn, after(1)) is None


async def test_while_one_of_a_servers_is_leased_the_others_wait(db: Database) -> None:
    async with db.write() as conn:
        await added(conn, "poll")
        (first,) = await due(conn, NOW)
        await added(conn, "digest")
        elsewhere = await added(conn, "digest", server_id=OTHER_SERVER)
        assert [found.id for found in await due(conn, after(1))] == [elsewhere]
        assert await next_wake(conn, after(1)) == NOW + LEASE
        await occurrences.finish(conn, first.id, "posted", after(1))
        assert [found.kind for found in await due(conn, after(1))] == ["digest"]


async def test_what_is_put_back_was_not_tried(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        await occurrences.put_back(conn, [(await one_due(conn, NOW)).id], NOW)
        assert (await one_due(conn, NOW)).attempts == 1


async def test_the_earliest_come_first_and_no_more_than_asked(db: Database) -> None:
    async with db.write() as conn:
        for minutes in (3, 1, 2):
            await added(conn, due_at=after(minutes), server_id=SERVER + (minutes << 22))
        assert [found.due_at for found in await due(conn, after(5), limit=2)] == [after(1), after(2)]
        assert [found.due_at for found in await due(conn, after(5), limit=2)] == [after(3)]


async def test_kinds_that_were_not_asked_for_are_left_alone(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        assert await due(conn, NOW, kinds=()) == []
        assert await due(conn, NOW, kinds=("digest", "close")) == []
        assert await occurrences.next_wake(conn, NOW, kinds=(), shards=None) is None
        assert await due(conn, NOW, kinds=("digest", "poll")) != []


async def test_each_process_claims_for_its_shards(db: Database) -> None:
    mine, others = (Shards(2, (shard,)) for shard in ((SERVER >> 22) % 2, 1 - (SERVER >> 22) % 2))
    async with db.write() as conn:
        await added(conn)
        assert await due(conn, NOW, shards=others) == []
        assert await next_wake(conn, shards=others) is None
        assert await next_wake(conn, shards=mine) == NOW
        assert len(await due(conn, NOW, shards=mine)) == 1


async def test_for_a_server_that_removed_the_bot_nothing_comes_due_until_it_returns(db: Database) -> None:
    async with db.write() as conn:
        await added(conn)
        await servers.left(conn, SERVER, NOW)
        assert await due(conn, NOW) == []
        assert await next_wake(conn) is None
        assert await servers.joined(conn, SERVER, NOW)
        assert len(await due(conn, NOW)) == 1


async def test_only_what_is_still_to_come_is_called_off(db: Database) -> None:
    async with db.write() as conn:
        kept = {
            await added(conn, due_at=NOW),
            await added(conn, "digest", after(1)),
            await added(conn, due_at=after(1), server_id=OTHER_SERVER),
            await occurrences.add(conn, SERVER, "poll", after(2), round_id=await a_round(conn)),
        }
        await added(conn, due_at=after(1))
        await occurrences.call_off(conn, SERVER, "poll", NOW)
        assert set(await conn.scalars(select(occurrence.c.id))) == kept


async def test_the_next_and_the_last_of_a_kind(db: Database) -> None:
    async with db.write() as conn:
        assert await occurrences.next_due(conn, SERVER, "poll") is None
        assert await occurrences.last_begun(conn, SERVER, "poll", NOW) is None
        await occurrences.finish(conn, await added(conn, due_at=after(-10)), "posted", NOW)
        await added(conn, due_at=after(10))
        await added(conn, "digest", after(5))
        assert await occurrences.next_due(conn, SERVER, "poll") == after(10)
        assert await occurrences.last_begun(conn, SERVER, "poll", NOW) == after(-10)
        assert await occurrences.has_later(conn, SERVER, "poll", after(9))
        assert not await occurrences.has_later(conn, SERVER, "poll", after(10))


async def test_two_processes_share_what_is_due(database_url: str, db: Database) -> None:
    async with db.write() as conn:
        for number in range(40):
            await added(conn, server_id=SERVER + (number << 22))
    lines = f"""
    db = await Database.open(url)
    now = datetime.fromisoformat({NOW.isoformat()!r})
    while True:
        async with db.write() as conn:
            found = await occurrences.claim_due(conn, now, kinds=["poll"], shards=None, limit=3)
        if not found:
            break
        print(*(each.id for each in found))
    await db.close()
    """
    said = await run_processes(lines, database_url, count=2)
    claimed = [int(number) for printed in said for number in printed.split()]
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_processes_never_have_one_server_at_once(database_url: str, db: Database) -> None:
    """As while a process is replaced: whoever claims while another does looks again when that one is done."""
    other = await Database.open(database_url)
    async with db.write() as conn:
        await added(conn)
        await added(conn, "digest")
        elsewhere = await added(conn, server_id=OTHER_SERVER)

    async def claim_too() -> list[int]:
        async with other.write() as conn:
            return [each.id for each in await due(conn, NOW)]

    async with db.write() as conn:
        assert [each.server_id for each in await due(conn, NOW, limit=1)] == [SERVER]
        claiming = asyncio.create_task(claim_too())
        while not claiming.done() and not await conn.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            continue
    assert await claiming == [elsewhere]
    await other.close()


async def test_a_schedule_takes_the_place_of_the_one_of_its_kind(db: Database) -> None:
    first = Schedule(server_id=SERVER, kind="poll", weekday=0, minute=540, channel_id=5, hours=48, candidates=4)
    second = first.model_copy(update={"weekday": 6, "channel_id": 7, "hours": None})
    meeting = Schedule(server_id=SERVER, kind="meeting", weekday=4, minute=1080)
    async with db.write() as conn:
        for plan in (first, meeting, second):
            await schedules.put(conn, plan)
        assert await schedules.get(conn, SERVER, "poll") == second
        assert await schedules.of_server(conn, SERVER) == [meeting, second]
        assert await schedules.get(conn, SERVER, "digest") is None
        assert await schedules.of_server(conn, OTHER_SERVER) == []
        assert await schedules.remove(conn, SERVER, "poll")
        assert not await schedules.remove(conn, SERVER, "poll")
        assert await schedules.of_server(conn, SERVER) == [meeting]
