"""When each outside system may be asked next, over all processes: its terms count all machines together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import insert
from bot.storage.tables import source_gate


class Gate(NamedTuple):
    """When the next request may start (long past while the source was never asked), the failures since the last
    success, and when they began (None: there are none, or an older version counted them)."""

    next_at: datetime
    failures: int
    failing_since: datetime | None = None


_NEVER_ASKED = Gate(datetime(1970, 1, 1, tzinfo=UTC), 0)
_STATE = select(source_gate.c.next_at, source_gate.c.failures, source_gate.c.failing_since).where(
    source_gate.c.source == bindparam("name")
)


async def reserve(conn: AsyncConnection, source: str, now: datetime, hold_seconds: float) -> datetime | None:
    """None: the slot is the caller's, and nobody else's until it is released or the hold ends (its holder died).
    Otherwise the instant to wait for before trying again."""
    until = now + timedelta(seconds=hold_seconds)
    won = await conn.scalar(
        insert(conn, source_gate)
        .values(source=source, next_at=until, failures=0)
        .on_conflict_do_update(index_elements=["source"], set_={"next_at": until}, where=source_gate.c.next_at <= now)
        .returning(source_gate.c.source)
    )
    return None if won is not None else (await state(conn, source)).next_at


async def release(
    conn: AsyncConnection, source: str, at: datetime, failures: int, failing_since: datetime | None = None
) -> None:
    """The request is over; the next may start at `at`."""
    now = {"next_at": at, "failures": failures, "failing_since": failing_since}
    await conn.execute(
        insert(conn, source_gate)
        .values(source=source, **now)
        .on_conflict_do_update(index_elements=["source"], set_=now)
    )


async def state(conn: AsyncConnection, source: str) -> Gate:
    """How things stand with this source."""
    row = (await conn.execute(_STATE, {"name": source})).first()
    # an older version that counts beside this one leaves the time of a failure long past
    return _NEVER_ASKED if row is None else Gate(row.next_at, row.failures, row.failing_since if row.failures else None)
