"""What triggers keep for long lists is what counting finds, whatever happened; and the hot statements use it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects import sqlite

from bot.domain.links import Link
from bot.domain.papers import PaperId
from bot.domain.reading_list import SORTS, STATUSES, Listing
from bot.errors import NotFound
from bot.services.reading_list import ReadingList
from bot.storage import list_pages, mentions, reading_list, readings, search, suggestions
from bot.storage.database import Connection, Database, insert
from bot.storage.migrate import migrate, with_alembic
from bot.storage.tables import discussion, entry, entry_tag, mention, paper, paper_alias, reading, vote
from bot.storage.thread_counts import record
from sandbox.clock import VirtualClock
from tests.engines import migrated_sqlite
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, share, store

PAPERS, CHANGES, VOTERS = 14, 150, 5
READERS = (ADA, GRACE)


async def change_at_random(conn: Connection, chance: random.Random, minute: int) -> None:
    """One thing that members, Discord or a source do."""
    name, server_id = chance.randrange(PAPERS), chance.choice((SERVER, SERVER, OTHER_SERVER))
    number = await store(conn, make_paper(f"id {name}", title=f"title {name % 5}", authors=(f"author {name % 3}",)))
    match chance.randrange(11):
        case 0 | 1 | 2:
            await reading_list.save(conn, server_id, number, chance.choice(READERS), after(minute % 20))
            await reading_list.add_tags(conn, server_id, number, ["rl"])
        case 3 | 4 | 5:
            try:
                await reading_list.toggle_vote(conn, server_id, number, chance.randrange(VOTERS), NOW)
            except NotFound:
                assert not await reading_list.on_list(conn, server_id, number)
        case 6:
            await reading_list.remove(conn, server_id, number)
        case 7:
            links = [
                Link(PaperId("arxiv", f"id {each}"), version=None, quiet=False)
                for each in {name, chance.randrange(PAPERS)}
            ]
            links.append(Link(PaperId("doi", f"10.1000/{name}"), version=None, quiet=False))
            await mentions.add(
                conn, links, server_id=server_id, channel_id=7, message_id=minute, author_id=ADA, at=after(minute)
            )
        case 8:
            known = await conn.scalar(select(mention.c.message_id).where(mention.c.server_id == server_id))
            if known is not None:
                await mentions.remove(conn, server_id, known, [PaperId("arxiv", f"id {name}")])
        case 9:
            await conn.execute(
                insert(conn, discussion)
                .values(server_id=server_id, paper_id=number, channel_id=7, thread_id=number, made_at=NOW)
                .on_conflict_do_nothing()
            )
            await record(conn, server_id, {number: chance.randrange(4)})
        case 10:
            again = make_paper(f"id {name}", title=f"title {chance.randrange(5)}", doi=f"10.1000/{name}")
            await store(conn, again)
            await readings.set_status(conn, server_id, number, ADA, chance.choice(STATUSES), after(minute))


async def counted(conn: Connection) -> dict[tuple[int, int], tuple[int, int, int, str]]:
    """For each entry its votes, messages, mentions and title, from the rows themselves."""
    places = [(row.server_id, row.paper_id) for row in await conn.execute(select(entry.c.server_id, entry.c.paper_id))]
    voted = [(row.server_id, row.paper_id) for row in await conn.execute(select(vote))]
    threads = {(row.server_id, row.paper_id): row.messages for row in await conn.execute(select(discussion))}
    ids = {(row.scheme, row.value): row.paper_id for row in await conn.execute(select(paper_alias))}
    shared = [(row.server_id, ids.get((row.scheme, row.value))) for row in await conn.execute(select(mention))]
    titles = {row.id: row.search_key for row in await conn.execute(select(paper.c.id, paper.c.search_key))}
    return {
        place: (
            voted.count(place),
            threads.get(place, 0),
            shared.count(place),
            titles[place[1]][: list_pages.TITLE_LETTERS],
        )
        for place in places
    }


async def kept(conn: Connection) -> dict[tuple[int, int], tuple[int, int, int, str]]:
    """The same from `entry`."""
    rows = await conn.execute(select(entry))
    return {(row.server_id, row.paper_id): (row.votes, row.messages, row.shared, row.title_key) for row in rows}


async def sizes(conn: Connection) -> dict[int, int]:
    rows = await conn.execute(text("SELECT server_id, sum(entries) AS entries FROM list_size GROUP BY server_id"))
    return {row.server_id: row.entries for row in rows if row.entries}


@pytest.mark.parametrize("seed", range(2))
async def test_after_whatever_happened_the_counts_are_those_of_counting(db: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same changes each time
    async with db.write() as conn:
        for minute in range(CHANGES):
            await change_at_random(conn, chance, minute)
            if minute % 30 == 0:
                assert await kept(conn) == await counted(conn)
        facts = await counted(conn)
        assert await kept(conn) == facts
        assert await sizes(conn) == {
            server_id: len([place for place in facts if place[0] == server_id]) for server_id in {p[0] for p in facts}
        }
        await check_pages(conn, facts)
        for table in (mention, entry, discussion):
            await conn.execute(delete(table))
        assert await sizes(conn) == {}


async def check_pages(conn: Connection, facts: dict[tuple[int, int], tuple[int, int, int, str]]) -> None:
    """Every page of every order with every filter, against a plain computation."""
    saved = {row.paper_id: row for row in await conn.execute(select(entry).where(entry.c.server_id == SERVER))}
    tagged = set(await conn.scalars(select(entry_tag.c.paper_id).where(entry_tag.c.server_id == SERVER)))
    marked = {
        row.paper_id: row
        for row in await conn.execute(select(reading).where(reading.c.server_id == SERVER, reading.c.user_id == ADA))
    }
    threads = {
        row.paper_id: row.messages
        for row in await conn.execute(select(discussion).where(discussion.c.server_id == SERVER))
    }
    titles = {row.id: row.search_key for row in await conn.execute(select(paper.c.id, paper.c.search_key))}
    ids = {(row.scheme, row.value): row.paper_id for row in await conn.execute(select(paper_alias))}
    shared = [
        ids.get((row.scheme, row.value))
        for row in await conn.execute(select(mention).where(mention.c.server_id == SERVER))
    ]

    def at(number: int) -> object:
        return saved[number].saved_at if number in saved else marked[number].at

    def place(listing: Listing, number: int) -> tuple[object, ...]:
        votes = facts.get((SERVER, number), (0,))[0]
        match listing.sort:
            case "votes":
                return (-votes, at(number), number)
            case "title":
                return (titles[number], number)
            case "discussed":
                return (-threads.get(number, 0), -shared.count(number), at(number), number)
        return (at(number), number)

    for sort in SORTS:
        for listing in (
            Listing(sort),
            Listing(sort, tag="rl"),
            Listing(sort, saved_by=ADA),
            Listing(sort, saved_by=GRACE, tag="rl"),
            *(Listing(sort, status=status) for status in STATUSES),
        ):
            chosen: Iterable[int] = saved
            if listing.status:
                chosen = [number for number, row in marked.items() if row.status == listing.status]
            if listing.tag:
                chosen = [number for number in chosen if number in tagged]
            if listing.saved_by:
                chosen = [number for number in chosen if saved[number].saved_by == listing.saved_by]
            wanted = sorted(chosen, key=lambda number: place(listing, number), reverse=sort == "newest")
            total = await list_pages.count(conn, SERVER, listing, ADA)
            assert total == len(wanted)
            found: list[int] = []
            for offset in range(0, total + 6, 3):
                found += await list_pages.numbers(conn, SERVER, listing, ADA, total=total, limit=3, offset=offset)
            assert found == wanted, listing


async def test_forty_votes_at_once_and_taken_back_are_counted_once_each(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
    the_list = ReadingList(db, VirtualClock(NOW))
    for turn, left in ((0, 40), (1, 0), (2, 40)):
        await asyncio.gather(
            *(the_list.vote(SERVER, number, user, interaction_id=turn * 100 + user) for user in range(1, 41))
        )
        async with db.read() as conn:
            assert await conn.scalar(select(entry.c.votes)) == left
            assert await conn.scalar(select(func.count()).select_from(vote)) == left
            assert await sizes(conn) == {SERVER: 1}


async def test_who_saves_and_who_shares_at_once_do_not_overlook_each_other(db: Database) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"id {name}")) for name in range(6)]
    the_list = ReadingList(db, VirtualClock(NOW))

    async def post(message_id: int) -> None:
        links = [Link(PaperId("arxiv", f"id {(message_id * step) % 6}"), version=None, quiet=False) for step in (1, 5)]
        async with db.write() as conn:
            await mentions.add(
                conn, links[: 1 if links[0] == links[1] else 2], server_id=SERVER, channel_id=7,
                message_id=message_id, author_id=ADA, at=NOW,
            )  # fmt: skip

    async def save_then_remove(number: int) -> None:
        await the_list.save(SERVER, number, ADA)
        if number % 2:
            await the_list.remove(SERVER, number, ADA, manager=True)
            await the_list.save(SERVER, number, ADA)

    await asyncio.gather(
        *(post(message_id) for message_id in range(18)),
        *(save_then_remove(number) for number in numbers),
        the_list.save_all(SERVER, numbers[::-1], GRACE),
        *(the_list.vote(SERVER, number, GRACE, interaction_id=number) for number in numbers),
    )
    async with db.read() as conn:
        assert await kept(conn) == await counted(conn)
        assert await sizes(conn) == {SERVER: len(numbers)}


async def test_the_migration_counts_what_is_there(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    db = await Database.open(empty_database_url)
    chance = random.Random(7)  # noqa: S311 - the same changes each time
    async with db.write() as conn:
        for minute in range(60):
            await change_at_random(conn, chance, minute)
        before, many = await kept(conn), await sizes(conn)
    await db.close()
    await with_alembic(empty_database_url, lambda config: command.downgrade(config, "0008"))
    await migrate(empty_database_url)
    db = await Database.open(empty_database_url)
    async with db.write() as conn:
        assert await kept(conn) == before == await counted(conn)
        assert await sizes(conn) == many
        await conn.execute(update(paper).values(search_key="found again\nnobody"))
        found = await conn.scalars(suggestions._with_runs(db.dialect, ["aga", "fou"]))
        assert len(found.all()) == await conn.scalar(select(func.count()).select_from(paper))
    await db.close()


WORDS = ("deep", "Learning", "de", "x", "100%", "a_b", "schrödinger", "深度学习", "gpt-4", "kernels", '"q"', "it's")
TYPED = (
    *WORDS,
    "",
    "d",
    "earn",
    "learn dee",
    "id 1",
    "1",
    "deep deep",
    "kern gpt",
    "度学",
    "nothing here",
    '"',
    "ID 12",
)


async def test_among_many_papers_the_same_are_suggested(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)  # noqa: S311 - the same papers each time
    async with db.write() as conn:
        for name in range(30):
            title = " ".join(chance.choices(WORDS, k=3))
            number = await store(conn, make_paper(f"id {name}", title=title, authors=(chance.choice(WORDS),)))
            server_id = OTHER_SERVER if name % 5 == 4 else SERVER
            if name % 3:
                await reading_list.save(conn, server_id, number, ADA, after(name % 7))
            if name % 2:
                await share(conn, PaperId("arxiv", f"id {name}"), server_id=server_id, message_id=name, at=after(name))

        async def suggested() -> list[list[int]]:
            return [[paper.number for paper in await suggestions.suggest(conn, SERVER, typed)] for typed in TYPED]

        of_few = await suggested()
        monkeypatch.setattr(search, "_FEW", 0)
        assert await suggested() == of_few
        monkeypatch.setattr(suggestions, "_LATEST", 3)
        for typed, numbers, few in zip(TYPED, await suggested(), of_few, strict=True):
            assert set(numbers) <= set(few), typed
            if any(len(word) >= 3 for word in typed.split()):
                assert numbers == few, "where the latest papers are not all, the runs of letters find the others"


async def test_papers_are_suggested_by_their_ids(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with db.write() as conn:
        for minute, value in enumerate(("1706.03762", "1706.0001", "2001.01706", "math.AG/0601001")):
            number = await store(conn, make_paper(value, title=f"Paper {minute}"))
            await reading_list.save(conn, SERVER, number, ADA, after(minute))
        for few in (2000, 0):
            monkeypatch.setattr(search, "_FEW", few)

            async def ids(typed: str) -> list[str]:
                return [found.paper.id.value for found in await suggestions.suggest(conn, SERVER, typed)]

            assert await ids("1706") == ["1706.0001", "1706.03762", "2001.01706"], "those that begin so come first"
            assert await ids("1706.03") == ["1706.03762"]
            assert await ids("03762 paper") == ["1706.03762"]
            assert await ids("math.ag/06") == ["math.AG/0601001"]
            assert await ids("9999") == []


async def plan_of(conn: Connection, statement: Select[int]) -> str:
    """How SQLite means to go about it."""
    sql = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(row.detail for row in await conn.execute(text(f"EXPLAIN QUERY PLAN {sql}".replace(":", r"\:"))))


@pytest.mark.parametrize("analyzed", [False, True])
async def test_the_hot_statements_follow_indexes(tmp_path: Path, analyzed: bool) -> None:
    """On SQLite; PostgreSQL chooses by statistics, which a small table does not give."""
    db = await Database.open(migrated_sqlite(tmp_path))
    async with db.write() as conn:
        for name in range(50):
            await reading_list.save(conn, SERVER, await store(conn, make_paper(f"id {name}")), ADA, after(name))
            await share(conn, PaperId("arxiv", f"id {name}"), message_id=name)
        if analyzed:
            await conn.exec_driver_sql("ANALYZE")
        for sort in SORTS:
            for offset in (0, 60_000):
                page = list_pages.page(SERVER, Listing(sort), None, total=100_000, limit=5, offset=offset)
                plan = await plan_of(conn, page)
                assert "COVERING INDEX" in plan, sort
                assert "TEMP B-TREE" not in plan, sort
        for typed in ("", "d", "learning", "deep learning 1706"):
            plan = await plan_of(conn, suggestions.matching(db.dialect, SERVER, typed, 25, many=True))
            scans = {line.split()[1] for line in plan.splitlines() if line.startswith("SCAN")}
            assert not scans & {"entry", "mention", "paper", "paper_alias"}, plan
            assert "SEARCH mention USING COVERING INDEX ix_mention_server_id_scheme_value_at" in plan
            assert "(server_id=? AND scheme=? AND value=?)" in plan
    await db.close()
