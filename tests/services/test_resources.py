"""Resources on both engines: no circle, however many add at the same moment; and whose list is due."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.paths import circle
from bot.domain.resources import MOST_RESOURCES
from bot.errors import NotAllowed, NotFound, NotUnderstood
from bot.services.discussions import Discussions
from bot.services.readers import Readers
from bot.services.resource_lists import ResourceLists
from bot.services.resources import Resources
from bot.storage import resources as storage
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

LINK = "https://github.com/a/b"
THREAD = 77


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def resources(db: Database, clock: VirtualClock) -> Resources:
    return Resources(db, clock)


@pytest.fixture
def lists(db: Database, clock: VirtualClock) -> ResourceLists:
    return ResourceLists(db, clock)


async def some_papers(db: Database, count: int) -> list[int]:
    async with db.write() as conn:
        return [await store(conn, make_paper(f"2401.{n:05}", title=f"Paper {n}")) for n in range(1, count + 1)]


async def open_thread(db: Database, clock: VirtualClock, number: int, thread_id: int = THREAD) -> None:
    discussions = Discussions(db, clock)
    await discussions.claim(SERVER, number, 7)
    await discussions.opened(SERVER, number, thread_id)


async def test_of_two_who_close_a_circle_at_the_same_moment_one_is_refused(resources: Resources, db: Database) -> None:
    a, b = await some_papers(db, 2)
    for _ in range(5):
        said = await asyncio.gather(
            resources.add_first(SERVER, a, ADA, b), resources.add_first(SERVER, b, GRACE, a), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in said) == ["NotUnderstood", "bool"]
        for number in (a, b):
            for each in await resources.all(SERVER, number):
                await resources.remove(SERVER, each.id, ADA, manager=True)


async def test_many_arrows_at_once_never_close_a_circle(resources: Resources, db: Database) -> None:
    numbers = await some_papers(db, 5)
    asked = [(a, b) for a in numbers for b in numbers if a != b]
    await asyncio.gather(*(resources.add_first(SERVER, a, ADA, b) for a, b in asked), return_exceptions=True)
    async with db.read() as conn:
        firsts = await storage.firsts(conn, SERVER)
    assert sum(map(len, firsts.values())) == 10, "of each pair one way"
    without = {
        number: {other: [f for f in before if (other, f) != (number, first)] for other, before in firsts.items()}
        for number, befores in firsts.items()
        for first in befores
    }
    assert all(circle(without[number], number, first) is None for number in firsts for first in firsts[number])


async def test_a_circle_is_named_and_another_server_closes_none(resources: Resources, db: Database) -> None:
    a, b, c = await some_papers(db, 3)
    assert await resources.add_first(SERVER, a, ADA, b)
    assert not await resources.add_first(SERVER, a, GRACE, b)
    await resources.add_first(SERVER, b, ADA, c)
    with pytest.raises(NotUnderstood) as refused:
        await resources.add_first(SERVER, c, ADA, a)
    assert "**Paper 3** after **Paper 1** after **Paper 2** after **Paper 3**" in refused.value.sentence
    with pytest.raises(NotUnderstood, match="before itself"):
        await resources.add_first(SERVER, a, ADA, a)
    assert await resources.add_first(OTHER_SERVER, c, ADA, a)


async def test_the_path_counts_readers_and_names_only_the_askers_own(resources: Resources, db: Database) -> None:
    a, b, c = await some_papers(db, 3)
    await resources.add_first(SERVER, a, ADA, b)
    await resources.add_first(SERVER, b, ADA, c)
    readers = Readers(db, VirtualClock(NOW))
    await readers.set_status(SERVER, c, ADA, "read")
    await readers.set_status(SERVER, c, GRACE, "read")
    await readers.set_status(OTHER_SERVER, c, 9, "read")
    await readers.set_status(SERVER, b, ADA, "reading")
    path = await resources.path(SERVER, a, ADA)
    assert [(step.paper.number, step.read, step.read_by_asker) for step in path.steps] == [(c, 2, True), (b, 0, False)]
    assert not (await resources.path(SERVER, a, 5)).steps[0].read_by_asker
    assert (await resources.path(OTHER_SERVER, a, ADA)).steps == ()


async def test_a_link_stands_once_and_a_paper_takes_so_many(resources: Resources, db: Database) -> None:
    (number,) = await some_papers(db, 1)
    added = await asyncio.gather(*(resources.add_link(SERVER, number, user, "code", LINK) for user in range(40)))
    assert sum(added) == 1
    links = [f"{LINK}/{n}" for n in range(MOST_RESOURCES + 5)]
    said = await asyncio.gather(
        *(resources.add_link(SERVER, number, ADA, "blog", link) for link in links), return_exceptions=True
    )
    assert sum(each is True for each in said) == MOST_RESOURCES - 1
    assert (await resources.page(SERVER, number, 99)).total == MOST_RESOURCES


async def test_who_may_take_one_away(resources: Resources, db: Database) -> None:
    (number,) = await some_papers(db, 1)
    await resources.add_link(SERVER, number, ADA, "code", LINK)
    (only,) = await resources.all(SERVER, number)
    with pytest.raises(NotAllowed):
        await resources.remove(SERVER, only.id, GRACE, manager=False)
    with pytest.raises(NotFound):
        await resources.remove(OTHER_SERVER, only.id, ADA, manager=True)
    assert await resources.remove(SERVER, only.id, ADA, manager=False) == number
    with pytest.raises(NotFound):
        await resources.remove(SERVER, only.id, ADA, manager=False)


async def test_a_list_is_due_from_the_first_change_in_a_thread(
    resources: Resources, lists: ResourceLists, db: Database, clock: VirtualClock
) -> None:
    (number,) = await some_papers(db, 1)
    await resources.add_link(SERVER, number, ADA, "code", LINK)
    assert await lists.claim() is None, "there is no thread"
    await open_thread(db, clock, number)
    claims = await asyncio.gather(*(lists.claim() for _ in range(8)))
    (claimed,) = [claim for claim in claims if claim is not None]
    assert (claimed.thread_id, claimed.message_id, claimed.again) == (THREAD, None, False)
    await resources.add_link(SERVER, number, ADA, "code", f"{LINK}/2")
    await lists.shown(claimed, 5)
    later = await lists.claim()
    assert later is not None, "what changed meanwhile is due"
    assert (later.message_id, later.again) == (5, False)
    await lists.shown(later, 5)
    assert await lists.claim() is None


async def test_a_claim_of_who_died_runs_out_and_says_so(
    resources: Resources, lists: ResourceLists, db: Database, clock: VirtualClock
) -> None:
    (number,) = await some_papers(db, 1)
    await open_thread(db, clock, number)
    await resources.add_link(SERVER, number, ADA, "code", LINK)
    first = await lists.claim()
    assert first is not None
    assert await lists.claim() is None
    clock.advance(timedelta(minutes=2).total_seconds())
    second = await lists.claim()
    assert second is not None
    assert (second.again, second.posting_since) == (True, NOW)


async def test_a_new_thread_gets_a_list_of_its_own(
    resources: Resources, lists: ResourceLists, db: Database, clock: VirtualClock
) -> None:
    (number,) = await some_papers(db, 1)
    await open_thread(db, clock, number)
    await resources.add_link(SERVER, number, ADA, "code", LINK)
    old = await lists.claim()
    assert old is not None
    await Discussions(db, clock).gone(SERVER, [THREAD])
    await open_thread(db, clock, number, THREAD + 1)
    await lists.shown(old, 5)
    new = await lists.claim()
    assert new is not None
    assert (new.thread_id, new.message_id, new.again) == (THREAD + 1, None, False)
