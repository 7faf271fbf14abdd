"""The thread in which a server talks about a paper: one for each paper and server."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import insert
from bot.storage.tables import discussion

LEASE_SECONDS = 30


async def thread_of(conn: AsyncConnection, server_id: int, number: int) -> int | None:
    """The paper's thread, if there is one."""
    thread_id: int | None = await conn.scalar(
        select(discussion.c.thread_id).where(discussion.c.server_id == server_id, discussion.c.paper_id == number)
    )
    return thread_id


async def paper_of(conn: AsyncConnection, server_id: int, thread_id: int) -> int | None:
    """The paper that a thread is about, if it is one of these."""
    number: int | None = await conn.scalar(
        select(discussion.c.paper_id).where(discussion.c.server_id == server_id, discussion.c.thread_id == thread_id)
    )
    return number


async def threads_of(conn: AsyncConnection, server_id: int, numbers: Collection[int]) -> dict[int, int]:
    """The threads of these papers, where there are any."""
    rows = await conn.execute(
        select(discussion.c.paper_id, discussion.c.thread_id).where(
            discussion.c.server_id == server_id,
            discussion.c.paper_id.in_(numbers),
            discussion.c.thread_id.is_not(None),
        )
    )
    return {row.paper_id: row.thread_id for row in rows}


async def claim(conn: AsyncConnection, server_id: int, number: int, channel_id: int, now: datetime) -> bool:
    """The right to open the thread, for one caller at a time. A claim whose holder died runs out."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    statement = insert(conn, discussion).values(
        server_id=server_id, paper_id=number, channel_id=channel_id, lease_until=until, made_at=now
    )
    won = await conn.scalar(
        statement.on_conflict_do_update(
            index_elements=["server_id", "paper_id"],
            set_={"lease_until": until, "channel_id": channel_id, "made_at": now},
            where=discussion.c.thread_id.is_(None)
            & or_(discussion.c.lease_until.is_(None), discussion.c.lease_until < now),
        ).returning(discussion.c.paper_id)
    )
    return won is not None


async def record(conn: AsyncConnection, server_id: int, number: int, thread_id: int) -> None:
    """The thread is there."""
    await conn.execute(
        update(discussion)
        .where(discussion.c.server_id == server_id, discussion.c.paper_id == number)
        .values(thread_id=thread_id, lease_until=None)
    )


async def release(conn: AsyncConnection, server_id: int, number: int) -> None:
    """It could not be opened; the next who asks may try."""
    await conn.execute(
        delete(discussion).where(
            discussion.c.server_id == server_id,
            discussion.c.paper_id == number,
            discussion.c.thread_id.is_(None),
        )
    )


async def recorded(conn: AsyncConnection, server_id: int, thread_ids: Collection[int]) -> set[int]:
    """Those of the threads in which this server talks about a paper."""
    rows = await conn.scalars(
        select(discussion.c.thread_id).where(
            discussion.c.server_id == server_id, discussion.c.thread_id.in_(thread_ids)
        )
    )
    return set(rows)


async def thread_gone(conn: AsyncConnection, server_id: int, thread_ids: Collection[int]) -> list[int]:
    """Somebody deleted the threads: the next who asks gets a new one. Returns the papers' numbers."""
    rows = await conn.execute(
        delete(discussion)
        .where(discussion.c.server_id == server_id, discussion.c.thread_id.in_(thread_ids))
        .returning(discussion.c.paper_id)
    )
    return list(rows.scalars())
