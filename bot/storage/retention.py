"""Servers that removed the bot: noticing them, and deleting what was theirs, a piece at a time.

Which tables hold something of a server is read from the tables themselves: by a `server_id`, or by a foreign key to
such a row.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.shards import Shards, ours
from bot.storage.tables import metadata, server

_AT_ONCE = 500
"""SQLite takes a limited number of values in one statement."""


async def only_in(conn: AsyncConnection, present: Collection[int], *, shards: Shards | None, now: datetime) -> int:
    """The bot is in no other servers of these shards. Returns how many removed it unnoticed."""
    known = await conn.scalars(select(server.c.id).where(server.c.left_at.is_(None), ours(server.c.id, shards)))
    gone = sorted(set(known).difference(present))
    for start in range(0, len(gone), _AT_ONCE):
        await conn.execute(update(server).where(server.c.id.in_(gone[start : start + _AT_ONCE])).values(left_at=now))
    return len(gone)


async def left_before(conn: AsyncConnection, before: datetime, *, shards: Shards | None) -> list[int]:
    """Servers that removed the bot at that time or earlier."""
    return list(
        await conn.scalars(
            select(server.c.id).where(server.c.left_at <= before, ours(server.c.id, shards)).order_by(server.c.left_at)
        )
    )


def tables() -> list[Table]:
    """All with rows of servers, those first that refer to others; `server` itself is left out."""
    return [
        table for table in reversed(metadata.sorted_tables) if table is not server and _of_server(table, 0) is not None
    ]


async def delete_piece(
    conn: AsyncConnection, table: Table, server_id: int, *, before: datetime, limit: int
) -> int | None:
    """Deletes some rows of the server and says how many. None: the bot is back there, or all is gone already."""
    if not await _still_gone(conn, server_id, before):
        return None
    key = table.primary_key.columns
    mine = _of_server(table, server_id)
    assert mine is not None  # noqa: S101 - `tables` has no others
    some = select(*key).where(mine).limit(limit)
    return (await conn.execute(delete(table).where(tuple_(*key).in_(some)))).rowcount


async def delete_server(conn: AsyncConnection, server_id: int, *, before: datetime) -> bool:
    """The last row. False: the bot is back, or something of the server came up meanwhile."""
    if not await _still_gone(conn, server_id, before):
        return False
    for table in tables():
        mine = _of_server(table, server_id)
        assert mine is not None  # noqa: S101 - `tables` has no others
        if (await conn.execute(select(*table.primary_key.columns).where(mine).limit(1))).first() is not None:
            return False
    await conn.execute(delete(server).where(server.c.id == server_id))
    return True


async def _still_gone(conn: AsyncConnection, server_id: int, before: datetime) -> bool:
    """On PostgreSQL, an invitation waits from here to the end of the transaction."""
    found = await conn.scalar(
        select(server.c.id).where(server.c.id == server_id, server.c.left_at <= before).with_for_update()
    )
    return found is not None


def _of_server(table: Table, server_id: int) -> ColumnElement[bool] | None:
    """Which rows are of the server; None for tables that have none of any."""
    if "server_id" in table.c:
        return table.c.server_id == server_id
    for key in table.foreign_keys:
        owner = key.column.table
        of_owner = _of_server(owner, server_id)
        if of_owner is not None:
            return key.parent.in_(select(key.column).where(of_owner))
    return None
