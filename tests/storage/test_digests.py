"""What a digest is made of, on both engines, and that each server's is its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from bot.domain.digest import Shared
from bot.domain.paper_cards import Form
from bot.domain.papers import PaperId
from bot.storage import card_messages, digests, discussions, reading_list
from bot.storage.database import Connection, Database
from bot.storage.tables import paper
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

FIRST, SECOND = PaperId("arxiv", "2603.00001"), PaperId("arxiv", "2603.00002")
WEEK_AGO = NOW - timedelta(days=7)


async def two_papers(conn: Connection) -> tuple[int, int]:
    return await store(conn, make_paper(FIRST.value, doi="10.1000/a")), await store(conn, make_paper(SECOND.value))


async def add(conn: Connection, until: datetime, *, server_id: int = SERVER, **named: int | None) -> int:
    return await digests.add(
        conn,
        server_id,
        7,
        since=until - timedelta(days=7),
        until=until,
        outside=named.get("outside"),
        past=named.get("past"),
    )


async def test_only_a_posted_digest_counts_as_the_last(db: Database) -> None:
    async with db.write() as conn:
        assert await digests.last_until(conn, SERVER) is None
        earlier, later = await add(conn, after(0)), await add(conn, after(9))
        await digests.posted(conn, earlier, 55)
        await digests.posted(conn, await add(conn, after(99), server_id=OTHER_SERVER), 56)
        assert await digests.last_until(conn, SERVER) == after(0)
        kept, unposted = await digests.get(conn, earlier), await digests.get(conn, later)
        assert await digests.get(conn, 10**6) is None
    assert kept == (earlier, SERVER, 7, after(0) - timedelta(days=7), after(0), 55, None, None)
    assert unposted is not None
    assert unposted.message_id is None


async def test_what_was_named_since_then(db: Database) -> None:
    async with db.write() as conn:
        one, other = await two_papers(conn)
        await add(conn, after(-1), outside=one)
        first = await add(conn, after(0), outside=other, past=one)
        await add(conn, after(5), past=other)
        await add(conn, after(5), server_id=OTHER_SERVER, outside=one)
        assert await digests.named_since(conn, SERVER, after(0)) == ({other}, {one, other})
        kept = await digests.get(conn, first)
        assert await digests.named_since(conn, SERVER, after(0), but=kept) == (set(), {other})


async def test_two_ids_of_a_paper_in_one_message_are_one_mention(db: Database) -> None:
    async with db.write() as conn:
        one, other = await two_papers(conn)
        await share(conn, FIRST, message_id=1, at=after(1))
        await share(conn, PaperId("doi", "10.1000/a"), message_id=1, at=after(1))
        await share(conn, FIRST, message_id=None, at=after(2))  # its message was deleted: still a mention
        await share(conn, FIRST, message_id=None, at=after(3))
        await share(conn, SECOND, message_id=4, at=after(0))
        await share(conn, SECOND, message_id=5, at=after(60))  # not before the end
        await share(conn, SECOND, message_id=6, at=after(-1))
        await share(conn, SECOND, server_id=OTHER_SERVER, message_id=7, at=after(5))
        found = await digests.mentions(conn, SERVER, after(0), after(60))
    assert found == [(other, after(0), "cs"), (one, after(1), "cs"), (one, after(2), "cs"), (one, after(3), "cs")]


async def test_votes_of_that_time_that_still_stand(db: Database) -> None:
    async with db.write() as conn:
        one, other = await two_papers(conn)
        for server_id, number in [(SERVER, one), (SERVER, other), (OTHER_SERVER, other)]:
            await reading_list.save(conn, server_id, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, one, ADA, after(0))
        await reading_list.toggle_vote(conn, SERVER, one, GRACE, after(1))
        await reading_list.toggle_vote(conn, SERVER, other, ADA, after(1))
        await reading_list.toggle_vote(conn, SERVER, other, ADA, after(2))
        await reading_list.toggle_vote(conn, SERVER, other, GRACE, after(60))
        await reading_list.toggle_vote(conn, OTHER_SERVER, other, ADA, after(1))
        assert await digests.votes(conn, SERVER, after(0), after(60)) == {one: 2}


async def test_all_that_the_server_ever_shared(db: Database) -> None:
    async with db.write() as conn:
        one, other = await two_papers(conn)
        await conn.execute(update(paper).where(paper.c.id == other).values(primary_category=None))
        for minute, message_id in enumerate([1, 2, None]):
            await share(conn, FIRST, message_id=message_id, at=after(minute))
        await share(conn, PaperId("doi", "10.1000/a"), message_id=2, at=after(1))
        await share(conn, SECOND, message_id=9, at=after(5))
        await share(conn, SECOND, server_id=OTHER_SERVER, message_id=8, at=WEEK_AGO)
        await reading_list.save(conn, SERVER, one, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, one, ADA, NOW)
        found = await digests.known(conn, SERVER, after(60))
        assert await digests.known(conn, SERVER, after(0)) == []
    assert sorted(found, key=lambda each: each.paper) == [
        Shared(paper=one, mentions=3, first_at=after(0), field="cs", votes=1),
        Shared(paper=other, mentions=1, first_at=after(5), field="other"),
    ]


async def test_threads_remember_the_most_messages_that_were_told(db: Database) -> None:
    async with db.write() as conn:
        one, other = await two_papers(conn)
        for server_id, number, thread_id in [(SERVER, one, 11), (SERVER, other, 12), (OTHER_SERVER, one, 21)]:
            await discussions.claim(conn, server_id, number, 7, NOW)
            await discussions.record(conn, server_id, number, thread_id)
        await digests.set_messages_told(conn, SERVER, {11: 5, 21: 5, 99: 5})
        await digests.set_messages_told(conn, SERVER, {11: 3})
        assert await digests.threads(conn, SERVER) == {11: (one, NOW, 5), 12: (other, NOW, None)}
        assert await digests.threads(conn, OTHER_SERVER) == {21: (one, NOW, None)}


async def test_cards_that_the_bot_posted_in_that_time(db: Database) -> None:
    async with db.write() as conn:
        one, _ = await two_papers(conn)
        for message_id, minute, server_id in [(1, 0, SERVER), (2, 1, SERVER), (3, 60, SERVER), (4, 1, OTHER_SERVER)]:
            await card_messages.record(
                conn, [(one, Form.FULL)], server_id=server_id, channel_id=77, message_id=message_id, now=after(minute)
            )
        assert await digests.cards_posted(conn, SERVER, after(0), after(60)) == {77: 2}
