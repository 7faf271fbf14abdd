"""Which papers stand on a page of the list, in its order.

A list can be long while a page is short, so each order either follows an index or looks at the few papers that stand
out first: those with votes, say, and only then the rest by when they were saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Listing
from bot.storage.paper_ids import same_id
from bot.storage.report_sums import learned_papers
from bot.storage.tables import discussion, entry, entry_tag, mention, paper, paper_alias, reading, vote

Numbers = Select[int]
"""Gives papers' numbers in their order."""


async def count(conn: AsyncConnection, server_id: int, listing: Listing, reader: int | None) -> int:
    """How many papers are meant. `reader` is the member whose status is asked for."""
    chosen = _chosen(server_id, listing, reader).subquery()
    return await conn.scalar(select(func.count()).select_from(chosen)) or 0


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
    chosen = _chosen(server_id, listing, reader).subquery()
    filtered = listing != Listing(listing.sort)
    if listing.sort == "title":
        many = not filtered and total * total > (offset + limit) * await _papers(conn)
        tiers = [_by_title(chosen, many=many)]
    elif listing.sort == "votes" and filtered:
        tiers = [_oldest_first(_numbers(chosen).order_by(_votes_of(chosen, server_id).desc()), chosen)]
    elif listing.sort == "votes":
        tiers = _by_votes(chosen, server_id, await _fewest_votes(conn, server_id, offset + limit))
    elif listing.sort == "discussed":
        least = 1 if filtered else await _fewest_messages(conn, server_id, offset + limit)
        tiers = _by_discussion(chosen, server_id, least)
    elif listing.sort == "newest":
        tiers = [_numbers(chosen).order_by(chosen.c.at.desc(), chosen.c.paper_id.desc())]
    else:
        tiers = [_oldest_first(_numbers(chosen), chosen)]
    return await _from(conn, tiers, limit=limit, offset=offset)


async def _from(conn: AsyncConnection, tiers: Sequence[Numbers], *, limit: int, offset: int) -> list[int]:
    """A page out of the tiers one after the other; what comes after the page is not looked at."""
    found: list[int] = []
    for tier in tiers:
        here = list(await conn.scalars(tier.limit(limit - len(found)).offset(offset)))
        found += here
        if len(found) == limit:
            break
        if here:
            offset = 0
        elif offset:
            in_tier = await conn.scalar(select(func.count()).select_from(tier.order_by(None).subquery()))
            offset -= in_tier or 0
    return found


def _chosen(server_id: int, listing: Listing, reader: int | None) -> Select[*tuple[Any, ...]]:
    """`paper_id`, and `at`, by which equal ones are ordered."""
    number: ColumnElement[int]
    if listing.learned is not None:
        known = learned_papers(server_id, listing.learned)
        number = known.c.paper_id
        on_the_list = and_(entry.c.server_id == server_id, entry.c.paper_id == number)
        chosen = select(number, func.coalesce(entry.c.saved_at, known.c.at).label("at")).select_from(
            known.outerjoin(entry, on_the_list)
        )
        if listing.status is not None:
            marked = select(reading.c.paper_id).where(
                reading.c.server_id == server_id,
                reading.c.user_id == reader,
                reading.c.status == listing.status,
            )
            chosen = chosen.where(number.in_(marked))
    elif listing.status is None:
        number = entry.c.paper_id
        chosen = select(number, entry.c.saved_at.label("at")).where(entry.c.server_id == server_id)
    else:
        number = reading.c.paper_id
        on_the_list = and_(entry.c.server_id == reading.c.server_id, entry.c.paper_id == number)
        chosen = (
            select(number, func.coalesce(entry.c.saved_at, reading.c.at).label("at"))
            .select_from(reading.outerjoin(entry, on_the_list))
            .where(
                reading.c.server_id == server_id,
                reading.c.user_id == reader,
                reading.c.status == listing.status,
            )
        )
    if listing.saved_by is not None:
        chosen = chosen.where(entry.c.saved_by == listing.saved_by)
    if listing.tag is not None:
        tagged = select(entry_tag.c.paper_id).where(entry_tag.c.server_id == server_id, entry_tag.c.tag == listing.tag)
        chosen = chosen.where(number.in_(tagged))
    return chosen


def _by_title(chosen: Subquery, *, many: bool) -> Numbers:
    """Of many, the papers are walked in the order of their titles and looked up among the chosen; of few, the chosen
    are sorted. SQLite would do the latter always: half a second for a list of 100,000."""
    if many:
        among = exists().where(chosen.c.paper_id == paper.c.id)
        return select(paper.c.id).where(among).order_by(paper.c.search_key, paper.c.id)
    return _numbers(chosen).join(paper, paper.c.id == chosen.c.paper_id).order_by(paper.c.search_key, chosen.c.paper_id)


def _votes_of(chosen: Subquery, server_id: int) -> ScalarSelect[int]:
    """Of one paper: cheap where few are chosen."""
    of_paper = and_(vote.c.server_id == server_id, vote.c.paper_id == chosen.c.paper_id)
    return select(func.count()).select_from(vote).where(of_paper).scalar_subquery()


async def _fewest_votes(conn: AsyncConnection, server_id: int, places: int) -> int:
    """How many votes a paper needs to be among so many first ones, or as many as the last of them."""
    votes = _votes(server_id)
    of_last = select(votes.c.votes).order_by(votes.c.votes.desc()).limit(1).offset(places - 1)
    return await conn.scalar(of_last) or 1


async def _fewest_messages(conn: AsyncConnection, server_id: int, places: int) -> int:
    """The same for the messages in their threads; only of papers on the list."""
    of_last = (
        select(discussion.c.messages)
        .join(entry, and_(entry.c.server_id == server_id, entry.c.paper_id == discussion.c.paper_id))
        .where(discussion.c.server_id == server_id, discussion.c.messages > 0)
        .order_by(discussion.c.messages.desc())
        .limit(1)
        .offset(places - 1)
    )
    return await conn.scalar(of_last) or 1


def _votes(server_id: int, *, least: int = 1) -> Subquery:
    """How many votes each paper has, where they are at least so many."""
    return (
        select(vote.c.paper_id, func.count().label("votes"))
        .where(vote.c.server_id == server_id)
        .group_by(vote.c.paper_id)
        .having(func.count() >= least)
        .subquery()
    )


def _by_votes(chosen: Subquery, server_id: int, least: int) -> list[Numbers]:
    votes = _votes(server_id, least=least)
    voted = _numbers(chosen).join(votes, votes.c.paper_id == chosen.c.paper_id).order_by(votes.c.votes.desc())
    any_vote = exists().where(vote.c.server_id == server_id, vote.c.paper_id == chosen.c.paper_id)
    return [_oldest_first(voted, chosen), _oldest_first(_numbers(chosen).where(~any_vote), chosen)]


def _by_discussion(chosen: Subquery, server_id: int, least: int) -> list[Numbers]:
    """By messages in the thread, then by how often the paper was shared."""
    of_paper = and_(mention.c.server_id == server_id, paper_alias.c.paper_id == chosen.c.paper_id)
    shared_ids = paper_alias.join(mention, same_id(mention, paper_alias))
    shared = select(func.count()).select_from(shared_ids).where(of_paper).scalar_subquery()
    ever_shared = select(mention.c.id).select_from(shared_ids).where(of_paper).exists()
    threads = and_(
        discussion.c.server_id == server_id,
        discussion.c.paper_id == chosen.c.paper_id,
        discussion.c.messages > 0,
    )
    busiest = (  # DISTINCT changes nothing here but the order of work: SQLite then begins with the threads
        select(discussion.c.paper_id, discussion.c.messages)
        .where(discussion.c.server_id == server_id, discussion.c.messages >= least)
        .distinct()
        .subquery()
    )
    talked_about = _numbers(chosen).join(busiest, busiest.c.paper_id == chosen.c.paper_id)
    talked_about = talked_about.order_by(busiest.c.messages.desc(), shared.desc())
    silent = _numbers(chosen).where(~exists().where(threads))
    return [
        _oldest_first(talked_about, chosen),
        _oldest_first(silent.where(ever_shared).order_by(shared.desc()), chosen),
        _oldest_first(silent.where(~ever_shared), chosen),
    ]


def _numbers(chosen: Subquery) -> Numbers:
    return select(chosen.c.paper_id).select_from(chosen)


def _oldest_first(ordered: Numbers, chosen: Subquery) -> Numbers:
    return ordered.order_by(chosen.c.at, chosen.c.paper_id)


async def _papers(conn: AsyncConnection) -> int:
    """About how many there are, of all servers."""
    return await conn.scalar(select(func.max(paper.c.id))) or 0
