"""What a server does every week."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.occurrences import Schedule, ScheduleKind
from bot.storage.database import insert
from bot.storage.tables import schedule

_OF_SERVER = select(schedule).where(schedule.c.server_id == bindparam("id")).order_by(schedule.c.kind)


async def get(conn: AsyncConnection, server_id: int, kind: ScheduleKind) -> Schedule | None:
    """One of them."""
    return next((plan for plan in await of_server(conn, server_id) if plan.kind == kind), None)


async def of_server(conn: AsyncConnection, server_id: int) -> list[Schedule]:
    """All of them."""
    rows = await conn.execute(_OF_SERVER, {"id": server_id})
    return [Schedule.model_validate(dict(row._mapping)) for row in rows]


async def put(conn: AsyncConnection, plan: Schedule) -> None:
    """Takes the place of the one of that kind."""
    values = plan.model_dump()
    changed = {name: value for name, value in values.items() if name not in ("server_id", "kind")}
    await conn.execute(
        insert(conn, schedule)
        .values(**values)
        .on_conflict_do_update(index_elements=["server_id", "kind"], set_=changed)
    )


async def remove(conn: AsyncConnection, server_id: int, kind: ScheduleKind) -> bool:
    """Whether there was one."""
    gone = await conn.scalar(
        delete(schedule)
        .where(schedule.c.server_id == server_id, schedule.c.kind == kind)
        .returning(schedule.c.server_id)
    )
    return gone is not None
