"""The reading list as a file for members, and as plain data for whoever owns the database."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from bot.clock import Clock
from bot.domain.export.files import Format, file_name, writer
from bot.domain.export.listed import Listed, ListWriter
from bot.domain.reading_list import Entry, Note
from bot.errors import NotFound, UserError
from bot.storage import exports, reading_list
from bot.storage.database import Database

_PART = 50
"""Entries. Between two parts others have their turn, at the database and in the event loop."""


class ListFile(NamedTuple):
    """A finished file; `entries` is how many papers it holds."""

    name: str
    content: bytes
    entries: int


class Exports:
    """One file at a time: a long list takes seconds of a processor."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._turn = asyncio.Lock()

    async def file(self, server_id: int, wanted: Format, *, server_name: str, most_bytes: int) -> ListFile:
        """The server's list. What Discord would not take as one file is put into a ZIP file, which every system can
        open; raises UserError when that is too large still, or there is no list."""
        written, entries = writer(wanted, server_name), 0
        async with self._turn:
            pieces = [written.head().encode()]
            async for part in _parts(self._db, server_id):
                entries += len(part)
                listed = [Listed(entry, tuple(note.text for note in notes)) for entry, notes in part]
                pieces.append(await asyncio.to_thread(_lines, written, listed))
            pieces.append(written.tail().encode())
            if not entries:
                raise NotFound("The reading list is empty. Put a paper on it with /save.")
            name = file_name(wanted, server_name, self._clock.now().date())
            content = await asyncio.to_thread(b"".join, pieces)
            if len(content) > most_bytes:
                content, name = await asyncio.to_thread(_zipped, name, content), f"{name}.zip"
        if len(content) > most_bytes:
            raise UserError(
                "The list is too much for one file on Discord. Try BibTeX or CSV, which are shorter, or "
                "ask whoever runs the bot for an export."
            )
        return ListFile(name, content, entries)


async def exported(db: Database) -> AsyncIterator[dict[str, Any]]:
    """One record for each entry, oldest first within a server. Ids are texts: some programs round large numbers."""
    async with db.read() as conn:
        servers = await reading_list.servers(conn)
    for server_id in servers:
        async for part in _parts(db, server_id):
            for entry, written in part:
                yield _record(server_id, entry, written)


async def _parts(db: Database, server_id: int) -> AsyncIterator[list[tuple[Entry, Sequence[Note]]]]:
    last: Entry | None = None
    while True:
        async with db.read() as conn:
            entries = await exports.entries(conn, server_id, last, _PART)
            notes = await exports.notes(conn, server_id, [entry.paper.number for entry in entries])
        if not entries:
            return
        last = entries[-1]
        yield [(entry, notes.get(entry.paper.number, ())) for entry in entries]


def _lines(written: ListWriter, listed: Sequence[Listed]) -> bytes:
    return written.lines(listed).encode()


def _zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _record(server_id: int, entry: Entry, notes: Sequence[Note]) -> dict[str, Any]:
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
