"""The shared list of each server. Every statement names the server: nothing of another one is seen or changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, delete, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Entry, EntryPage, Listing, Note, RemovedEntry, Sort, TagChange, Vote
from bot.errors import NotFound
from bot.storage import list_pages, papers
from bot.storage.community import community
from bot.storage.database import insert, insert_on
from bot.storage.prepared import Prepared
from bot.storage.suggestions import suggest
from bot.storage.tables import discussion, entry_tag, note, reading, vote
from bot.storage.tables import entry as entries_

__all__ = [
    "add_tags",
    "changed_since",
    "community",
    "entries",
    "entry",
    "lock",
    "notes",
    "on_list",
    "page",
    "remove",
    "remove_note",
    "save",
    "servers",
    "set_note",
    "set_tags",
    "suggest",
    "suggest_tags",
    "tags",
    "toggle_vote",
]


async def save(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int, now: datetime) -> bool:
    """Puts a paper on the list. False when it was on it: then whoever saved it first stays."""
    new = {"server_id": server_id, "paper_id": paper_number, "saved_by": user_id, "saved_at": now}
    return await _SAVE.first(conn, new) is not None


_SAVE = Prepared(lambda dialect: insert_on(dialect, entries_).on_conflict_do_nothing().returning(entries_.c.paper_id))


async def remove(conn: AsyncConnection, server_id: int, paper_number: int) -> RemovedEntry | None:
    """Takes a paper off the list and says what went with it; None when it was not on it."""
    if (
        conn.dialect.name == "postgresql"
    ):  # in the order of those who save: the list first (migration 0009), then the entry
        await conn.execute(select(func.pg_advisory_xact_lock(server_id)))
    if not await lock(conn, server_id, paper_number):
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
    if not await lock(conn, server_id, paper_number):
        raise NotFound("That paper is not on the list any more. Save it first.")
    asked = {"server": server_id, "paper": paper_number}
    taken_back = await _TAKE_BACK.first(conn, {**asked, "user": user_id})
    if taken_back is None:
        await _VOTE.run(conn, {"server_id": server_id, "paper_id": paper_number, "user_id": user_id, "at": now})
    counted = await _VOTES.first(conn, asked)
    return Vote(voted=taken_back is None, votes=counted.votes)


_THIS_VOTE = and_(vote.c.server_id == bindparam("server"), vote.c.paper_id == bindparam("paper"))
_TAKE_BACK = Prepared(
    lambda _dialect: delete(vote).where(_THIS_VOTE, vote.c.user_id == bindparam("user")).returning(vote.c.user_id)
)
_VOTE = Prepared(lambda dialect: insert_on(dialect, vote))
_VOTES = Prepared(lambda _dialect: select(func.count().label("votes")).select_from(vote).where(_THIS_VOTE))


async def on_list(conn: AsyncConnection, server_id: int, paper_number: int) -> bool:
    """Whether somebody saved the paper."""
    return (await conn.scalar(select(entries_.c.paper_id).where(_is(entries_, server_id, paper_number)))) is not None


async def entry(conn: AsyncConnection, server_id: int, paper_number: int) -> Entry | None:
    """One line of the list; None when the paper is not on it."""
    known = (await community(conn, server_id, [paper_number]))[paper_number]
    if not known.saved:
        return None
    return Entry(paper=(await papers.by_numbers(conn, [paper_number]))[paper_number], community=known)


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
    listing = Listing(sort=sort, tag=tag, saved_by=saved_by)
    total = await list_pages.count(conn, server_id, listing, None)
    return await page(conn, server_id, listing, None, total=total, limit=limit, offset=offset)


async def page(
    conn: AsyncConnection,
    server_id: int,
    listing: Listing,
    reader: int | None,
    *,
    total: int,
    limit: int,
    offset: int,
) -> EntryPage:
    """One page of what `reader` asks for; `total` is what `list_pages.count` says."""
    numbers = await list_pages.numbers(conn, server_id, listing, reader, total=total, limit=limit, offset=offset)
    stored = await papers.by_numbers(conn, numbers)
    known = await community(conn, server_id, numbers)
    lines = tuple(Entry(paper=stored[number], community=known[number]) for number in numbers)
    return EntryPage(lines, total)


async def changed_since(conn: AsyncConnection, since: datetime, limit: int) -> list[tuple[int, int]]:
    """Servers and papers that were saved, voted for, read or talked about from then on, the latest first."""
    saved = select(entries_.c.server_id, entries_.c.paper_id, entries_.c.saved_at.label("at")).where(
        entries_.c.saved_at >= since
    )
    voted = select(vote.c.server_id, vote.c.paper_id, vote.c.at).where(vote.c.at >= since)
    read = select(reading.c.server_id, reading.c.paper_id, reading.c.at).where(reading.c.at >= since)
    discussed = select(discussion.c.server_id, discussion.c.paper_id, discussion.c.made_at.label("at")).where(
        discussion.c.made_at >= since, discussion.c.thread_id.is_not(None)
    )
    changes = union_all(saved, voted, read, discussed).subquery()
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


async def set_tags(conn: AsyncConnection, server_id: int, paper_number: int, wanted: Sequence[str]) -> TagChange | None:
    """These and no others; None when the paper is not on the list."""
    if not await lock(conn, server_id, paper_number):
        return None
    before = await tags(conn, server_id, paper_number)
    added, removed = tuple(sorted(set(wanted) - set(before))), tuple(sorted(set(before) - set(wanted)))
    if removed:
        await conn.execute(
            delete(entry_tag).where(_is(entry_tag, server_id, paper_number), entry_tag.c.tag.in_(removed))
        )
    await add_tags(conn, server_id, paper_number, added)
    return TagChange(added, removed, tuple(sorted(wanted)))


async def suggest_tags(conn: AsyncConnection, server_id: int, part: str, limit: int) -> list[str]:
    """Tags of this server that hold these characters: those that begin so first, then the most used."""
    starts = entry_tag.c.tag.startswith(part, autoescape=True)
    return list(
        await conn.scalars(
            select(entry_tag.c.tag)
            .where(entry_tag.c.server_id == server_id, entry_tag.c.tag.contains(part, autoescape=True))
            .group_by(entry_tag.c.tag)
            .order_by(case((starts, 0), else_=1), func.count().desc(), entry_tag.c.tag)
            .limit(limit)
        )
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


async def remove_note(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int) -> bool:
    """False when the member had none."""
    removed = await conn.scalar(
        delete(note).where(_is(note, server_id, paper_number), note.c.user_id == user_id).returning(note.c.user_id)
    )
    return removed is not None


async def lock(conn: AsyncConnection, server_id: int, paper_number: int) -> bool:
    """Whether the entry is there; on PostgreSQL, whoever changes the same entry waits from here on."""
    return await _LOCK.first(conn, {"server": server_id, "paper": paper_number}) is not None


_LOCK = Prepared(
    lambda _dialect: (
        select(entries_.c.paper_id)
        .where(entries_.c.server_id == bindparam("server"), entries_.c.paper_id == bindparam("paper"))
        .with_for_update()
    )
)


async def _count(conn: AsyncConnection, table: Table, server_id: int, paper_number: int) -> int:
    counted = await conn.scalar(select(func.count()).select_from(table).where(_is(table, server_id, paper_number)))
    return counted or 0


def _is(table: Table, server_id: int, paper_number: int) -> ColumnElement[bool]:
    return and_(table.c.server_id == server_id, table.c.paper_id == paper_number)
