"""The list of one server: save, vote, tag, note, page, take off."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.domain.reading_list import Note, RemovedEntry, Sort
from bot.errors import NotFound
from bot.storage import discussions, reading_list
from bot.storage.database import Connection, Database
from bot.storage.tables import entry_tag, note, vote
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, store
from tests.storage.processes import run_processes


async def save(conn: Connection, title: str, *, user_id: int = ADA, minutes: float = 0) -> int:
    """A new paper on the list."""
    number = await store(conn, make_paper(f"id of {title}", title=title))
    await reading_list.save(conn, SERVER, number, user_id, after(minutes))
    return number


async def titles(
    conn: Connection, *, sort: Sort = "oldest", tag: str | None = None, saved_by: int | None = None
) -> list[str]:
    page = await reading_list.entries(conn, SERVER, sort=sort, tag=tag, saved_by=saved_by, limit=100, offset=0)
    assert page.total == len(page.entries)
    return [entry.paper.title_text for entry in page.entries]


async def test_who_saves_first_has_saved_it(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        assert await reading_list.save(conn, SERVER, number, ADA, NOW)
        assert not await reading_list.save(conn, SERVER, number, GRACE, after(1))
        entry = await reading_list.entry(conn, SERVER, number)
        assert await reading_list.entry(conn, OTHER_SERVER, number) is None
    assert entry is not None
    assert (entry.paper.number, entry.community.saved_by, entry.community.saved_at) == (number, ADA, NOW)


async def test_taking_off_says_what_goes_with_it(db: Database) -> None:
    async with db.write() as conn:
        number = await save(conn, "Attention")
        await reading_list.save(conn, OTHER_SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, OTHER_SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW)
        await reading_list.toggle_vote(conn, SERVER, number, GRACE, NOW)
        await reading_list.add_tags(conn, SERVER, number, ["rl", "nlp"])
        await reading_list.set_note(conn, SERVER, number, GRACE, "section 3", NOW)
        assert await reading_list.remove(conn, SERVER, number) == RemovedEntry(votes=2, tags=("nlp", "rl"), notes=1)
        assert await reading_list.remove(conn, SERVER, number) is None
        assert await reading_list.entry(conn, SERVER, number) is None
        left = [await conn.scalar(select(func.count()).select_from(table)) for table in (vote, entry_tag, note)]
    assert left == [1, 0, 0]  # the other server's vote


async def test_a_vote_is_taken_back_by_voting_again(db: Database) -> None:
    async with db.write() as conn:
        number = await save(conn, "Attention")
        assert await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW) == (True, 1)
        assert await reading_list.toggle_vote(conn, SERVER, number, GRACE, NOW) == (True, 2)
        assert await reading_list.toggle_vote(conn, SERVER, number, ADA, NOW) == (False, 1)
        with pytest.raises(NotFound):
            await reading_list.toggle_vote(conn, OTHER_SERVER, number, ADA, NOW)


async def test_forty_members_vote_at_once(db: Database) -> None:
    async with db.write() as conn:
        number = await save(conn, "Attention")

    async def toggle(user_id: int) -> tuple[bool, int]:
        async with db.write() as conn:
            return await reading_list.toggle_vote(conn, SERVER, number, user_id, NOW)

    votes = await asyncio.gather(*(toggle(user_id) for user_id in range(1, 41)))
    assert sorted(votes) == [(True, count) for count in range(1, 41)]
    same = await asyncio.gather(*(toggle(99) for _ in range(40)))
    assert sorted(same) == [(False, 40)] * 20 + [(True, 41)] * 20


async def test_several_processes_vote_at_once(database_url: str) -> None:
    db = await Database.open(database_url)
    async with db.write() as conn:
        number = await save(conn, "Attention")
    await run_processes(
        f"""
        db = await Database.open(url)
        for vote in range(31):
            for user_id in (number + 1, 99):  # each its own, and all the same one
                async with db.write() as conn:
                    await reading_list.toggle_vote(conn, {SERVER}, {number}, user_id, datetime.now(UTC))
        await db.close()
        """,
        database_url,
        count=3,
    )
    async with db.read() as conn:
        assert (await reading_list.community(conn, SERVER, [number]))[number].votes == 4
    await db.close()


async def test_tags_are_added(db: Database) -> None:
    async with db.write() as conn:
        number = await save(conn, "Attention")
        await reading_list.save(conn, OTHER_SERVER, number, ADA, NOW)
        await reading_list.add_tags(conn, OTHER_SERVER, number, ["theirs"])
        await reading_list.add_tags(conn, SERVER, number, ["rl", "nlp"])
        await reading_list.add_tags(conn, SERVER, number, ["rl", "été"])
        assert await reading_list.tags(conn, SERVER, number) == ("nlp", "rl", "été")
        assert await reading_list.tags(conn, OTHER_SERVER, number) == ("theirs",)


async def test_each_member_has_one_note(db: Database) -> None:
    async with db.write() as conn:
        number = await save(conn, "Attention")
        await reading_list.set_note(conn, SERVER, number, GRACE, "why √d?", after(1))
        await reading_list.set_note(conn, SERVER, number, ADA, "first", NOW)
        await reading_list.set_note(conn, SERVER, number, ADA, "second", after(2))
        assert await reading_list.notes(conn, SERVER, number) == [
            Note(user_id=GRACE, text="why √d?", at=after(1)),
            Note(user_id=ADA, text="second", at=after(2)),
        ]
        assert await reading_list.notes(conn, OTHER_SERVER, number) == []


async def test_the_orders_of_the_list(db: Database) -> None:
    async with db.write() as conn:
        numbers = {
            title: await save(conn, title, minutes=minutes)
            for minutes, title in enumerate(["beta", "Alpha", "Élan", "gamma"])
        }
        for title, user_ids in {"gamma": [1, 2], "Alpha": [1], "Élan": [1]}.items():
            for user_id in user_ids:
                await reading_list.toggle_vote(conn, SERVER, numbers[title], user_id, NOW)
        assert await titles(conn, sort="oldest") == ["beta", "Alpha", "Élan", "gamma"]
        assert await titles(conn, sort="newest") == ["gamma", "Élan", "Alpha", "beta"]
        assert await titles(conn, sort="votes") == ["gamma", "Alpha", "Élan", "beta"]
        assert await titles(conn, sort="title") == ["Alpha", "beta", "Élan", "gamma"]


async def test_the_list_by_tag_and_by_who_saved(db: Database) -> None:
    async with db.write() as conn:
        first, second = await save(conn, "First"), await save(conn, "Second", user_id=GRACE)
        await save(conn, "Third", user_id=GRACE)
        await reading_list.save(conn, OTHER_SERVER, first, GRACE, NOW)
        await reading_list.add_tags(conn, OTHER_SERVER, first, ["rl"])
        await reading_list.add_tags(conn, SERVER, second, ["rl", "r%"])
        assert await titles(conn, tag="rl") == ["Second"]
        assert await titles(conn, saved_by=GRACE) == ["Second", "Third"]
        assert await titles(conn, tag="rl", saved_by=ADA) == []


async def test_pages_hold_every_entry_once(db: Database) -> None:
    async with db.write() as conn:
        for number in range(7):
            await save(conn, f"Paper {number}")
        pages = [
            await reading_list.entries(conn, SERVER, sort="votes", tag=None, saved_by=None, limit=3, offset=offset)
            for offset in (0, 3, 6, 9)
        ]
    assert [page.total for page in pages] == [7] * 4
    assert [len(page.entries) for page in pages] == [3, 3, 1, 0]
    assert len({entry.paper.number for page in pages for entry in page.entries}) == 7


async def test_what_was_saved_voted_for_or_talked_about_since_an_instant(db: Database) -> None:
    async with db.write() as conn:
        first, second = [await store(conn, make_paper(value)) for value in ("1706.03762", "1412.6980")]
        await reading_list.save(conn, SERVER, first, ADA, NOW)
        await reading_list.save(conn, OTHER_SERVER, second, ADA, after(1))
        await reading_list.save(conn, SERVER, second, ADA, after(2))
        await reading_list.toggle_vote(conn, SERVER, first, GRACE, after(3))
        await reading_list.toggle_vote(conn, SERVER, first, ADA, after(4))
        assert await reading_list.changed_since(conn, after(1), 10) == [
            (SERVER, first),
            (SERVER, second),
            (OTHER_SERVER, second),
        ]
        assert await reading_list.changed_since(conn, after(1), 1) == [(SERVER, first)]
        assert await reading_list.changed_since(conn, after(5), 10) == []
        await discussions.claim(conn, SERVER, second, 7, after(6))
        assert await reading_list.changed_since(conn, after(5), 10) == []
        await discussions.record(conn, SERVER, second, 8)
        assert await reading_list.changed_since(conn, after(5), 10) == [(SERVER, second)]
        assert await reading_list.servers(conn) == sorted([SERVER, OTHER_SERVER])
