"""Reading history: a page and its cursor are one, what is known stays, and new links come before old ones."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.domain.backfill import Place, Reading
from bot.domain.paper_cards import HeardMessage
from bot.domain.papers import PaperId
from bot.errors import DoneElsewhere, NotFound
from bot.services.backfills import FED_AT_ONCE, FEED_SECONDS, Backfills, Page
from bot.services.fetching import PaperFetcher
from bot.services.paper_cards import PaperCards
from bot.storage import lookups, mentions, servers
from bot.storage.database import Database
from bot.storage.tables import lookup, mention, reply
from tests.services.examples import CHANNEL, SilentSource, message
from tests.services.waiting import WatchedClock, settle_down
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

ATTENTION, ADAM, NO_SOURCE = PaperId("arxiv", "1706.03762"), PaperId("arxiv", "1412.6980"), PaperId("ieee", "1")
READING = 9000


class History:
    """The service over a real database, and the clock it lives by. Another one is another process."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = WatchedClock(NOW)
        self.fetcher = PaperFetcher(db, [SilentSource()], self.clock)
        self.cards = PaperCards(db, self.fetcher, self.clock)
        self.backfills = Backfills(db, self.cards, self.fetcher, self.clock)

    async def begin(self, *, most: int | None = None) -> Reading:
        return await self.backfills.begin(SERVER, CHANNEL, reading_id=READING, asked_by=ADA, most=most)

    async def claim(self) -> Place:
        place = await self.backfills.claim()
        assert place is not None
        return place

    async def read(self, *heard: HeardMessage, last: bool = False) -> None:
        """One page, of these messages and others that nobody minds."""
        await self.backfills.record(await self.claim(), page(*heard), last=last)

    async def reading(self) -> Reading:
        found = await self.backfills.get(SERVER, READING)
        assert found is not None
        return found

    async def noted(self) -> list[tuple[int | None, str]]:
        async with self.db.read() as conn:
            rows = await conn.execute(select(mention.c.message_id, mention.c.value).order_by(mention.c.id))
            return [(row.message_id, row.value) for row in rows]

    async def in_line(self) -> set[str]:
        async with self.db.read() as conn:
            return set(await conn.scalars(select(lookup.c.value)))


@pytest.fixture
def history(db: Database) -> History:
    return History(db)


def page(*heard: HeardMessage) -> Page:
    return Page(max((each.message_id for each in heard), default=100), 100, heard)


async def test_mentions_and_cursor_are_recorded_together_and_no_reply_opened(history: History) -> None:
    await history.begin()
    await history.read(message(ATTENTION, ADAM, message_id=10), message(ADAM, message_id=20))
    assert await history.noted() == [(10, "1706.03762"), (10, "1412.6980"), (20, "1412.6980")]
    reading = await history.reading()
    assert (reading.messages, reading.mentions, reading.papers, reading.at_id) == (100, 3, 2, 20)
    async with history.db.read() as conn:
        assert list(await conn.scalars(select(reply.c.id))) == []
    assert await history.cards.claim_due(10) == []


async def test_a_page_that_two_processes_read_counts_once(history: History) -> None:
    await history.begin()
    other = History(history.db)
    mine = await history.claim()
    other.clock.advance(61)  # the lease is over
    theirs = await other.claim()
    read = page(message(ATTENTION, message_id=10))
    await asyncio.gather(
        history.backfills.record(mine, read, last=False), other.backfills.record(theirs, read, last=False)
    )
    reading = await history.reading()
    assert (reading.messages, reading.mentions) == (100, 1)
    assert await history.noted() == [(10, "1706.03762")]


async def test_a_page_that_fails_halfway_leaves_no_trace(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    await history.begin()
    place = await history.claim()
    monkeypatch.setattr("bot.storage.backfills.advance", _fails)
    with pytest.raises(RuntimeError, match="power"):
        await history.backfills.record(place, page(message(ATTENTION, message_id=10)), last=False)
    assert await history.noted() == []
    history.clock.advance(61)
    assert (await history.claim()).after_id == 0


async def _fails(*_: object, **__: object) -> bool:
    raise RuntimeError("the power is gone")


async def test_a_known_message_stays_as_it_is(history: History) -> None:
    async with history.db.write() as conn:
        known = {"server_id": SERVER, "channel_id": CHANNEL, "message_id": 10}
        await mentions.add(conn, message(ATTENTION).links, author_id=ADA, at=NOW, **known)
        await mentions.dismiss(conn, SERVER, 10, [ATTENTION])
    await history.begin()
    await history.read(message(ADAM, ATTENTION, message_id=10), message(ADAM, message_id=11, server_id=SERVER))
    assert await history.noted() == [(10, "1706.03762"), (11, "1412.6980")]
    assert (await history.reading()).mentions == 1


async def test_who_opted_out_and_bots_are_left_out_and_watched_channels_do_not_matter(history: History) -> None:
    async with history.db.write() as conn:
        await servers.ensure(conn, SERVER, NOW)
        await servers.watch(conn, SERVER, CHANNEL + 1)
        await servers.ignore_member(conn, GRACE, NOW)
    await history.begin()
    said = (
        message(ATTENTION, message_id=10, author_id=GRACE),
        message(ATTENTION, message_id=11, from_bot=True),
        message(ATTENTION, message_id=12),
    )
    await history.read(*said)
    assert [message_id for message_id, _ in await history.noted()] == [12]
    async with history.db.write() as conn:
        await servers.set_watch_bots(conn, SERVER, watch=True)
    await history.read(*said)
    assert [message_id for message_id, _ in await history.noted()] == [12, 11]


async def test_asking_again_gives_the_same_until_it_is_over(history: History) -> None:
    first = await history.begin(most=5)
    again = await history.backfills.begin(SERVER, CHANNEL, reading_id=READING + 1, asked_by=GRACE, most=None)
    assert again == first
    await history.backfills.stop(SERVER, READING)
    again = await history.backfills.begin(SERVER, CHANNEL, reading_id=READING + 1, asked_by=GRACE, most=None)
    assert (again.id, again.state) == (READING, "stopped")
    await history.backfills.go_on(SERVER, READING)
    await history.read(last=True)
    new = await history.backfills.begin(SERVER, CHANNEL, reading_id=READING + 1, asked_by=GRACE, most=None)
    assert (new.id, new.state, new.most) == (READING + 1, "running", None)


async def test_one_command_that_two_processes_hear_begins_one_reading(history: History) -> None:
    await history.begin()
    with pytest.raises(DoneElsewhere):
        await History(history.db).begin()


async def test_a_button_of_another_server_or_time_changes_nothing(history: History) -> None:
    await history.begin()
    for server_id, reading_id in ((OTHER_SERVER, READING), (SERVER, READING + 1), (SERVER, -(2**40))):
        with pytest.raises(NotFound):
            await history.backfills.stop(server_id, reading_id)
    assert (await history.reading()).state == "running"


async def test_what_is_over_cannot_go_on(history: History) -> None:
    await history.begin()
    await history.read(last=True)
    assert (await history.backfills.go_on(SERVER, READING)).state == "done"
    assert (await history.backfills.stop(SERVER, READING)).state == "done"


async def test_a_start_that_was_found_is_not_looked_for_again(history: History) -> None:
    await history.begin(most=5)
    place = await history.claim()
    assert place.needs_start
    assert await history.backfills.keep(place)
    await history.backfills.found_start(place, 1)
    assert not await history.backfills.keep(place)
    assert not (await history.claim()).needs_start


async def test_unknown_papers_are_fetched_a_few_at_a_time_behind_new_links(history: History) -> None:
    many = [PaperId("arxiv", f"2001.{number:05}") for number in range(FED_AT_ONCE + 10)]
    async with history.db.write() as conn:
        await store(conn, make_paper(ATTENTION.value))
    await history.backfills.feed()
    await history.begin()
    await history.read(message(ATTENTION, NO_SOURCE, *many, message_id=10))
    assert await history.in_line() == set(), "reading puts nothing in line"
    await history.backfills.feed()
    first = await history.in_line()
    assert first == {paper.value for paper in many[:FED_AT_ONCE]}
    history.clock.advance(FEED_SECONDS)
    await history.backfills.feed()
    assert await history.in_line() == first, "the others are not served yet"
    async with history.db.write() as conn:
        await lookups.done(conn, many[:FED_AT_ONCE])
    await history.backfills.feed()
    assert await history.in_line() == set(), "not so soon"
    history.clock.advance(FEED_SECONDS)
    await history.backfills.feed()
    assert await history.in_line() == {paper.value for paper in many[FED_AT_ONCE:]}


async def test_what_a_restart_left_unknown_is_found_again(history: History) -> None:
    await history.begin()
    await history.read(message(ADAM, message_id=10))
    again = History(history.db)
    await again.backfills.feed()
    assert await again.in_line() == {ADAM.value}


async def test_it_waits_no_longer_than_there_is_nothing_to_do(history: History) -> None:
    waiting = asyncio.create_task(history.backfills.wait_for_work())
    await asyncio.sleep(0)
    await history.begin()
    async with asyncio.timeout(5):
        await waiting
    await history.backfills.wait(await history.claim(), 30)
    waiting = asyncio.create_task(history.backfills.wait_for_work())
    await settle_down(history.clock)
    history.clock.advance(29)
    await settle_down(history.clock)
    assert not waiting.done()
    history.clock.advance(1)
    async with asyncio.timeout(5):
        await waiting
    assert await history.backfills.claim() is not None
