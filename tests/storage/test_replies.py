"""Replies the bot owes: a row first, claimed with a lease."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.links import Link
from bot.domain.papers import PaperId
from bot.storage import mentions, replies
from bot.storage.database import Connection, Database
from bot.storage.replies import Claim, Found
from bot.storage.shards import Shards
from tests.storage.examples import ADA, NOW, OTHER_SERVER, SERVER, after
from tests.storage.processes import run_processes

CHANNEL = 613425648685547599
MESSAGE, LATER = 613425648685547777, 2**63 - 1
POSTED = 613425648685547888
ARXIV = PaperId("arxiv", "1706.03762")
DOI = PaperId("doi", "10.1000/xyz")
LEASE = timedelta(seconds=replies.LEASE_SECONDS)
MOMENT = timedelta(microseconds=1)


async def open_claimed(
    conn: Connection, *, server_id: int = SERVER, message_id: int = MESSAGE, now: datetime = NOW, hide: bool = False
) -> Claim | None:
    return await replies.open_claimed(
        conn, server_id=server_id, channel_id=CHANNEL, message_id=message_id, hide_preview=hide, now=now
    )


async def opened(conn: Connection, *, server_id: int = SERVER, message_id: int = MESSAGE) -> Claim:
    claim = await open_claimed(conn, server_id=server_id, message_id=message_id)
    assert claim is not None
    return claim


async def record(
    conn: Connection,
    claim: Claim,
    *,
    posted_id: int | None = POSTED,
    reacted: bool = False,
    look_again_at: datetime | None = None,
) -> bool:
    return await replies.record(
        conn,
        claim.id,
        claim.due_at,
        posted_id=posted_id,
        reacted=reacted,
        generation=claim.generation,
        look_again_at=look_again_at,
    )


async def due(conn: Connection, now: datetime, *, shards: Shards | None = None, limit: int = 100) -> list[Claim]:
    return await replies.claim_due(conn, now, shards=shards, limit=limit)


async def next_due(conn: Connection, shards: Shards | None = None) -> datetime | None:
    return await replies.next_due(conn, shards=shards)


async def test_a_reply_is_opened_with_its_lease(db: Database) -> None:
    async with db.write() as conn:
        claim = await open_claimed(conn, hide=True)
        assert claim is not None
        assert claim == Claim(
            id=claim.id,
            server_id=SERVER,
            channel_id=CHANNEL,
            message_id=MESSAGE,
            posted_id=None,
            generation=0,
            attempts=1,
            due_at=NOW + LEASE,
            reacted=False,
            hide_preview=True,
        )
        assert await due(conn, after(0.5)) == []
        assert await next_due(conn) == NOW + LEASE


async def test_work_cut_off_by_a_crash_is_found_again_with_its_attempts(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        assert await due(conn, NOW + LEASE - MOMENT) == []
        for attempts in (2, 3):
            at = await next_due(conn)
            assert at is not None
            assert await due(conn, at) == [claim._replace(attempts=attempts, due_at=at + LEASE)]


async def test_the_time_that_next_due_names_is_never_too_early(db: Database) -> None:
    """Else whoever waits for it would look again and again without moving on."""
    async with db.write() as conn:
        first = await opened(conn)
        assert await open_claimed(conn, now=after(0.1)) is None  # changed under the lease
        at = await next_due(conn)
        assert at == NOW + LEASE
        assert [claim.id for claim in await due(conn, at)] == [first.id]
        assert await next_due(conn) == at + LEASE


async def test_a_change_during_the_lease_leaves_the_reply_due(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        assert await open_claimed(conn, now=after(0.1), hide=True) is None
        assert await due(conn, after(0.2)) == []
        assert await record(conn, claim)
        assert await next_due(conn) == after(0.1)
        (again,) = await due(conn, after(0.2))
        assert (again.posted_id, again.attempts, again.hide_preview) == (POSTED, 1, True)
        assert not await record(conn, again)
        assert await next_due(conn) is None


async def test_a_change_during_the_lease_survives_a_failure_too(db: Database) -> None:
    async with db.write() as conn:
        for later in (after(60), None):
            claim = await open_claimed(conn, now=after(10))
            assert claim is not None
            await replies.mark_due(conn, [claim.id], after(10.1))
            await replies.postpone(conn, claim.id, claim.due_at, later)
            assert [found.id for found in await due(conn, after(10.2))] == [claim.id]
            await replies.drop(conn, [claim.id])


async def test_what_is_recorded_stands_until_something_changes(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        assert not await record(conn, claim, reacted=True)
        assert await next_due(conn) is None
        assert await due(conn, after(1e6)) == []
        again = await open_claimed(conn, now=after(5))
        assert again is not None
        assert (again.id, again.posted_id, again.reacted, again.attempts) == (claim.id, POSTED, True, 1)


async def test_another_look_can_be_asked_for_while_recording(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        assert not await record(conn, claim, look_again_at=after(30))
        assert await next_due(conn) == after(30)


async def test_a_failure_is_tried_again_later_or_never(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        await replies.postpone(conn, claim.id, claim.due_at, after(2))
        assert await next_due(conn) == after(2)
        assert await due(conn, after(1.9)) == []
        (again,) = await due(conn, after(2))
        assert again.attempts == 2
        await replies.postpone(conn, again.id, again.due_at, None)
        assert await next_due(conn) is None
        assert await due(conn, after(1e6)) == []


async def test_the_longest_overdue_come_first(db: Database) -> None:
    async with db.write() as conn:
        claims = [await opened(conn, message_id=message_id) for message_id in (1, 2, 3)]
        for claim, minutes in zip(claims, (3, 1, 2), strict=True):
            await replies.postpone(conn, claim.id, claim.due_at, after(minutes))
        assert [claim.message_id for claim in await due(conn, after(9), limit=1)] == [2]
        assert [claim.message_id for claim in await due(conn, after(9), limit=9)] == [1, 3]


async def test_only_the_reply_that_is_asked_for_is_claimed(db: Database) -> None:
    async with db.write() as conn:
        claims = [await opened(conn, message_id=message_id) for message_id in (1, 2)]
        await replies.mark_due(conn, [claim.id for claim in claims], NOW)
        taken = await replies.claim_due(conn, after(5), shards=None, limit=1, reply_id=claims[1].id)
        assert [claim.message_id for claim in taken] == [2]


BIGGEST = 2**63 - 1
"""A snowflake has 63 bits; its shard is told by the upper 41."""


@pytest.mark.parametrize("of_all", [1, 2, 7, 16])
async def test_each_server_belongs_to_one_shard(db: Database, of_all: int) -> None:
    server_ids = [SERVER, OTHER_SERVER, BIGGEST, BIGGEST - (1 << 22), 1, (1 << 22) + 5]
    async with db.write() as conn:
        claims = [await opened(conn, server_id=server_id) for server_id in server_ids]
        await replies.mark_due(conn, [claim.id for claim in claims], NOW)
        for shard in range(of_all):
            mine = Shards(of_all, (shard,))
            expected = {server_id for server_id in server_ids if (server_id >> 22) % of_all == shard}
            assert (await next_due(conn, mine) is not None) == bool(expected)
            assert {claim.server_id for claim in await due(conn, after(5), shards=mine)} == expected


async def test_a_process_may_have_several_shards(db: Database) -> None:
    async with db.write() as conn:
        claims = [await opened(conn, server_id=shard << 22) for shard in range(1, 9)]
        await replies.mark_due(conn, [claim.id for claim in claims], NOW)
        taken = await due(conn, after(5), shards=Shards(4, (1, 3)))
        assert [claim.server_id >> 22 for claim in taken] == [1, 3, 5, 7]


async def note(conn: Connection, *links: Link, server_id: int = SERVER, message_id: int = MESSAGE) -> None:
    await mentions.add(
        conn, links, server_id=server_id, channel_id=CHANNEL, message_id=message_id, author_id=ADA, at=NOW
    )


async def test_every_reply_that_waits_for_a_paper_is_due_when_it_comes(db: Database) -> None:
    async with db.write() as conn:
        for server_id, message_id, link in (
            (SERVER, 1, Link(ARXIV, None, quiet=False)),
            (OTHER_SERVER, 1, Link(ARXIV, None, quiet=False)),
            (SERVER, 2, Link(DOI, None, quiet=False)),
            (SERVER, 3, Link(ARXIV, None, quiet=True)),
            (SERVER, 4, Link(PaperId("doi", ARXIV.value), None, quiet=False)),
        ):
            await note(conn, link, server_id=server_id, message_id=message_id)
            await record(conn, await opened(conn, server_id=server_id, message_id=message_id), posted_id=None)
        await replies.mark_due_for_papers(conn, [], NOW)
        assert await due(conn, after(5)) == []
        await replies.mark_due_for_papers(conn, [ARXIV, PaperId("arxiv", "0000.00000")], NOW)
        found = {(claim.server_id, claim.message_id) for claim in await due(conn, after(5))}
        assert found == {(SERVER, 1), (OTHER_SERVER, 1)}


async def test_a_reply_is_found_by_either_message(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        await opened(conn, server_id=OTHER_SERVER)
        assert await replies.to_messages(conn, SERVER, [MESSAGE, 5]) == [Found(claim.id, SERVER, MESSAGE, None)]
        await record(conn, claim)
        found = Found(claim.id, SERVER, MESSAGE, POSTED)
        assert await replies.to_messages(conn, SERVER, [MESSAGE]) == [found]
        assert await replies.to_messages(conn, SERVER, []) == []
        assert await replies.posted_as(conn, SERVER, POSTED) == found
        assert await replies.posted_as(conn, SERVER, MESSAGE) is None
        assert await replies.posted_as(conn, OTHER_SERVER, POSTED) is None


async def test_a_reply_whose_message_is_gone_goes_too_or_stays_alone(db: Database) -> None:
    async with db.write() as conn:
        going, kept = await opened(conn, message_id=1), await opened(conn, message_id=2)
        await record(conn, going, posted_id=101)
        await record(conn, kept, posted_id=102)
        await replies.detach(conn, [going.id], due_at=after(5))
        await replies.detach(conn, [kept.id], due_at=None)
        await replies.detach(conn, [], due_at=after(5))
        (claim,) = await due(conn, after(6))
        assert (claim.message_id, claim.posted_id) == (None, 101)
        assert await replies.posted_as(conn, SERVER, 102) == Found(kept.id, SERVER, None, 102)


async def test_a_message_deleted_while_its_reply_is_posted_takes_the_reply_along(db: Database) -> None:
    async with db.write() as conn:
        claim = await opened(conn)
        await replies.detach(conn, [claim.id], due_at=after(0.1))
        assert await record(conn, claim)
        (again,) = await due(conn, after(0.2))
        assert (again.message_id, again.posted_id) == (None, POSTED)


async def test_dropping_is_for_one_server(db: Database) -> None:
    async with db.write() as conn:
        claims = [await opened(conn, server_id=server_id) for server_id in (SERVER, OTHER_SERVER)]
        for claim in claims:
            await record(conn, claim)
        await replies.drop_posted(conn, SERVER, [POSTED, 5])
        assert await replies.posted_as(conn, SERVER, POSTED) is None
        assert await replies.posted_as(conn, OTHER_SERVER, POSTED) is not None
        await replies.drop(conn, [claims[1].id])
        assert await replies.posted_as(conn, OTHER_SERVER, POSTED) is None


async def test_who_worked_on_a_dropped_reply_does_not_record_into_the_next_one(db: Database) -> None:
    async with db.write() as conn:
        old = await opened(conn)
        await replies.drop(conn, [old.id])
        new = await opened(conn)
        await record(conn, old)
        assert await replies.to_messages(conn, SERVER, [MESSAGE]) == [Found(new.id, SERVER, MESSAGE, None)]


async def test_of_many_at_once_one_takes_each_reply(db: Database) -> None:
    async with db.write() as conn:
        for message_id in range(1, 21):
            await record(conn, await opened(conn, message_id=message_id), look_again_at=NOW)

    async def take() -> list[int]:
        async with db.write() as conn:
            return [claim.id for claim in await due(conn, after(5), limit=3)]

    taken = [number for numbers in await asyncio.gather(*(take() for _ in range(12))) for number in numbers]
    assert len(taken) == len(set(taken))
    async with db.write() as conn:
        left = [claim.id for claim in await due(conn, after(5))]
    assert len({*taken, *left}) == len(taken) + len(left) == 20


async def test_of_many_at_once_one_opens_a_reply(db: Database) -> None:
    async def take() -> Claim | None:
        async with db.write() as conn:
            return await open_claimed(conn)

    assert len([claim for claim in await asyncio.gather(*(take() for _ in range(20))) if claim is not None]) == 1


async def test_of_several_processes_one_takes_each_reply(database_url: str) -> None:
    db = await Database.open(database_url)
    async with db.write() as conn:
        for message_id in range(1, 41):
            await record(conn, await opened(conn, message_id=message_id), look_again_at=NOW)
    await db.close()
    said = await run_processes(
        """
        db = await Database.open(url)
        while True:
            async with db.write() as conn:
                claims = await replies.claim_due(conn, datetime.now(UTC), shards=None, limit=3)
            print(*(claim.message_id for claim in claims))
            if not claims:
                break
        await db.close()
        """,
        database_url,
        count=2,
    )
    assert sorted(map(int, "".join(said).split())) == list(range(1, 41))
