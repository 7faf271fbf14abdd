"""How many messages the threads of papers have, as they were last counted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import discussion


async def record(conn: AsyncConnection, server_id: int, counts: Mapping[int, int]) -> None:
    """Notes what changed of these counts, by the threads' ids; threads of no paper are passed over. A thread that is
    not among them (it is archived) keeps the count it had."""
    rows = await conn.execute(
        select(discussion.c.thread_id, discussion.c.messages)
        .where(discussion.c.server_id == server_id, discussion.c.thread_id.is_not(None))
        .order_by(discussion.c.paper_id)
    )
    changed = [
        {"counted_thread": row.thread_id, "counted": counts[row.thread_id]}
        for row in rows
        if counts.get(row.thread_id, row.messages) != row.messages
    ]
    if changed:
        await conn.execute(
            update(discussion)
            .where(discussion.c.server_id == server_id, discussion.c.thread_id == bindparam("counted_thread"))
            .values(messages=bindparam("counted")),
            changed,
        )
