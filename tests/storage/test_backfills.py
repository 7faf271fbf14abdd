"""How far history is read: whose turn it is, that the cursor moves once, and when there is something to tell."""

from __future__ import annotations

import pytest

from bot.domain.backfill import Place, Reading
from bot.domain.papers import PaperId
from bot.storage import backfill_readings, backfills, lookups, servers
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards
from tests.storage.examples import ADA, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

CHANNEL, THREAD, LATER_THREAD, OTHER = 7, 70, 71, 8
FIRST, SECOND = 1000, 2000
"""Ids of the commands that asked."""


async def begin(
    conn: Connection,
    channel_id: int = CHANNEL,
    reading_id: int = FIRST,
    *,
    server_id: int = SERVER,
    most: int | None = None,
) -> None:
    await backfills.begin(
        conn, server_id=server_id, channel_id=channel_id, reading_id=reading_id, asked_by=ADA, most=most, now=NOW
    )


async def claim(conn: Connection, minutes: float = 0, shards: Shards | None = None) -> Place | None:
    return await backfills.claim(conn, after(minutes), shards=shards)


async def claimed(conn: Connection, minutes: float = 0) -> Place:
    place = await claim(conn, minutes)
    assert place is not None
    return place


async def get(conn: Connection, reading_id: int = FIRST) -> Reading:
    reading = await backfill_readings.get(conn, SERVER, reading_id)
    assert reading is not None
    return reading


async def advance(conn: Connection, place: Place, to: int) -> bool:
    return await backfills.advance(conn, place, after_id=to, messages=100, mentions=3, now=NOW)


async def test_a_page_moves_the_cursor_once(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn, most=500)
        place = await claimed(conn)
        assert (place.channel_id, place.root_id, place.after_id, place.most) == (CHANNEL, CHANNEL, 0, 500)
        assert await claim(conn) is None, "somebody is at it"
        assert await advance(conn, place, 100)
        assert not await advance(conn, place, 100)
        reading = await get(conn)
        assert (reading.messages, reading.mentions, reading.at_id, reading.state) == (100, 3, 100, "running")
        assert (await claimed(conn)).after_id == 100


async def test_what_its_holder_left_is_found_again_after_the_lease(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        place = await claimed(conn)
        assert await claim(conn, 0.9) is None
        assert await backfills.renew(conn, place, after(0.9))
        assert await claim(conn, 1.8) is None
        assert await backfills.next_due(conn, shards=None) == after(1.9)
        assert await claim(conn, 1.9) is not None


async def test_threads_come_after_their_channel_and_only_once(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn, most=10)
        await backfills.answered(conn, await get(conn), 5, 55, NOW)
        root = await claimed(conn)
        await backfills.add_threads(conn, root, [LATER_THREAD, THREAD], NOW)
        await backfills.add_threads(conn, root, [THREAD], NOW)
        await backfills.finish(conn, root, None, NOW)
        place = await claimed(conn)
        assert (place.channel_id, place.root_id, place.most) == (THREAD, CHANNEL, 10)
        assert await advance(conn, place, 90)
        await backfills.add_threads(conn, root, [THREAD], NOW)
        reading = await get(conn)
        assert (reading.channel_id, reading.threads, reading.messages) == (CHANNEL, 2, 100)
        assert (reading.answered_in, reading.message_id) == (5, 55)
        assert await backfill_readings.find(conn, SERVER, THREAD) == reading
        await backfills.finish(conn, await claimed(conn), None, NOW)
        assert await backfills.untold(conn, NOW, shards=None) == []
        await backfills.finish(conn, await claimed(conn), "gone", NOW)
        assert await backfills.untold(conn, NOW, shards=None) == [(SERVER, FIRST)]
        assert ((await get(conn)).state, (await get(conn)).problem) == ("done", "gone")
        await backfills.told(conn, await get(conn))
        assert await backfills.untold(conn, NOW, shards=None) == []


async def test_a_new_reading_begins_anew_and_takes_threads_over(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn, THREAD)
        assert await advance(conn, await claimed(conn), 90)
        await backfills.turn(conn, SERVER, FIRST, before=("running",), after="stopped", now=NOW)
        await begin(conn, CHANNEL, SECOND)
        await backfills.add_threads(conn, await claimed(conn), [THREAD], NOW)
        assert await backfill_readings.get(conn, SERVER, FIRST) is None
        reading = await get(conn, SECOND)
        assert (reading.messages, reading.threads, reading.state) == (0, 1, "running")


async def test_a_server_reads_in_order_and_servers_take_turns(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        await begin(conn, OTHER, SECOND)
        await begin(conn, CHANNEL, SECOND, server_id=OTHER_SERVER)
        assert (await get(conn)).behind is None
        assert (await get(conn, SECOND)).behind == CHANNEL
        one, two = await claimed(conn), await claimed(conn)
        assert {one.server_id, two.server_id} == {SERVER, OTHER_SERVER}
        assert await claim(conn) is None
        for place in (one, two):
            assert await backfills.advance(conn, place, after_id=1, messages=1, mentions=0, now=after(1))
        first = await claimed(conn, 2)
        assert await backfills.advance(conn, first, after_id=2, messages=1, mentions=0, now=after(2))
        assert (await claimed(conn, 2)).server_id != first.server_id
        await backfills.turn(conn, SERVER, FIRST, before=("running",), after="stopped", now=NOW)
        assert (await claimed(conn, 2)).channel_id == OTHER
        assert (await get(conn, SECOND)).behind is None


async def test_a_process_works_for_its_own_servers(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        shard = (SERVER >> 22) % 2
        assert await claim(conn, shards=Shards(2, (1 - shard,))) is None
        assert await backfills.next_due(conn, shards=Shards(2, (1 - shard,))) is None
        assert await claim(conn, shards=Shards(2, (shard,))) is not None


async def test_what_is_stopped_is_not_read_and_is_told(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        place = await claimed(conn)
        await backfills.turn(conn, SERVER, FIRST, before=("running",), after="paused", problem="hidden", now=NOW)
        assert not await backfills.renew(conn, place, NOW)
        assert not await advance(conn, place, 100)
        await backfills.finish(conn, place, None, NOW)
        await backfills.wait(conn, place, after(5))
        assert (await get(conn)).model_dump(include={"state", "problem", "messages"}) == {
            "state": "paused",
            "problem": "hidden",
            "messages": 0,
        }
        assert await claim(conn, 5) is None
        assert await backfills.untold(conn, NOW, shards=None) == [(SERVER, FIRST)]
        await backfills.told(conn, await get(conn), again_at=after(1))
        assert await backfills.untold(conn, NOW, shards=None) == []
        assert await backfills.untold(conn, after(1), shards=None) == [(SERVER, FIRST)]
        await backfills.turn(conn, SERVER, FIRST, before=("stopped", "paused"), after="running", now=NOW)
        assert (await get(conn)).problem is None
        assert await backfills.untold(conn, NOW, shards=None) == []
        assert await claim(conn) is not None


async def test_another_servers_id_changes_and_tells_nothing(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        await backfills.turn(conn, OTHER_SERVER, FIRST, before=("running",), after="stopped", now=NOW)
        assert await backfill_readings.get(conn, OTHER_SERVER, FIRST) is None
        assert await backfill_readings.find(conn, OTHER_SERVER, CHANNEL) is None
        assert (await get(conn)).state == "running"


async def test_its_message_is_forgotten_unless_it_has_another(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        await backfills.answered(conn, await get(conn), 5, 55, NOW)
        before = await get(conn)
        await backfills.answered(conn, before, 6, 66, NOW)
        await backfills.unanswered(conn, before)
        assert (await get(conn)).message_id == 66
        await backfills.unanswered(conn, await get(conn))
        assert (await get(conn)).message_id is None


async def test_a_message_that_comes_after_the_end_is_told_too(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        await backfills.finish(conn, await claimed(conn), None, NOW)
        await backfills.told(conn, await get(conn))
        await backfills.answered(conn, await get(conn), 5, 55, NOW)
        assert await backfills.untold(conn, NOW, shards=None) == [(SERVER, FIRST)]


async def test_it_ends_in_servers_that_were_left(db: Database) -> None:
    async with db.write() as conn:
        await begin(conn)
        await begin(conn, CHANNEL, SECOND, server_id=OTHER_SERVER)
        await servers.left(conn, SERVER, NOW)
        await backfills.end_where_removed(conn, NOW)
        assert ((await get(conn)).state, (await get(conn)).problem) == ("done", "left")
        assert (await claimed(conn)).server_id == OTHER_SERVER


async def test_different_papers_shared_there_before_the_command(db: Database) -> None:
    one, two = PaperId("arxiv", "1706.03762"), PaperId("doi", "10.1000/xyz")
    async with db.write() as conn:
        await begin(conn)
        await share(conn, one, message_id=1)
        await share(conn, one, message_id=2)
        await share(conn, two, message_id=FIRST + 1)
        assert (await get(conn)).papers == 1
        await share(conn, two, message_id=3)
        await share(conn, PaperId("arxiv", "9"), message_id=4, server_id=OTHER_SERVER)
        assert (await get(conn)).papers == 2


@pytest.mark.parametrize("backfilled", [True, False])
async def test_papers_that_nobody_looks_for(db: Database, backfilled: bool) -> None:
    known, waiting, unknown, other = (PaperId("arxiv", f"2001.0000{i}") for i in range(4))
    async with db.write() as conn:
        if backfilled:
            await begin(conn)
        for number, paper in enumerate((known, waiting, unknown, unknown, PaperId("ieee", "1"))):
            await share(conn, paper, message_id=number + 1)
        await store(conn, make_paper(known.value, doi="10.1000/alias"))
        await share(conn, PaperId("doi", "10.1000/alias"), message_id=9)
        await lookups.wait(conn, [waiting], NOW)
        await share(conn, other, message_id=8, server_id=OTHER_SERVER)
        found = await backfill_readings.unknown_papers(conn, ["arxiv", "doi"])
        assert sorted(found) == ([unknown, other] if backfilled else [])
