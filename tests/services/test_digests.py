"""A digest from preview to posted: what it tells, that a second try tells the same, and where the next begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.digest import Count
from bot.domain.occurrences import Kind, Occurrence
from bot.domain.paper_cards import Form
from bot.domain.papers import PaperId
from bot.services.digests import Begun, Digests, Told
from bot.services.occurrences import Occurrences
from bot.storage import card_messages, discussions, reading_list
from bot.storage.database import Database
from bot.storage.tables import occurrence
from sandbox.clock import VirtualClock
from tests.services.examples import CHANNEL
from tests.storage.examples import ADA, NOW, OTHER_SERVER, SERVER, make_paper, share, store

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def engine(db: Database, clock: VirtualClock) -> Occurrences:
    return Occurrences(db, clock)


@pytest.fixture
def service(db: Database, clock: VirtualClock, engine: Occurrences) -> Digests:
    return Digests(db, clock, engine)


async def shared(db: Database, number: int, *, at: datetime, server_id: int = SERVER) -> int:
    """A paper, shared by a member then; its number."""
    paper_id = PaperId("arxiv", f"2603.{number:05}")
    async with db.write() as conn:
        stored = await store(conn, make_paper(paper_id.value, title=f"Paper {number}"))
        await share(conn, paper_id, at=at, message_id=number * 1000 + (at - NOW) // DAY, server_id=server_id)
    return stored


async def thread(db: Database, paper: int, thread_id: int, *, at: datetime) -> None:
    async with db.write() as conn:
        await discussions.claim(conn, SERVER, paper, CHANNEL, at)
        await discussions.record(conn, SERVER, paper, thread_id)


async def due(engine: Occurrences) -> Occurrence:
    kinds: tuple[Kind, ...] = ("digest",)
    (found,) = await engine.claim_due(kinds, 10)
    return found


def tells(found: Told | Begun | None) -> Told:
    assert found is not None
    return found.told if isinstance(found, Begun) else found


async def test_nothing_happened(db: Database, service: Digests, engine: Occurrences, clock: VirtualClock) -> None:
    await shared(db, 1, at=NOW - 8 * DAY)
    await shared(db, 2, at=NOW - DAY, server_id=OTHER_SERVER)
    assert await service.preview(SERVER, {}) is None
    assert not await service.post(SERVER, CHANNEL, {})
    await engine.set_schedule(SERVER, "digest", weekday=0, minute=18 * 60, channel_id=CHANNEL)
    clock.advance(DAY.total_seconds())
    assert await service.begin(await due(engine), {}) is None


async def test_a_preview_is_what_is_posted_and_records_nothing(
    db: Database, service: Digests, engine: Occurrences
) -> None:
    paper = await shared(db, 1, at=NOW - DAY)
    await thread(db, paper, 77, at=NOW - DAY)
    shown = tells(await service.preview(SERVER, {77: 5}))
    assert await service.post(SERVER, CHANNEL, {77: 5})
    begun = await service.begin(await due(engine), {77: 5})
    assert tells(begun) == shown
    assert begun is not None
    assert (begun.channel_id, begun.message_id) == (CHANNEL, None)
    assert shown.digest.top == (Count(paper=paper, count=1),)
    assert shown.digest.discussed == (Count(paper=paper, count=5),)
    assert shown.papers[paper].title_text == "Paper 1"
    assert shown.threads == {paper: 77}


async def test_days_are_the_servers_own_and_each_paper_counts_once(
    db: Database, service: Digests, engine: Occurrences
) -> None:
    await engine.set_timezone(SERVER, "Asia/Tokyo")
    await shared(db, 1, at=NOW - 7 * DAY + timedelta(hours=7))  # 16:00 UTC is the next day in Tokyo
    await shared(db, 1, at=NOW - DAY)
    days = tells(await service.preview(SERVER, {})).digest.days
    assert list(days) == [date(2026, 2, 23) + timedelta(days=day) for day in range(8)]
    assert {day: fields for day, fields in days.items() if fields} == {date(2026, 2, 24): {"cs": 1}}


async def test_the_next_begins_where_the_last_posted_one_ended(
    db: Database, service: Digests, engine: Occurrences, clock: VirtualClock
) -> None:
    paper = await shared(db, 1, at=NOW - DAY)
    await thread(db, paper, 77, at=NOW - DAY)
    assert await service.post(SERVER, CHANNEL, {77: 5})
    assert await service.preview(SERVER, {77: 5}) is not None  # not posted yet
    begun = await service.begin(await due(engine), {77: 5})
    assert begun is not None
    await service.posted(begun.id, 99, {77: 5})
    clock.advance(60)
    assert await service.preview(SERVER, {77: 5}) is None
    found = tells(await service.preview(SERVER, {77: 7}))
    assert found.digest.since == NOW
    assert found.digest.discussed == (Count(paper=paper, count=2),)
    clock.advance(timedelta(days=100).total_seconds())
    found = tells(await service.preview(SERVER, {77: 7}))
    assert found.digest.until - found.digest.since == timedelta(days=21)


async def test_of_an_old_thread_that_no_digest_knew_nothing_is_new(db: Database, service: Digests) -> None:
    old = await shared(db, 1, at=NOW - 30 * DAY)
    new = await shared(db, 2, at=NOW - DAY)
    await thread(db, old, 77, at=NOW - 30 * DAY)
    await thread(db, new, 78, at=NOW - DAY)
    assert tells(await service.preview(SERVER, {77: 500, 78: 3})).digest.discussed == (Count(paper=new, count=3),)


async def test_the_bots_own_cards_are_no_discussion(db: Database, service: Digests) -> None:
    paper = await shared(db, 1, at=NOW - DAY)
    await thread(db, paper, 77, at=NOW - DAY)
    async with db.write() as conn:
        await card_messages.record(
            conn, [(paper, Form.FULL)], server_id=SERVER, channel_id=77, message_id=1, now=NOW - DAY
        )
    assert tells(await service.preview(SERVER, {77: 1})).digest.discussed == ()
    assert tells(await service.preview(SERVER, {77: 3})).digest.discussed == (Count(paper=paper, count=2),)


async def test_a_second_try_tells_the_same_digest(
    db: Database, service: Digests, engine: Occurrences, clock: VirtualClock
) -> None:
    year_ago = await shared(db, 1, at=NOW - 365 * DAY)
    await shared(db, 2, at=NOW - DAY)
    await engine.set_schedule(SERVER, "digest", weekday=0, minute=9 * 60 + 5, channel_id=CHANNEL)
    clock.advance(300)
    first = await service.begin(await due(engine), {})
    clock.advance(300)  # the process died, and its lease ended
    await shared(db, 3, at=clock.now() - timedelta(seconds=1))
    second = await service.begin(await due(engine), {})
    assert first == second
    past = tells(first).digest.past
    assert past is not None
    assert past.paper == year_ago
    assert second is not None
    await service.posted(second.id, 99, {})
    preview = tells(await service.preview(SERVER, {}))
    assert [each.count for each in preview.digest.top] == [1]
    assert preview.digest.past is None, "not again within twelve weeks"


async def test_a_schedule_that_is_gone(
    db: Database, service: Digests, engine: Occurrences, clock: VirtualClock
) -> None:
    await shared(db, 1, at=NOW - DAY)
    await engine.set_schedule(SERVER, "digest", weekday=0, minute=9 * 60 + 5, channel_id=CHANNEL)
    clock.advance(300)
    claimed = await due(engine)
    await engine.unschedule(SERVER, "digest")
    assert await service.begin(claimed, {}) is None


async def test_votes_alone_are_a_digest_and_every_week_has_one_row(
    db: Database, service: Digests, engine: Occurrences
) -> None:
    paper = await shared(db, 1, at=NOW - 30 * DAY)
    async with db.write() as conn:
        await reading_list.save(conn, SERVER, paper, ADA, NOW - DAY)
        await reading_list.toggle_vote(conn, SERVER, paper, ADA, NOW - DAY)
    assert await service.post(SERVER, CHANNEL, {})
    async with db.read() as conn:
        rows = (await conn.execute(select(occurrence.c.kind, occurrence.c.due_at))).fetchall()
    assert [tuple(row) for row in rows] == [("digest", NOW)]
    assert tells(await service.preview(SERVER, {})).digest.voted == (Count(paper=paper, count=1),)
