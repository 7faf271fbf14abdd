"""Resources of papers, and which paper is to be read before which."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Integer, cast, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.resources import Kind, Resource
from bot.storage import papers
from bot.storage.database import insert
from bot.storage.tables import resource

_GRAPH_LOCK = 20_809
"""Any number, as long as nothing else in this database is locked by it and a second one."""


class NewResource(NamedTuple):
    """Either `link` or `first` is given."""

    id: int
    server_id: int
    paper_number: int
    kind: Kind
    link: str | None
    first: int | None
    user_id: int


class Owned(NamedTuple):
    """Which paper a resource is of, and who added it."""

    paper_number: int
    user_id: int | None


async def lock_graph(conn: AsyncConnection, server_id: int) -> None:
    """PostgreSQL: whoever else adds to this server's papers waits until the end of this transaction, and then sees
    what it added. SQLite lets one write at a time anyway. Two servers may share a number, and wait for nothing."""
    if conn.dialect.name == "postgresql":
        key = cast(_GRAPH_LOCK, Integer), cast(server_id % 2**31, Integer)
        await conn.execute(select(func.pg_advisory_xact_lock(*key)))


async def firsts(conn: AsyncConnection, server_id: int) -> dict[int, list[int]]:
    """For each paper the ones to read before it, the whole of the server."""
    found: dict[int, list[int]] = {}
    rows = await conn.execute(
        select(resource.c.paper_id, resource.c.first_id).where(
            resource.c.server_id == server_id, resource.c.first_id.is_not(None)
        )
    )
    for row in rows:
        found.setdefault(row.paper_id, []).append(row.first_id)
    return found


async def add(conn: AsyncConnection, new: NewResource, now: datetime) -> bool:
    """False when it is there already."""
    added = await conn.scalar(
        insert(conn, resource)
        .values(
            id=new.id,
            server_id=new.server_id,
            paper_id=new.paper_number,
            kind=new.kind,
            link=new.link,
            first_id=new.first,
            user_id=new.user_id,
            at=now,
        )
        .on_conflict_do_nothing()
        .returning(resource.c.id)
    )
    return added is not None


async def number_of(conn: AsyncConnection, server_id: int, number: int) -> int:
    """How many a paper has."""
    count = select(func.count()).where(resource.c.server_id == server_id, resource.c.paper_id == number)
    return await conn.scalar(count) or 0


async def of_paper(conn: AsyncConnection, server_id: int, number: int) -> list[Resource]:
    """All of them, the oldest first."""
    rows = (
        await conn.execute(
            select(resource)
            .where(resource.c.server_id == server_id, resource.c.paper_id == number)
            .order_by(resource.c.at, resource.c.id)
        )
    ).all()
    to_read = await papers.by_numbers(conn, [row.first_id for row in rows if row.first_id is not None])
    return [
        Resource(
            id=row.id,
            kind=row.kind,
            link=row.link,
            first=to_read.get(row.first_id),
            user_id=row.user_id,
            at=row.at,
        )
        for row in rows
    ]


async def find(conn: AsyncConnection, server_id: int, resource_id: int) -> Owned | None:
    """None when this server has no such resource."""
    row = (
        await conn.execute(
            select(resource.c.paper_id, resource.c.user_id).where(
                resource.c.server_id == server_id, resource.c.id == resource_id
            )
        )
    ).one_or_none()
    return None if row is None else Owned(row.paper_id, row.user_id)


async def remove(conn: AsyncConnection, resource_id: int) -> bool:
    """False when somebody else was faster."""
    gone = await conn.scalar(delete(resource).where(resource.c.id == resource_id).returning(resource.c.id))
    return gone is not None
