"""A member's own status and note."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.reading_list import STATUSES, Listing
from bot.errors import NotFound
from bot.services.readers import Readers
from bot.services.reading_list import ReadingList
from bot.storage.community import community
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, store


@pytest.fixture
def readers(db: Database) -> Readers:
    return Readers(db, VirtualClock(NOW))


@pytest.fixture
def the_list(db: Database) -> ReadingList:
    return ReadingList(db, VirtualClock(NOW))


async def a_paper(db: Database, value: str = "1706.03762") -> int:
    async with db.write() as conn:
        return await store(conn, make_paper(value))


async def counted(db: Database, number: int) -> tuple[int, int]:
    """How many read it and are reading it."""
    async with db.read() as conn:
        known = (await community(conn, SERVER, [number]))[number]
    return known.read, known.reading


async def test_a_status_is_the_members_own_and_needs_no_entry(readers: Readers, db: Database) -> None:
    number = await a_paper(db)
    assert await readers.set_status(SERVER, number, ADA, "reading")
    assert not await readers.set_status(SERVER, number, ADA, "reading"), "the same again"
    assert await readers.set_status(OTHER_SERVER, number, ADA, "read")
    assert await readers.set_status(SERVER, number, GRACE, "want to read")
    assert (await readers.view(SERVER, number, ADA)).status == "reading"
    assert (await readers.view(SERVER, number, GRACE)).status == "want to read"
    assert await counted(db, number) == (0, 1)
    assert await readers.set_status(SERVER, number, ADA, "read")
    assert await counted(db, number) == (1, 0)
    assert await readers.set_status(SERVER, number, ADA, None)
    assert not await readers.set_status(SERVER, number, ADA, None)
    view = await readers.view(SERVER, number, ADA)
    assert (view.status, view.saved) == (None, False)
    assert (await readers.view(OTHER_SERVER, number, ADA)).status == "read"
    with pytest.raises(NotFound, match="Paste its link again"):
        await readers.set_status(SERVER, number + 1, ADA, "read")


async def test_forty_set_their_status_at_once_and_each_counts(readers: Readers, db: Database) -> None:
    number = await a_paper(db)
    changed = await asyncio.gather(
        *(readers.set_status(SERVER, number, user_id, STATUSES[user_id % 3]) for user_id in range(40))
    )
    assert all(changed)
    assert await counted(db, number) == (13, 13)


async def test_one_member_forty_times_at_once_has_one_status(readers: Readers, db: Database) -> None:
    number = await a_paper(db)
    changed = await asyncio.gather(*(readers.set_status(SERVER, number, ADA, "read") for _ in range(40)))
    assert sum(changed) == 1
    assert await counted(db, number) == (1, 0)


async def test_a_status_stays_when_the_paper_is_taken_off(
    readers: Readers, the_list: ReadingList, db: Database
) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA)
    await readers.set_status(SERVER, number, ADA, "read")
    await the_list.remove(SERVER, number, ADA, manager=False)
    page = await the_list.page(SERVER, ADA, Listing(status="read"), 0)
    assert [(entry.paper.number, entry.community.saved) for entry in page.found.entries] == [(number, False)]


async def test_a_note_is_one_for_each_member_and_entry(readers: Readers, the_list: ReadingList, db: Database) -> None:
    number = await a_paper(db)
    with pytest.raises(NotFound, match="/save"):
        await readers.set_note(SERVER, number, ADA, "too early")
    await the_list.save(SERVER, number, ADA)
    await the_list.save(OTHER_SERVER, number, GRACE, note="theirs")
    assert not await readers.set_note(SERVER, number, ADA, "first")
    assert await readers.set_note(SERVER, number, ADA, "second")
    assert not await readers.set_note(SERVER, number, GRACE, "mine")
    view = await readers.view(SERVER, number, ADA)
    assert view.saved
    assert {note.user_id: note.text for note in view.notes} == {ADA: "second", GRACE: "mine"}
    assert (view.note_of(ADA), view.note_of(7)) == ("second", "")
    assert await readers.set_note(SERVER, number, ADA, "")
    assert not await readers.set_note(SERVER, number, ADA, "")
    assert [note.text for note in (await readers.view(SERVER, number, ADA)).notes] == ["mine"]


async def test_a_note_is_kept_without_what_cannot_be_seen(
    readers: Readers, the_list: ReadingList, db: Database
) -> None:
    number = await a_paper(db)
    await the_list.save(SERVER, number, ADA, note="\x00\u202egood\u200b ")
    assert (await readers.view(SERVER, number, ADA)).note_of(ADA) == "good"
    await readers.set_note(SERVER, number, ADA, "a\x00b \u2066c")
    assert (await readers.view(SERVER, number, ADA)).note_of(ADA) == "ab c"
