"""Which papers stand on a page: filters, orders, and every page in turn."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.domain.reading_list import SORTS, Listing, Sort, Status
from bot.storage import list_pages, reading_list, readings, thread_counts
from bot.storage.database import Connection, Database, insert
from bot.storage.tables import discussion, entry
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

TITLES = "abcdefghij"
"""In an order of their own: as they were saved."""


async def ten_papers(conn: Connection) -> dict[str, int]:
    """Saved one a minute; titles run the other way, and another server has all of them too."""
    numbers = {}
    for minute, letter in enumerate(TITLES):
        title = TITLES[-1 - minute]
        number = numbers[letter] = await store(conn, make_paper(f"id {letter}", title=title))
        await reading_list.save(conn, SERVER, number, ADA if minute % 2 else GRACE, after(minute))
        await reading_list.save(conn, OTHER_SERVER, number, ADA, after(-minute))
        await reading_list.toggle_vote(conn, OTHER_SERVER, number, ADA, NOW)
    return numbers


async def talked_about(conn: Connection, number: int, messages: int, server_id: int = SERVER) -> None:
    await conn.execute(
        insert(conn, discussion).values(
            server_id=server_id, paper_id=number, channel_id=7, thread_id=number, made_at=NOW, messages=messages
        )
    )


async def order(conn: Connection, numbers: dict[str, int], listing: Listing, *, size: int = 3) -> str:
    """All pages one after the other."""
    letters = {number: letter for letter, number in numbers.items()}
    total = await list_pages.count(conn, SERVER, listing, ADA)
    pages = [
        await list_pages.numbers(conn, SERVER, listing, ADA, total=total, limit=size, offset=offset)
        for offset in range(0, total + size, size)
    ]
    found = [letters[number] for page in pages for number in page]
    assert len(found) == total
    return "".join(found)


@pytest.mark.parametrize("size", [1, 3, 20])
async def test_the_orders(db: Database, size: int) -> None:
    async with db.write() as conn:
        numbers = await ten_papers(conn)
        for letter, voters in {"d": 3, "h": 1, "b": 1, "j": 2}.items():
            for voter in range(voters):
                await reading_list.toggle_vote(conn, SERVER, numbers[letter], voter, NOW)
        for letter, messages in {"c": 4, "i": 9, "e": 4, "a": 0}.items():
            await talked_about(conn, numbers[letter], messages)
        await talked_about(conn, numbers["j"], 50, OTHER_SERVER)
        for message_id, letter in enumerate("eegaag"):
            await share(conn, make_paper(f"id {letter}").id, message_id=message_id)
        await share(conn, make_paper("id f").id, message_id=99, server_id=OTHER_SERVER)

        async def sorted_by(sort: Sort) -> str:
            return await order(conn, numbers, Listing(sort), size=size)

        assert await sorted_by("oldest") == "abcdefghij"
        assert await sorted_by("newest") == "jihgfedcba"
        assert await sorted_by("title") == "jihgfedcba"
        assert await sorted_by("votes") == "djbhacefgi"
        assert await sorted_by("discussed") == "iecagbdfhj"


async def test_a_list_that_is_a_small_part_of_all_papers_has_the_same_order(db: Database) -> None:
    async with db.write() as conn:
        for n in range(200):
            await store(conn, make_paper(f"elsewhere {n}", title=f"a {n}"))
        numbers = await ten_papers(conn)
        assert await order(conn, numbers, Listing("title")) == "jihgfedcba"


@pytest.mark.parametrize("sort", SORTS)
async def test_filters_leave_the_order_as_it_is(db: Database, sort: Sort) -> None:
    async with db.write() as conn:
        numbers = await ten_papers(conn)
        for letter in "bcdg":
            await reading_list.add_tags(conn, SERVER, numbers[letter], ["rl"])
            await reading_list.toggle_vote(conn, SERVER, numbers[letter], ADA, NOW)
            await talked_about(conn, numbers[letter], 1)
        await reading_list.add_tags(conn, OTHER_SERVER, numbers["a"], ["rl"])
        whole = await order(conn, numbers, Listing(sort))
        tagged = await order(conn, numbers, Listing(sort, tag="rl"))
        assert tagged == "".join(letter for letter in whole if letter in "bcdg")
        both = await order(conn, numbers, Listing(sort, tag="rl", saved_by=ADA))
        assert both == "".join(letter for letter in whole if letter in "bd")
        assert await order(conn, numbers, Listing(sort, tag="none of them")) == ""


@pytest.mark.parametrize("sort", SORTS)
async def test_a_status_is_the_readers_own_on_the_list_or_not(db: Database, sort: Sort) -> None:
    async with db.write() as conn:
        numbers = await ten_papers(conn)

        async def mark(letter: str, user_id: int, status: Status, server_id: int = SERVER) -> None:
            await readings.set_status(conn, server_id, numbers[letter], user_id, status, after(50))

        await mark("c", ADA, "read")
        await mark("f", ADA, "read")
        await mark("d", ADA, "reading")
        await mark("e", GRACE, "read")
        await mark("g", ADA, "read", OTHER_SERVER)
        await reading_list.remove(conn, SERVER, numbers["f"])
        assert sorted(await order(conn, numbers, Listing(sort, status="read"))) == ["c", "f"]
        assert await order(conn, numbers, Listing(sort, status="reading")) == "d"
        assert await order(conn, numbers, Listing(sort, status="read", saved_by=GRACE)) == "c"
        assert await order(conn, numbers, Listing(sort, status="want to read")) == ""
        if sort in ("oldest", "newest"):
            assert await order(conn, numbers, Listing(sort, status="read")) == ("cf" if sort == "oldest" else "fc")


async def test_entries_of_a_saver_who_is_gone_stay(db: Database) -> None:
    async with db.write() as conn:
        numbers = await ten_papers(conn)
        await conn.execute(update(entry).values(saved_by=None))
        assert await order(conn, numbers, Listing("oldest")) == TITLES


async def test_counted_messages_are_noted_for_threads_of_papers(db: Database) -> None:
    async with db.write() as conn:
        numbers = await ten_papers(conn)
        await talked_about(conn, numbers["a"], 5)
        await talked_about(conn, numbers["b"], 5)
        await talked_about(conn, numbers["c"], 5, OTHER_SERVER)
        await thread_counts.record(conn, SERVER, {numbers["a"]: 7, numbers["c"]: 8, 999: 9})
        await thread_counts.record(conn, SERVER, {})
        await thread_counts.record(conn, OTHER_SERVER, {numbers["c"]: 2})
        known = {row.paper_id: row.messages for row in await conn.execute(discussion.select())}
    assert known == {numbers["a"]: 7, numbers["b"]: 5, numbers["c"]: 2}
