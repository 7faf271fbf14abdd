"""What a file would bring, who may press, and work that is given up, taken over and finished."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.imports import GIVE_UP_AFTER, KEPT, Result, Standing
from bot.domain.papers import PaperId
from bot.errors import NotFound, NotUnderstood
from bot.services.fetching import PaperFetcher
from bot.services.import_reading import FileReader
from bot.services.imports import GONE, Imports
from bot.storage import reading_list
from bot.storage.database import Database
from tests.services.examples import SilentSource
from tests.services.waiting import WatchedClock, until
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock(NOW)


@pytest.fixture
def imports(db: Database, clock: WatchedClock) -> Imports:
    """arXiv never answers: the fetcher is not even started."""
    return Imports(db, PaperFetcher(db, [SilentSource()], clock), clock)


async def known(db: Database, *values: str) -> list[int]:
    async with db.write() as conn:
        return [await store(conn, make_paper(value, title=value)) for value in values]


async def offered(imports: Imports, text: str) -> int:
    offer = await imports.offer(SERVER, ADA, text.encode())
    assert offer.id is not None
    return offer.id


async def test_an_offer_counts_what_is_new_known_and_listed(imports: Imports, db: Database) -> None:
    listed, _ = await known(db, "2401.00001", "2401.00002")
    async with db.write() as conn:
        await store(conn, make_paper("2401.00003", title="both", doi="10.1000/both"))
        await reading_list.save(conn, SERVER, listed, GRACE, NOW)
        await reading_list.save(conn, OTHER_SERVER, listed + 1, GRACE, NOW)
    offer = await imports.offer(
        SERVER,
        ADA,
        b"2401.00001\n2401.00002\n2401.00003\n10.1000/both\n2401.00004\nieee:123456\nhttps://doi.org/10.1000/new",
    )
    assert (offer.new, offer.known, offer.listed, offer.papers) == (2, 2, 1, 4)
    [refused] = offer.refused
    assert (refused.line, refused.reason) == (6, "I cannot fetch ieee:123456 yet, only papers of arXiv")


async def test_only_who_was_offered_it_can_press(imports: Imports, db: Database) -> None:
    await known(db, "2401.00001")
    number = await offered(imports, "2401.00001")
    for server_id, user_id in ((SERVER, GRACE), (OTHER_SERVER, ADA)):
        for press in (imports.start, imports.cancel, imports.look):
            with pytest.raises(NotFound, match=GONE):
                await press(number, server_id, user_id)
    assert await imports.claim() is None
    assert await imports.start(number, SERVER, ADA) == Standing(1, 1, 0)
    job = await imports.claim()
    assert job is not None
    assert await imports.start(number, SERVER, ADA) == Standing(1, 1, 0)
    assert await imports.claim() is None
    assert await imports.work(job) is not None
    assert await imports.look(number, SERVER, ADA) == Result(1, 0, (), ())
    assert await imports.start(number, SERVER, ADA) == Result(1, 0, (), ())
    assert await imports.cancel(number, SERVER, ADA) == Result(1, 0, (), ())


async def test_an_offer_is_over_after_a_day(imports: Imports, clock: WatchedClock) -> None:
    number = await offered(imports, "2401.00001")
    clock.advance(KEPT.total_seconds())
    with pytest.raises(NotFound, match=GONE):
        await imports.start(number, SERVER, ADA)
    assert await imports.claim() is None
    with pytest.raises(NotFound, match=GONE):
        await imports.look(number, SERVER, ADA)


async def test_what_does_not_come_is_given_up(imports: Imports, db: Database, clock: WatchedClock) -> None:
    await known(db, "2401.00001")
    number = await offered(imports, "2401.00001 x arXiv:2401.00001\narXiv:2401.00002")
    await imports.start(number, SERVER, ADA)
    job = await imports.claim()
    assert job is not None
    work = asyncio.create_task(imports.work(job))
    await until(clock, work.done)
    assert GIVE_UP_AFTER <= clock.now() - NOW < GIVE_UP_AFTER + timedelta(seconds=5)
    result = await imports.look(number, SERVER, ADA)
    assert isinstance(result, Result)
    assert (result.saved, result.unanswered) == (1, (PaperId("arxiv", "2401.00002"),))


async def test_cancelled_while_it_runs_saves_nothing(imports: Imports, db: Database, clock: WatchedClock) -> None:
    await known(db, "2401.00001")
    number = await offered(imports, "2401.00001\n2401.00002")
    await imports.start(number, SERVER, ADA)
    job = await imports.claim()
    assert job is not None
    work = asyncio.create_task(imports.work(job))
    assert await imports.cancel(number, SERVER, ADA) is None
    await until(clock, work.done)
    assert await work is None
    async with db.read() as conn:
        assert await reading_list.servers(conn) == []


async def test_closing_lets_go_and_another_process_goes_on(imports: Imports, db: Database, clock: WatchedClock) -> None:
    number = await offered(imports, "2401.00001")
    await imports.start(number, SERVER, ADA)
    job = await imports.claim()
    assert job is not None
    work = asyncio.create_task(imports.work(job))
    await asyncio.sleep(0)
    imports.finish()
    await until(clock, work.done)
    assert await work is None
    other = Imports(db, PaperFetcher(db, [SilentSource()], clock), clock)
    assert await other.claim() == job


async def test_a_file_that_takes_too_long_is_refused_in_a_sentence() -> None:
    with pytest.raises(NotUnderstood, match="I could not read that file"):
        await FileReader().read(b"1706.03762", seconds=0.0)
