"""Which papers stand on a page of the list, in its order.

Each order of a whole list is the order of an index of `entry` (migration 0009), so that a page is read off it, from the
nearer end; what a filter leaves is sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Listing, Sort
from bot.storage.paper_ids import same_id
from bot.storage.report_sums import learned_papers
from bot.storage.tables import discussion, entry, entry_tag, mention, paper, paper_alias, reading

TITLE_LETTERS = 160
"""As many `entry.title_key` has of `paper.search_key`; beyond them titles are equal."""


_list_size = table("list_size", column("server_id"), column("entries"))
"""Kept by triggers, see migration 0009: counting 100,000 entries takes longer than all else for a page."""


class _Chosen(NamedTuple):
    """`numbers` selects `paper_id` alone; with `at`, equal ones are ordered. All are on the list if `listed`."""

    numbers: Select[int]
    paper_id: ColumnElement[int]
    at: ColumnElement[Any]
    listed: bool


class _Key(NamedTuple):
    """Something to order by, the largest first if it is `falling`."""

    by: ColumnElement[Any]
    falling: bool = False


async def count(conn: AsyncConnection, server_id: int, listing: Listing, reader: int | None) -> int:
    """How many papers are meant. `reader` is the member whose status is asked for."""
    if listing == Listing(listing.sort):
        counted = select(func.sum(_list_size.c.entries)).where(_list_size.c.server_id == server_id)
    else:
        counted = select(func.count()).select_from(_chosen(server_id, listing, reader).numbers.subquery())
    return int(await conn.scalar(counted) or 0)


async def numbers(
    conn: AsyncConnection,
    server_id: int,
    listing: Listing,
    reader: int | None,
    *,
    total: int,
    limit: int,
    offset: int,
) -> list[int]:
    """The papers of one page; `total` is what `count` says. Whatever is equal comes by when it was saved (a paper that
    is not on the list: by when the reader set their status), the older first."""
    statement = page(server_id, listing, reader, total=total, limit=limit, offset=offset)
    found = list(await conn.scalars(statement))
    return found[::-1] if _is_late(total, offset) else found


def page(server_id: int, listing: Listing, reader: int | None, *, total: int, limit: int, offset: int) -> Select[int]:
    """What `numbers` asks; a page of the later half is counted and given from the end."""
    chosen = _chosen(server_id, listing, reader)
    late = _is_late(total, offset)
    limit = max(0, min(limit, total - offset))
    return (
        chosen.numbers.order_by(
            *(key.by.desc() if key.falling != late else key.by for key in _order(listing.sort, chosen, server_id))
        )
        .limit(limit)
        .offset(max(0, total - offset - limit) if late else offset)
    )


def _is_late(total: int, offset: int) -> bool:
    return offset > total // 2


def _chosen(server_id: int, listing: Listing, reader: int | None) -> _Chosen:
    marked = and_(reading.c.server_id == server_id, reading.c.user_id == reader, reading.c.status == listing.status)
    if listing.learned is not None:
        known = learned_papers(server_id, listing.learned)
        number: ColumnElement[int] = known.c.paper_id
        at: ColumnElement[Any] = func.coalesce(entry.c.saved_at, known.c.at)
        numbers = select(number).select_from(known.outerjoin(entry, _entry_of(number, server_id)))
        if listing.status is not None:
            numbers = numbers.where(number.in_(select(reading.c.paper_id).where(marked)))
    elif listing.status is not None:
        number = reading.c.paper_id
        at = func.coalesce(entry.c.saved_at, reading.c.at)
        numbers = select(number).select_from(reading.outerjoin(entry, _entry_of(number, server_id))).where(marked)
    else:
        number = entry.c.paper_id
        at = entry.c.saved_at
        numbers = select(number).where(entry.c.server_id == server_id)
    if listing.saved_by is not None:
        numbers = numbers.where(entry.c.saved_by == listing.saved_by)
    if listing.tag is not None:
        tagged = select(entry_tag.c.paper_id).where(entry_tag.c.server_id == server_id, entry_tag.c.tag == listing.tag)
        numbers = numbers.where(number.in_(tagged))
    return _Chosen(numbers, number, at, listed=listing.learned is None and listing.status is None)


def _entry_of(number: ColumnElement[int], server_id: int) -> ColumnElement[bool]:
    return and_(entry.c.server_id == server_id, entry.c.paper_id == number)


def _order(sort: Sort, chosen: _Chosen, server_id: int) -> Sequence[_Key]:
    number, at = chosen.paper_id, chosen.at
    first_saved = (_Key(at), _Key(number))

    def known(listed: ColumnElement[Any], *otherwise: ColumnElement[Any] | int) -> ColumnElement[Any]:
        return listed if chosen.listed else func.coalesce(listed, *otherwise)

    match sort:
        case "oldest":
            return first_saved
        case "newest":
            return (_Key(at, falling=True), _Key(number, falling=True))
        case "title":
            return (_Key(known(entry.c.title_key, _title(number))), _Key(number))
        case "votes":
            return (_Key(known(entry.c.votes, 0), falling=True), *first_saved)
        case "discussed":
            messages = known(entry.c.messages, _messages(number, server_id), 0)
            shared = known(entry.c.shared, _shared(number, server_id))
            return (_Key(messages, falling=True), _Key(shared, falling=True), *first_saved)


# --- the same of papers that are not on the list


def _title(number: ColumnElement[int]) -> ColumnElement[str]:
    return select(func.substr(paper.c.search_key, 1, TITLE_LETTERS)).where(paper.c.id == number).scalar_subquery()


def _messages(number: ColumnElement[int], server_id: int) -> ColumnElement[int]:
    of_paper = and_(discussion.c.server_id == server_id, discussion.c.paper_id == number)
    return select(discussion.c.messages).where(of_paper).scalar_subquery()


def _shared(number: ColumnElement[int], server_id: int) -> ColumnElement[int]:
    """The outer join keeps SQLite from beginning with all that the server shared."""
    of_server = and_(same_id(mention, paper_alias), mention.c.server_id == server_id)
    ids = paper_alias.outerjoin(mention, of_server)
    return select(func.count(mention.c.id)).select_from(ids).where(paper_alias.c.paper_id == number).scalar_subquery()
