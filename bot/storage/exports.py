"""A whole list, a part at a time, in the order in which it was made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Entry, Note
from bot.storage import papers
from bot.storage.community import community
from bot.storage.tables import entry, note


async def entries(conn: AsyncConnection, server_id: int, after: Entry | None, limit: int) -> list[Entry]:
    """The next entries after that one. What is saved or taken off between two parts moves no other entry."""
    chosen = select(entry.c.paper_id).where(entry.c.server_id == server_id)
    if after is not None:
        chosen = chosen.where(tuple_(entry.c.saved_at, entry.c.paper_id) > tuple_(*_place(after)))
    numbers = list(await conn.scalars(chosen.order_by(entry.c.saved_at, entry.c.paper_id).limit(limit)))
    stored = await papers.by_numbers(conn, numbers)
    known = await community(conn, server_id, numbers)
    return [Entry(paper=stored[number], community=known[number]) for number in numbers]


async def notes(conn: AsyncConnection, server_id: int, numbers: Collection[int]) -> dict[int, list[Note]]:
    """What members noted on each of these papers, oldest first; nothing for those without."""
    rows = await conn.execute(
        select(note.c.paper_id, note.c.user_id, note.c.text, note.c.at)
        .where(note.c.server_id == server_id, note.c.paper_id.in_(numbers))
        .order_by(note.c.at, note.c.user_id)
    )
    found: dict[int, list[Note]] = {}
    for row in rows:
        found.setdefault(row.paper_id, []).append(Note(user_id=row.user_id, text=row.text, at=row.at))
    return found


def _place(after: Entry) -> tuple[datetime | None, int]:
    return after.community.saved_at, after.paper.number
