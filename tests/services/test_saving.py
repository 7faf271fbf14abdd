"""Saving all that a message names, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.papers import PaperId
from bot.services.fetching import PaperFetcher
from bot.services.reading_list import ReadingList
from bot.services.saving import Saving
from bot.storage import lookups
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.services.examples import SilentSource
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store

IDS = tuple(PaperId("arxiv", f"2401.{n:05}") for n in range(1, 4))


@pytest.fixture
def saving(db: Database) -> Saving:
    clock = VirtualClock(NOW)
    return Saving(PaperFetcher(db, [SilentSource()], clock), ReadingList(db, clock))


async def put(db: Database, *ids: PaperId) -> None:
    async with db.write() as conn:
        for paper in ids:
            await store(conn, make_paper(paper.value))


async def test_each_paper_is_told_of_by_what_became_of_it(saving: Saving, db: Database) -> None:
    await put(db, IDS[0])
    acl = PaperId("acl", "P19-1001")
    async with db.write() as conn:
        await lookups.wait(conn, [IDS[2]], NOW)
        await lookups.missing(conn, [IDS[2]], None)
    saved = await saving.save_named(SERVER, ADA, [acl, *IDS], wait_seconds=0)
    assert [paper.paper.id for paper in saved.new] == [IDS[0]]
    assert (saved.known, saved.waiting, saved.unread) == ((), IDS[1:2], (acl,))
    assert saved.missing == IDS[2:]
    async with db.read() as conn:
        assert (await lookups.states(conn, IDS))[IDS[1]].due_at == NOW, "it stands in line"


async def test_one_saver_for_each_paper_whatever_their_order(saving: Saving, db: Database) -> None:
    await put(db, *IDS)
    orders = [IDS, IDS[::-1], (IDS[1], IDS[2], IDS[0])] * 4
    told = await asyncio.gather(
        *(saving.save_named(SERVER, ADA + n, order, wait_seconds=0) for n, order in enumerate(orders))
    )
    assert sorted(paper.paper.id for saved in told for paper in saved.new) == sorted(IDS)
    first = next(n for n, saved in enumerate(told) if saved.new)
    assert {entry.community.saved_by for saved in told for entry in saved.known} == {ADA + first}
    assert [paper.paper.id for paper in told[first].new] == list(orders[first])


async def test_a_paper_that_two_ids_name_counts_once(saving: Saving, db: Database) -> None:
    await put(db, IDS[0])
    saved = await saving.save_named(SERVER, ADA, [IDS[0]], wait_seconds=0)
    again = await saving.save(SERVER, GRACE, [*saved.new, *saved.new])
    assert [entry.community.saved_by for entry in again.known] == [ADA]


async def test_another_server_has_its_own_list(saving: Saving, db: Database) -> None:
    await put(db, IDS[0])
    assert (await saving.save_named(SERVER, ADA, IDS[:1], wait_seconds=0)).new
    assert (await saving.save_named(OTHER_SERVER, GRACE, IDS[:1], wait_seconds=0)).new


async def test_nothing_found_is_nothing_saved(saving: Saving) -> None:
    assert await saving.save(SERVER, ADA, []) == ((), (), (), (), ())
