"""The shared list of each server. Every statement names the server: nothing of another one is seen or changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Entry, EntryPage, Note, RemovedEntry, Sort, Vote
from bot.errors import NotFound
from bot.storage.community import community
from bot.storage.database import insert
from bot.storage.papers import stored_paper
from bot.storage.suggestions import suggest
from bot.storage.tables import entry as entries_
from bot.storage.tables import entry_tag, note, paper, vote

__all__ = [
    "add_tags",
    "changed_since",
    "community",
    "entries",
    "entry",
    "notes",
    "remove",
    "save",
    "servers",
    "set_note",
    "suggest",
    "tags",
    "toggle_vote",
]


async def save(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int, now: datetime) -> bool:
    """Puts a paper on the list. False when it was on it: then whoever saved it first stays."""
    new = await conn.scalar(
        insert(conn, entries_)
        .values(server_id=server_id, paper_id=paper_number, saved_by=user_id, saved_at=now)
        .on_conflict_do_nothing()
        .returning(entries_.c.paper_id)
    )
    return new is not None


async def remove(conn: AsyncConnection, server_id: int, paper_number: int) -> RemovedEntry | None:
    """Takes a paper off the list and says what went with it; None when it was not on it."""
    if not await _lock(conn, server_id, paper_number):
        return None
    removed = RemovedEntry(
        votes=await _count(conn, vote, server_id, paper_number),
        tags=await tags(conn, server_id, paper_number),
        notes=await _count(conn, note, server_id, paper_number),
    )
    await conn.execute(delete(entries_).where(_is(entries_, server_id, paper_number)))
    return removed


async def toggle_vote(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int, now: datetime) -> Vote:
    """Votes for a paper on the list, or takes the vote back; raises NotFound when it was just taken off."""
    if not await _lock(conn, server_id, paper_number):
        raise NotFound("That paper is not on the list any more. Save it first.")
    taken_back = await conn.scalar(
        delete(vote).where(_is(vote, server_id, paper_number), vote.c.user_id == user_id).returning(vote.c.user_id)
    )
    if taken_back is None:
        await conn.execute(
            insert(conn, vote).values(server_id=server_id, paper_id=paper_number, user_id=user_id, at=now)
        )
    return Vote(voted=taken_back is None, votes=await _count(conn, vote, server_id, paper_number))


async def entry(conn: AsyncConnection, server_id: int, paper_number: int) -> Entry | None:
    """One line of the list; None when the paper is not on it."""
    found = await _page(conn, server_id, _all(server_id).where(entries_.c.paper_id == paper_number))
    return found[0] if found else None


async def entries(
    conn: AsyncConnection,
    server_id: int,
    *,
    sort: Sort,
    tag: str | None,
    saved_by: int | None,
    limit: int,
    offset: int,
) -> EntryPage:
    """One page of the list and the number of lines in all. Equal votes: the older entry first."""
    chosen = _all(server_id)
    if saved_by is not None:
        chosen = chosen.where(entries_.c.saved_by == saved_by)
    if tag is not None:
        chosen = chosen.where(
            exists().where(
                entry_tag.c.server_id == entries_.c.server_id,
                entry_tag.c.paper_id == entries_.c.paper_id,
                entry_tag.c.tag == tag,
            )
        )
    total = await conn.scalar(select(func.count()).select_from(chosen.subquery()))
    page = await _page(conn, server_id, chosen.order_by(*_order(sort)).limit(limit).offset(offset))
    return EntryPage(page, total or 0)


async def changed_since(conn: AsyncConnection, since: datetime, limit: int) -> list[tuple[int, int]]:
    """Servers and papers that were saved or voted for from then on, the latest first."""
    saved = select(entries_.c.server_id, entries_.c.paper_id, entries_.c.saved_at.label("at")).where(
        entries_.c.saved_at >= since
    )
    voted = select(vote.c.server_id, vote.c.paper_id, vote.c.at).where(vote.c.at >= since)
    changes = union_all(saved, voted).subquery()
    rows = await conn.execute(
        select(changes.c.server_id, changes.c.paper_id)
        .group_by(changes.c.server_id, changes.c.paper_id)
        .order_by(func.max(changes.c.at).desc())
        .limit(limit)
    )
    return [(row.server_id, row.paper_id) for row in rows]


async def servers(conn: AsyncConnection) -> list[int]:
    """Those that have a list."""
    return list(await conn.scalars(select(entries_.c.server_id).distinct().order_by(entries_.c.server_id)))


async def tags(conn: AsyncConnection, server_id: int, paper_number: int) -> tuple[str, ...]:
    """In alphabetical order."""
    return tuple(
        await conn.scalars(
            select(entry_tag.c.tag).where(_is(entry_tag, server_id, paper_number)).order_by(entry_tag.c.tag)
        )
    )


async def add_tags(conn: AsyncConnection, server_id: int, paper_number: int, tags: Sequence[str]) -> None:
    """Adds to the tags of an entry."""
    if tags:
        await conn.execute(
            insert(conn, entry_tag)
            .values([{"server_id": server_id, "paper_id": paper_number, "tag": tag} for tag in tags])
            .on_conflict_do_nothing()
        )


async def notes(conn: AsyncConnection, server_id: int, paper_number: int) -> list[Note]:
    """Oldest first."""
    rows = await conn.execute(
        select(note.c.user_id, note.c.text, note.c.at)
        .where(_is(note, server_id, paper_number))
        .order_by(note.c.at, note.c.user_id)
    )
    return [Note(user_id=row.user_id, text=row.text, at=row.at) for row in rows]


async def set_note(  # noqa: PLR0917 - the caller names the entry as in every function here
    conn: AsyncConnection, server_id: int, paper_number: int, user_id: int, text: str, now: datetime
) -> None:
    """A member's note on an entry; replaces the one they wrote before."""
    await conn.execute(
        insert(conn, note)
        .values(server_id=server_id, paper_id=paper_number, user_id=user_id, text=text, at=now)
        .on_conflict_do_update(index_elements=["server_id", "paper_id", "user_id"], set_={"text": text, "at": now})
    )


async def _lock(conn: AsyncConnection, server_id: int, paper_number: int) -> bool:
    """Whether the entry is there; on PostgreSQL, whoever changes the same entry waits from here on."""
    found = await conn.scalar(
        select(entries_.c.paper_id).where(_is(entries_, server_id, paper_number)).with_for_update()
    )
    return found is not None


async def _count(conn: AsyncConnection, table: Table, server_id: int, paper_number: int) -> int:
    counted = await conn.scalar(select(func.count()).select_from(table).where(_is(table, server_id, paper_number)))
    return counted or 0


async def _page(conn: AsyncConnection, server_id: int, chosen: Select[*tuple[object, ...]]) -> tuple[Entry, ...]:
    stored = [stored_paper(row) for row in await conn.execute(chosen)]
    known = await community(conn, server_id, [paper.number for paper in stored])
    return tuple(Entry(paper=paper, community=known[paper.number]) for paper in stored)


def _all(server_id: int) -> Select[*tuple[object, ...]]:
    return select(paper).join(entries_, entries_.c.paper_id == paper.c.id).where(entries_.c.server_id == server_id)


def _is(table: Table, server_id: int, paper_number: int) -> ColumnElement[bool]:
    return and_(table.c.server_id == server_id, table.c.paper_id == paper_number)


def _order(sort: Sort) -> tuple[ColumnElement[object], ...]:
    if sort == "votes":
        votes = (
            select(func.count())
            .where(vote.c.server_id == entries_.c.server_id, vote.c.paper_id == entries_.c.paper_id)
            .scalar_subquery()
        )
        return votes.desc(), entries_.c.saved_at, paper.c.id
    if sort == "newest":
        return entries_.c.saved_at.desc(), paper.c.id.desc()
    if sort == "oldest":
        return entries_.c.saved_at, paper.c.id
    return paper.c.search_key, paper.c.id
