"""How far each member is with a paper: their own, whether it is on the list or not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reading_list import Status
from bot.storage.database import insert
from bot.storage.tables import reading


async def status_of(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int) -> Status | None:
    """The member's status, if they have one."""
    status: Status | None = await conn.scalar(select(reading.c.status).where(_is(server_id, paper_number, user_id)))
    return status


async def read_by(conn: AsyncConnection, server_id: int, paper_numbers: Collection[int], user_id: int) -> set[int]:
    """Those of the papers that the member has read."""
    numbers = await conn.scalars(
        select(reading.c.paper_id).where(
            reading.c.server_id == server_id,
            reading.c.paper_id.in_(paper_numbers),
            reading.c.user_id == user_id,
            reading.c.status == "read",
        )
    )
    return set(numbers)


async def set_status(  # noqa: PLR0917 - the caller names the member's paper as in every function here
    conn: AsyncConnection, server_id: int, paper_number: int, user_id: int, status: Status, now: datetime
) -> bool:
    """False when it was that already; it then keeps its instant."""
    statement = insert(conn, reading).values(
        server_id=server_id, paper_id=paper_number, user_id=user_id, status=status, at=now
    )
    changed = await conn.scalar(
        statement.on_conflict_do_update(
            index_elements=["server_id", "paper_id", "user_id"],
            set_={"status": status, "at": now},
            where=reading.c.status != status,
        ).returning(reading.c.paper_id)
    )
    return changed is not None


async def clear_status(conn: AsyncConnection, server_id: int, paper_number: int, user_id: int) -> bool:
    """False when there was none."""
    cleared = await conn.scalar(
        delete(reading).where(_is(server_id, paper_number, user_id)).returning(reading.c.paper_id)
    )
    return cleared is not None


def _is(server_id: int, paper_number: int, user_id: int) -> ColumnElement[bool]:
    return and_(reading.c.server_id == server_id, reading.c.paper_id == paper_number, reading.c.user_id == user_id)
