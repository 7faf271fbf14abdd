"""A list read in parts."""

from __future__ import annotations

from bot.domain.reading_list import Entry
from bot.storage import exports, reading_list
from bot.storage.database import Database
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, store


async def test_each_entry_once_whatever_happens_between_two_parts(db: Database) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(str(value), title=str(value))) for value in range(6)]
        for number in numbers:
            await reading_list.save(conn, SERVER, number, ADA, after(number // 2))
        await reading_list.save(conn, OTHER_SERVER, numbers[0], ADA, NOW)
        seen: list[int] = []
        last: Entry | None = None
        while part := await exports.entries(conn, SERVER, last, 2):
            seen += [one.paper.number for one in part]
            last = part[-1]
            await reading_list.remove(conn, SERVER, numbers[0])
        assert seen == numbers


async def test_notes_of_this_server_oldest_first(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        for server_id in (SERVER, OTHER_SERVER):
            await reading_list.save(conn, server_id, number, ADA, NOW)
        await reading_list.set_note(conn, OTHER_SERVER, number, ADA, "theirs", NOW)
        await reading_list.set_note(conn, SERVER, number, GRACE, "second", after(1))
        await reading_list.set_note(conn, SERVER, number, ADA, "first", NOW)
        found = await exports.notes(conn, SERVER, [number, number + 1])
    assert {key: [note.text for note in notes] for key, notes in found.items()} == {number: ["first", "second"]}
