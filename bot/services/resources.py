"""What belongs to a paper besides itself, and what to read before it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.paths import Firsts, circle, in_order, nearest
from bot.domain.resources import MOST_RESOURCES, READ_FIRST, Kind, Resource
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal_within
from bot.errors import NotAllowed, NotFound, NotUnderstood
from bot.services.reading_list import check_known
from bot.storage import papers, readings, resource_lists, resources
from bot.storage.community import community
from bot.storage.database import Connection, Database
from bot.storage.resources import NewResource

PAGE_SIZE = 5

GONE = "That resource is not there any more. Open the list again with **Resources**, behind **More** on a card."

_NAMED, _NAME_LENGTH = 4, 70
"""Papers of a circle that are named, and characters of each title."""


class ResourcePage(NamedTuple):
    """`number` is counted from 0."""

    number: int
    shown: tuple[Resource, ...]
    total: int


class Step(NamedTuple):
    """One paper of a path. `read` counts the members of the server; `read_by_asker` is told to the asker alone."""

    paper: StoredPaper
    read: int
    read_by_asker: bool


class ReadingPath(NamedTuple):
    """What to read before `paper`, in order; `more` says that others come even before."""

    paper: StoredPaper
    steps: tuple[Step, ...]
    more: bool


class Resources:
    """Every call is one transaction. A change is due in the list of the paper's thread from its end on."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def add_link(self, server_id: int, number: int, user_id: int, kind: Kind, link: str) -> bool:
        """Adds a checked link; False when the paper has it already."""
        async with self._db.write() as conn:
            await check_known(conn, number)
            await resources.lock_graph(conn, server_id)  # so that two who add at once do not pass the limit
            return await self._add(conn, NewResource(_new_id(), server_id, number, kind, link, None, user_id))

    async def add_first(self, server_id: int, number: int, user_id: int, first: int) -> bool:
        """Says to read another paper before this one; refused when that would close a circle, however many add at
        the same time. False when it is said already."""
        if first == number:
            raise NotUnderstood("A paper cannot come before itself. Choose another one to read first.")
        async with self._db.write() as conn:
            await check_known(conn, number)
            await check_known(conn, first)
            await resources.lock_graph(conn, server_id)
            firsts = await resources.firsts(conn, server_id)
            closed = circle(firsts, number, first)
            if closed is not None:
                raise NotUnderstood(await _circle_words(conn, closed))
            return await self._add(conn, NewResource(_new_id(), server_id, number, READ_FIRST, None, first, user_id))

    async def page(self, server_id: int, number: int, page: int) -> ResourcePage:
        """Of all of a paper, the oldest first; the last page when there are fewer."""
        found = await self.all(server_id, number)
        at = max(0, min(page, (len(found) - 1) // PAGE_SIZE))
        return ResourcePage(at, tuple(found[at * PAGE_SIZE : (at + 1) * PAGE_SIZE]), len(found))

    async def all(self, server_id: int, number: int) -> list[Resource]:
        """Of a paper, the oldest first."""
        async with self._db.read() as conn:
            return await resources.of_paper(conn, server_id, number)

    async def remove(self, server_id: int, resource_id: int, user_id: int, *, manager: bool) -> int:
        """By who added it, or a manager. Returns the paper's number."""
        async with self._db.write() as conn:
            found = await resources.find(conn, server_id, resource_id)
            if found is None:
                raise NotFound(GONE)
            if not manager and found.user_id != user_id:
                raise NotAllowed("Only the person who added it, or a manager, can take a resource away.")
            if not await resources.remove(conn, resource_id):
                raise NotFound(GONE)
            await resource_lists.changed(conn, server_id, found.paper_number)
        return found.paper_number

    async def path(self, server_id: int, number: int, user_id: int) -> ReadingPath:
        """What to read before a paper. Who has read what is each member's own (`domain/reading_list.py`, Status), so
        it counts readers and names none; the asker learns of themselves."""
        async with self._db.read() as conn:
            await check_known(conn, number)
            firsts = await resources.firsts(conn, server_id)
            before, more = nearest(firsts, number)
            known = await papers.by_numbers(conn, [*before, number])
            standing = await community(conn, server_id, before)
            read = await readings.read_by(conn, server_id, before, user_id)
        order = _ordered(firsts, before, known)
        steps = tuple(Step(known[each], standing[each].read, each in read) for each in order)
        return ReadingPath(known[number], steps, more)

    async def _add(self, conn: Connection, new: NewResource) -> bool:
        if await resources.number_of(conn, new.server_id, new.paper_number) >= MOST_RESOURCES:
            raise NotUnderstood(f"A paper takes up to {MOST_RESOURCES} resources. Take one away first.")
        added = await resources.add(conn, new, self._clock.now())
        if added:
            await resource_lists.changed(conn, new.server_id, new.paper_number)
        return added


def _ordered(firsts: Firsts, numbers: Sequence[int], known: dict[int, StoredPaper]) -> list[int]:
    published = {number: known[number].paper.published for number in numbers if number in known}
    return in_order(firsts, list(published), published)


async def _circle_words(conn: Connection, numbers: Sequence[int]) -> str:
    known = await papers.by_numbers(conn, numbers)
    shown = [*numbers[:_NAMED], *numbers[max(_NAMED, len(numbers) - 1) :]]
    names = [f"**{literal_within(' '.join(known[number].title_text.split()), _NAME_LENGTH)}**" for number in shown]
    if len(shown) < len(numbers):
        names.insert(_NAMED, "…")
    return f"That would go in a circle: {' after '.join(names)}. Choose another paper, or take one of these away first."


def _new_id() -> int:
    return secrets.randbits(62) + 1
