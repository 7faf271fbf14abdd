"""The server's shared list: save, tag, vote, take off, page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.paper_cards import Card, Form
from bot.domain.reading_list import Community, EntryPage, Listing, RemovedEntry, TagChange, Vote, note_text
from bot.domain.tags import MAX_TAGS, check_number, finish_tags, unfinished_tag
from bot.errors import DoneElsewhere, NotAllowed, NotFound
from bot.services.cards import cards_on
from bot.storage import interactions, list_pages, papers, reading_list, thread_counts
from bot.storage.community import community
from bot.storage.database import Connection, Database

PAGE_SIZE = 5

NOTHING_TO_REMOVE = "That paper is not on the list. See what is there with /list."
NOT_ON_LIST = "That paper is not on the list. Put it there first: /save, or **Save** on its card."

SUGGESTIONS = 25
"""Discord shows at most this many choices (developers/interactions/application-commands, autocomplete)."""

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
            await check_known(conn, number)
            new = await reading_list.save(conn, server_id, number, user_id, now)
            if tags:
                await reading_list.lock(conn, server_id, number)  # of two who add at once the second counts all
                check_number(set(tags).union(await reading_list.tags(conn, server_id, number)))
                await reading_list.add_tags(conn, server_id, number, tags)
            if note and (text := note_text(note)):
                await reading_list.set_note(conn, server_id, number, user_id, text, now)
            standing = (await community(conn, server_id, [number]))[number]
        return Saved(new, standing)

    async def save_all(self, server_id: int, numbers: Sequence[int], user_id: int) -> dict[int, Saved]:
        """Puts papers that are here on the list, all or none."""
        now = self._clock.now()
        async with self._db.write() as conn:
            # In one order for all: two members' transactions that wait for each other's papers would never end.
            new = {number: await reading_list.save(conn, server_id, number, user_id, now) for number in sorted(numbers)}
            standing = await community(conn, server_id, list(numbers))
        return {number: Saved(new[number], standing[number]) for number in numbers}

    async def vote(self, server_id: int, number: int, user_id: int, *, interaction_id: int) -> Vote:
        """Votes, or takes the vote back; raises DoneElsewhere when this interaction did so already. A vote for a paper
        that is not on the list puts it there: somebody wants it read."""
        return await self._db.write_at_once(
            lambda conn: self._vote(conn, server_id, number, user_id, interaction_id=interaction_id)
        )

    async def vote_on_card(
        self,
        server_id: int,
        number: int,
        user_id: int,
        *,
        interaction_id: int,
        message_id: int,
        seen: Sequence[tuple[int, Form]],
    ) -> list[Card]:
        """The same by a button of a message of the bot's; `seen` is what its buttons say it shows. Returns the cards of
        that message as they should read now."""

        async def vote_and_look(conn: Connection) -> list[Card]:
            await self._vote(conn, server_id, number, user_id, interaction_id=interaction_id)
            return await cards_on(conn, server_id, message_id, seen)

        return await self._db.write_at_once(vote_and_look)

    async def _vote(self, conn: Connection, server_id: int, number: int, user_id: int, *, interaction_id: int) -> Vote:
        now = self._clock.now()
        if not await interactions.first(conn, interaction_id, now):
            raise DoneElsewhere
        await check_known(conn, number)
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
            raise NotFound(NOTHING_TO_REMOVE)
        return removed

    async def changed_since(self, since: datetime) -> list[tuple[int, int]]:
        """Servers and papers whose standing changed from then on: a process that was killed may have counted a vote
        without showing it."""
        async with self._db.read() as conn:
            return await reading_list.changed_since(conn, since, CHANGES_SHOWN)

    async def set_tags(self, server_id: int, number: int, tags: Sequence[str]) -> TagChange:
        """Puts these in place of all tags that an entry has."""
        async with self._db.write() as conn:
            changed = await reading_list.set_tags(conn, server_id, number, tags)
        if changed is None:
            raise NotFound(NOT_ON_LIST)
        return changed

    async def suggest_tags(self, server_id: int, typed: str) -> list[str]:
        """What is typed with its last tag finished, by the tags of this server: the most used first."""
        async with self._db.read() as conn:
            known = await reading_list.suggest_tags(conn, server_id, unfinished_tag(typed), SUGGESTIONS + MAX_TAGS)
        return finish_tags(typed, known)[:SUGGESTIONS]

    async def page(self, server_id: int, user_id: int, listing: Listing, page: int) -> Page:
        """One page of what the member asks for, counted from 0; the last one when the list has become shorter."""
        async with self._db.read() as conn:
            total = await list_pages.count(conn, server_id, listing, user_id)
            number = max(0, min(page, (total - 1) // PAGE_SIZE))
            found = await reading_list.page(
                conn, server_id, listing, user_id, total=total, limit=PAGE_SIZE, offset=number * PAGE_SIZE
            )
        return Page(number, found)

    async def record_messages(self, server_id: int, counts: Mapping[int, int]) -> None:
        """So many messages these threads have, as Discord says."""
        async with self._db.write() as conn:
            await thread_counts.record(conn, server_id, counts)

    @staticmethod
    def _may_remove(standing: Community, user_id: int, *, manager: bool) -> None:
        if not standing.saved:
            raise NotFound(NOTHING_TO_REMOVE)
        if not manager and standing.saved_by != user_id:
            raise NotAllowed("Only the person who saved it, or a manager, can take a paper off the list.")


async def check_known(conn: Connection, number: int) -> None:
    """A button can be newer than the database, after an older copy was put back."""
    if not await papers.by_numbers(conn, [number]):
        raise NotFound("That paper is not known here any more. Paste its link again.")
