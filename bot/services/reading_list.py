"""The server's shared list: save, vote, take off, page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.reading_list import Community, EntryPage, Note, RemovedEntry, Sort, Vote
from bot.domain.tags import check_number
from bot.errors import DoneElsewhere, NotAllowed, NotFound
from bot.storage import interactions, papers, reading_list
from bot.storage.community import community
from bot.storage.database import Connection, Database

PAGE_SIZE = 5

CHANGES_SHOWN = 50
"""After a start; a server has fewer in the minute that is looked at."""


class Saved(NamedTuple):
    """`new` is False when it was on the list already."""

    new: bool
    community: Community


class Page(NamedTuple):
    """`number` is counted from 0."""

    number: int
    found: EntryPage


class ReadingList:
    """Every call is one transaction, safe to repeat and to make from forty members at once."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def save(
        self, server_id: int, number: int, user_id: int, *, tags: Sequence[str] = (), note: str | None = None
    ) -> Saved:
        """Puts a paper on the list; tags are added to those it has, a note replaces the member's own."""
        now = self._clock.now()
        async with self._db.write() as conn:
            await self._known(conn, number)
            new = await reading_list.save(conn, server_id, number, user_id, now)
            if tags:
                check_number(set(tags).union(await reading_list.tags(conn, server_id, number)))
                await reading_list.add_tags(conn, server_id, number, tags)
            if note:
                await reading_list.set_note(conn, server_id, number, user_id, note, now)
            standing = (await community(conn, server_id, [number]))[number]
        return Saved(new, standing)

    async def vote(self, server_id: int, number: int, user_id: int, *, interaction_id: int) -> Vote:
        """Votes, or takes the vote back; raises DoneElsewhere when this interaction did so already. A vote for a paper
        that is not on the list puts it there: somebody wants it read."""
        now = self._clock.now()
        async with self._db.write() as conn:
            if not await interactions.first(conn, interaction_id, now):
                raise DoneElsewhere
            await self._known(conn, number)
            await reading_list.save(conn, server_id, number, user_id, now)
            return await reading_list.toggle_vote(conn, server_id, number, user_id, now)

    async def would_remove(self, server_id: int, number: int, user_id: int, *, manager: bool) -> Community:
        """What taking it off would lose; refused unless the member saved it or is a manager."""
        async with self._db.read() as conn:
            standing = (await community(conn, server_id, [number]))[number]
        self._may_remove(standing, user_id, manager=manager)
        return standing

    async def remove(self, server_id: int, number: int, user_id: int, *, manager: bool) -> RemovedEntry:
        """Takes a paper off the list with its votes, tags and notes."""
        async with self._db.write() as conn:
            standing = (await community(conn, server_id, [number]))[number]
            self._may_remove(standing, user_id, manager=manager)
            removed = await reading_list.remove(conn, server_id, number)
        if removed is None:
            raise NotFound("That paper is not on the list.")
        return removed

    async def notes(self, server_id: int, number: int) -> list[Note]:
        """What members noted on a paper, oldest first."""
        async with self._db.read() as conn:
            return await reading_list.notes(conn, server_id, number)

    async def changed_since(self, since: datetime) -> list[tuple[int, int]]:
        """Servers and papers whose standing changed from then on: a process that was killed may have counted a vote
        without showing it."""
        async with self._db.read() as conn:
            return await reading_list.changed_since(conn, since, CHANGES_SHOWN)

    async def page(self, server_id: int, *, sort: Sort, tag: str | None, saved_by: int | None, page: int) -> Page:
        """One page of the list, counted from 0; the last one when the list has become shorter than that."""
        async with self._db.read() as conn:

            async def entries(number: int) -> EntryPage:
                return await reading_list.entries(
                    conn,
                    server_id,
                    sort=sort,
                    tag=tag,
                    saved_by=saved_by,
                    limit=PAGE_SIZE,
                    offset=number * PAGE_SIZE,
                )

            found = await entries(page)
            last = max(0, found.total - 1) // PAGE_SIZE
            return Page(page, found) if page <= last else Page(last, await entries(last))

    @staticmethod
    async def _known(conn: Connection, number: int) -> None:
        """A button can be newer than the database, after an older copy was put back."""
        if not await papers.by_numbers(conn, [number]):
            raise NotFound("That paper is not known here any more. Paste its link again.")

    @staticmethod
    def _may_remove(standing: Community, user_id: int, *, manager: bool) -> None:
        if not standing.saved:
            raise NotFound("That paper is not on the list.")
        if not manager and standing.saved_by != user_id:
            raise NotAllowed("Only the person who saved it, or a manager, can take a paper off the list.")
