"""Every server's reading list as plain data, for whoever owns the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.domain.reading_list import Entry, Note
from bot.storage import reading_list
from bot.storage.database import Database

_PAGE = 100


async def exported(db: Database) -> AsyncIterator[dict[str, Any]]:
    """One record for each entry, oldest first within a server. Ids are texts: some programs round large numbers."""
    async with db.read() as conn:
        servers = await reading_list.servers(conn)
    for server_id in servers:
        offset, total = 0, 1
        while offset < total:
            async with db.read() as conn:
                page = await reading_list.entries(
                    conn, server_id, sort="oldest", tag=None, saved_by=None, limit=_PAGE, offset=offset
                )
                notes = [await reading_list.notes(conn, server_id, entry.paper.number) for entry in page.entries]
            for entry, written in zip(page.entries, notes, strict=True):
                yield _record(server_id, entry, written)
            offset, total = offset + _PAGE, page.total


def _record(server_id: int, entry: Entry, notes: list[Note]) -> dict[str, Any]:
    paper, community = entry.paper.paper, entry.community
    return {
        "server": str(server_id),
        "id": str(paper.id),
        "title": entry.paper.title_text,
        "authors": list(paper.authors),
        "published": paper.published.isoformat() if paper.published else None,
        "saved_by": str(community.saved_by) if community.saved_by else None,
        "saved_at": community.saved_at.isoformat() if community.saved_at else None,
        "votes": community.votes,
        "tags": list(community.tags),
        "notes": [{"by": str(note.user_id), "text": note.text, "at": note.at.isoformat()} for note in notes],
        "thread": str(community.thread_id) if community.thread_id else None,
    }
