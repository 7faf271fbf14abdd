"""Papers of one server for what a member is typing."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, case, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.search_text import folded
from bot.domain.stored_paper import StoredPaper
from bot.storage.paper_ids import same_id
from bot.storage.papers import stored_paper
from bot.storage.tables import entry, mention, paper, paper_alias

_MOST_WORDS = 12
"""A pasted abstract is no search; each word is one more look at each title."""


async def suggest(conn: AsyncConnection, server_id: int, words: str, limit: int = 25) -> list[StoredPaper]:
    """Papers that were shared or saved here and whose title and authors hold every word, or the beginning, middle or
    end of one. Titles that start with what was typed come first, then what was shared or saved last."""
    typed = folded(words)
    met = _met(server_id).subquery()
    last = select(met.c.paper_id, func.max(met.c.at).label("at")).group_by(met.c.paper_id).subquery()
    starts = paper.c.search_key.startswith(typed, autoescape=True)
    rows = await conn.execute(
        select(paper)
        .join(last, last.c.paper_id == paper.c.id)
        .where(*(paper.c.search_key.contains(word, autoescape=True) for word in typed.split()[:_MOST_WORDS]))
        .order_by(case((starts, 0), else_=1), last.c.at.desc(), paper.c.id.desc())
        .limit(limit)
    )
    return [stored_paper(row) for row in rows]


def _met(server_id: int) -> CompoundSelect[*tuple[object, ...]]:
    """When this server met which paper."""
    shared = (
        select(paper_alias.c.paper_id, mention.c.at)
        .join(mention, same_id(mention, paper_alias))
        .where(mention.c.server_id == server_id)
    )
    saved = select(entry.c.paper_id, entry.c.saved_at).where(entry.c.server_id == server_id)
    return union_all(shared, saved)
