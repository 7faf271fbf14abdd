"""How the readings of history stand, and what they came to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.backfill import Reading, state_of
from bot.domain.papers import PaperId
from bot.storage.tables import backfill, lookup, mention, paper, paper_alias


async def find(conn: AsyncConnection, server_id: int, channel_id: int) -> Reading | None:
    """The latest reading that this channel or thread belongs to."""
    reading_id = await conn.scalar(
        select(backfill.c.until_id).where(backfill.c.server_id == server_id, backfill.c.channel_id == channel_id)
    )
    return None if reading_id is None else await get(conn, server_id, reading_id)


async def get(conn: AsyncConnection, server_id: int, reading_id: int) -> Reading | None:
    """How a reading of this server stands; None where there is none with this id, or another took its place."""
    found = await conn.execute(
        select(backfill).where(of_reading(server_id, reading_id)).order_by(backfill.c.channel_id)
    )
    rows = found.all()
    if not rows:
        return None
    root = rows[0]
    state = state_of([row.state for row in rows])
    return Reading(
        id=reading_id,
        server_id=server_id,
        channel_id=root.channel_id,
        state=state,
        problem=next((row.problem for row in rows if row.problem and row.state == state), None),
        most=root.most,
        messages=sum(row.messages for row in rows),
        mentions=sum(row.mentions for row in rows),
        papers=await _papers(conn, server_id, reading_id),
        threads=len(rows) - 1,
        at_id=next((row.after_id for row in rows if row.state == state != "done"), 0),
        behind=await _ahead(conn, server_id, reading_id) if state == "running" else None,
        answered_in=root.answered_in,
        message_id=root.message_id,
    )


async def _papers(conn: AsyncConnection, server_id: int, reading_id: int) -> int:
    there = and_(
        mention.c.server_id == backfill.c.server_id,
        mention.c.channel_id == backfill.c.channel_id,
        mention.c.message_id < backfill.c.until_id,
    )
    named = select(mention.c.scheme, mention.c.value).join(backfill, there).where(of_reading(server_id, reading_id))
    return await conn.scalar(select(func.count()).select_from(named.distinct().subquery())) or 0


async def _ahead(conn: AsyncConnection, server_id: int, reading_id: int) -> int | None:
    before: int | None = await conn.scalar(
        select(backfill.c.channel_id)
        .where(backfill.c.server_id == server_id, backfill.c.state == "running", backfill.c.until_id < reading_id)
        .order_by(backfill.c.until_id, backfill.c.channel_id)
        .limit(1)
    )
    return before


async def unknown_papers(conn: AsyncConnection, schemes: Collection[str]) -> list[PaperId]:
    """What was mentioned, is not known, and stands in no line. Looks at every mention."""
    named = (mention.c.scheme, mention.c.value)
    rows = await conn.execute(
        select(*named)
        .where(
            mention.c.scheme.in_(schemes),
            *(
                ~exists().where(table.c.scheme == mention.c.scheme, table.c.value == mention.c.value)
                for table in (paper, paper_alias, lookup)
            ),
            select(backfill.c.server_id).exists(),
        )
        .distinct()
    )
    return [PaperId(row.scheme, row.value) for row in rows]


def of_reading(server_id: int, reading_id: int) -> ColumnElement[bool]:
    """The rows of its places."""
    return and_(backfill.c.server_id == server_id, backfill.c.until_id == reading_id)
