"""Imports as rows: claimed by one at a time, and put on the list once and wholly."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select

from bot.domain.import_entries import Item
from bot.domain.imports import Import
from bot.domain.papers import PaperId
from bot.storage import imports, lookups, reading_list
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards
from bot.storage.tables import entry, import_, import_item
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after, make_paper, store


def item(value: str, *tags: str, note: str | None = None, scheme: str = "arxiv") -> Item:
    return Item(line=1, title="T", ids=(PaperId(scheme, value),), tags=tags, note=note)


async def running(conn: Connection, items: Sequence[Item], *, minutes: float = 0, server_id: int = SERVER) -> Import:
    """An import that its member wants, claimed."""
    number = await imports.add(conn, server_id, ADA, items, after(minutes))
    assert await imports.start(conn, number, after(minutes))
    job = await imports.claim(conn, after(minutes), None)
    assert job is not None
    assert job.id == number
    return job


async def test_the_list_changes_at_the_end_and_once(db: Database) -> None:
    async with db.write() as conn:
        old = await store(conn, make_paper("1", title="old", doi="10.1000/old"))
        await reading_list.save(conn, SERVER, old, GRACE, NOW)
        await reading_list.set_note(conn, SERVER, old, ADA, "before", NOW)
        new = [await store(conn, make_paper(value, title=value)) for value in ("3", "2")]
        job = await running(
            conn,
            [
                item("2", "nlp", "rl", note="mine"),
                item("1", "other", note="after"),
                item("10.1000/old", scheme="doi"),
                item("3"),
                item("404"),
                item("500"),
            ],
        )
        await lookups.wait(conn, [PaperId("arxiv", "404"), PaperId("arxiv", "500")], NOW)
        await lookups.missing(conn, [PaperId("arxiv", "404")], None)
        assert await imports.standing(conn, job.id) == (6, 4, 1)
        assert await imports.wanted(conn, job.id, 10) == [PaperId("arxiv", "500")]
        assert await imports.end(conn, job, after(5)) == (new[1], new[0])
        assert await imports.end(conn, job, after(6)) is None
        assert await imports.result(conn, job.id) == (
            2,
            2,
            (PaperId("arxiv", "404"),),
            (PaperId("arxiv", "500"),),
        )
        page = await reading_list.entries(conn, SERVER, sort="oldest", tag=None, saved_by=None, limit=9, offset=0)
        assert [(one.paper.number, one.community.saved_by, one.community.tags) for one in page.entries] == [
            (old, GRACE, ()),
            (new[1], ADA, ("nlp", "rl")),
            (new[0], ADA, ()),
        ]
        assert [note.text for note in await reading_list.notes(conn, SERVER, old)] == ["before"]
        assert [(note.user_id, note.text) for note in await reading_list.notes(conn, SERVER, new[1])] == [(ADA, "mine")]
        left = (await conn.execute(select(import_item.c.tags, import_item.c.note))).all()
        assert {(tuple(row.tags), row.note) for row in left} == {((), None)}
        assert await conn.scalar(select(func.count()).where(entry.c.server_id == OTHER_SERVER)) == 0


async def test_many_papers_with_ten_tags_each(db: Database) -> None:
    async with db.write() as conn:
        for number in range(150):
            await store(conn, make_paper(str(number), title=str(number)))
        tags = tuple(f"tag {n}" for n in range(10))
        job = await running(conn, [item(str(number), *tags, note="n") for number in range(150)])
        saved = await imports.end(conn, job, NOW)
        assert saved is not None
        assert len(saved) == 150
        assert await reading_list.tags(conn, SERVER, saved[-1]) == tuple(sorted(tags))


async def test_two_that_end_at_once_save_each_paper_once(db: Database) -> None:
    async with db.write() as conn:
        for value in range(50):
            await store(conn, make_paper(str(value), title=str(value)))
        items = [item(str(value)) for value in range(50)]
        jobs = [await running(conn, items), await running(conn, items[::-1])]

    async def end(job: Import) -> int:
        async with db.write() as conn:
            return len(await imports.end(conn, job, NOW) or ())

    ended = await asyncio.gather(*map(end, [*jobs, *jobs]))
    assert sum(ended) == 50


async def test_claims_leases_and_letting_go(db: Database) -> None:
    async with db.write() as conn:
        offered = await imports.add(conn, SERVER, ADA, [item("9")], NOW)
        assert await imports.claim(conn, NOW, None) is None
        job = await running(conn, [item("1")])
        assert await imports.claim(conn, after(0.9), None) is None
        assert await imports.next_due(conn, NOW, None) == after(1)
        assert await imports.renew(conn, job.id, after(0.9))
        assert await imports.claim(conn, after(1.5), None) is None
        assert await imports.claim(conn, after(2), Shards(4, ((SERVER >> 22) % 4 + 1,))) is None
        assert await imports.claim(conn, after(2), Shards(4, ((SERVER >> 22) % 4,))) == job
        await imports.release(conn, job.id)
        assert await imports.claim(conn, after(2), None) == job
        assert not await imports.start(conn, job.id, NOW)
        assert await imports.cancel(conn, job.id)
        assert not await imports.renew(conn, job.id, NOW)
        assert await imports.end(conn, job, NOW) is None
        assert [row.import_id for row in await conn.execute(select(import_item.c.import_id))] == [offered]


async def test_offers_and_results_are_forgotten_but_nothing_that_runs(db: Database) -> None:
    async with db.write() as conn:
        assert await imports.oldest(conn) is None
        job = await running(conn, [item("1")])
        done = await running(conn, [item("2")])
        await imports.end(conn, done, after(10))
        offered = await imports.add(conn, SERVER, ADA, [item("3")], after(5))
        assert await imports.oldest(conn) == after(5)
        await imports.forget(conn, after(5))
        assert await imports.get(conn, offered) is None
        await imports.forget(conn, after(9))
        assert await imports.get(conn, done.id) is not None
        await imports.forget(conn, after(10))
        assert list(await conn.scalars(select(import_.c.id))) == [job.id]
        assert not await imports.cancel(conn, done.id)


async def test_what_failed_before_comes_last(db: Database) -> None:
    async with db.write() as conn:
        job = await running(conn, [item(str(value)) for value in range(4)])
        await lookups.wait(conn, [PaperId("arxiv", "0"), PaperId("arxiv", "1")], NOW)
        await lookups.failed(conn, [PaperId("arxiv", "0")], after(9), "is silent")
        assert [paper.value for paper in await imports.wanted(conn, job.id, 3)] == ["1", "2", "3"]
