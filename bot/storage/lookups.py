"""Ids that cannot be had now. The rows are the queue: they survive a restart and are shared by all processes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lookups import APART, Lookup
from bot.domain.papers import PaperId
from bot.storage.database import insert
from bot.storage.paper_ids import names
from bot.storage.tables import lookup

_LOOKUP = (
    lookup.c.scheme,
    lookup.c.value,
    lookup.c.state,
    lookup.c.attempts,
    lookup.c.looks,
    lookup.c.due_at,
    lookup.c.reason,
)
_NEXT_DUE = select(func.min(lookup.c.due_at))


async def wait(conn: AsyncConnection, ids: Collection[PaperId], now: datetime) -> None:
    """Puts ids in line, due at once. Those that are in line already, or known to be missing, stay as they are."""
    if not ids:
        return
    await conn.execute(
        insert(conn, lookup)
        .values(
            [
                {
                    "scheme": paper.scheme,
                    "value": paper.value,
                    "state": "waiting",
                    "attempts": 0,
                    "looks": 0,
                    "due_at": now,
                    "asked_at": now,
                    "reason": "",
                }
                for paper in dict.fromkeys(ids)
            ]
        )
        .on_conflict_do_nothing()
    )


async def again(conn: AsyncConnection, ids: Collection[PaperId], now: datetime) -> None:
    """Somebody asks anew for papers that were looked for long enough: they are in line once more."""
    await conn.execute(
        update(lookup).where(names(lookup, ids), lookup.c.due_at.is_(None)).values(due_at=now, looks=0, attempts=0)
    )


async def sooner(conn: AsyncConnection, ids: Collection[PaperId], due_at: datetime) -> None:
    """Those that nobody was asked for yet, and whose turn is later, have it then."""
    untried = and_(lookup.c.state == "waiting", lookup.c.attempts == 0, lookup.c.reason == "")
    await conn.execute(
        update(lookup).where(names(lookup, ids), untried, lookup.c.due_at > due_at).values(due_at=due_at)
    )


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Lookup]:
    """Those whose time has come, longest overdue first."""
    rows = await conn.execute(
        select(*_LOOKUP)
        .where(lookup.c.due_at <= now)
        .order_by(lookup.c.due_at, lookup.c.asked_at, lookup.c.scheme, lookup.c.value)
        .limit(limit)
    )
    return [_from(row) for row in rows]


async def failed(conn: AsyncConnection, ids: Collection[PaperId], due_at: datetime | None, reason: str) -> None:
    """One more try brought no answer; nothing else is known than before."""
    await conn.execute(
        update(lookup).where(names(lookup, ids)).values(attempts=lookup.c.attempts + 1, due_at=due_at, reason=reason)
    )


async def apart(conn: AsyncConnection, ids: Collection[PaperId], marked: datetime) -> None:
    """One of these may have spoilt a request: they go out without others, due at the time that marks them."""
    await conn.execute(update(lookup).where(names(lookup, ids)).values(due_at=marked, reason=APART))


async def missing(conn: AsyncConnection, ids: Collection[PaperId], due_at: datetime | None, reason: str = "") -> None:
    """The source says that there is no such paper; asked again at `due_at`, since new papers come late."""
    await conn.execute(
        update(lookup)
        .where(names(lookup, ids))
        .values(
            state="missing",
            attempts=0,
            looks=lookup.c.looks + 1,
            due_at=due_at,
            reason=reason,
        )
    )


async def done(conn: AsyncConnection, ids: Collection[PaperId]) -> None:
    """These papers are here."""
    await conn.execute(delete(lookup).where(names(lookup, ids)))


async def states(conn: AsyncConnection, ids: Collection[PaperId]) -> dict[PaperId, Lookup]:
    """What is known of those that are in line."""
    rows = await conn.execute(select(*_LOOKUP).where(names(lookup, ids)))
    return {found.id: found for found in map(_from, rows)}


async def next_due(conn: AsyncConnection) -> datetime | None:
    """When the next one's time comes, which may be past; None when nothing is to be tried."""
    at: datetime | None = await conn.scalar(_NEXT_DUE)
    return at


def _from(row: Row[*tuple[Any, ...]]) -> Lookup:
    return Lookup(
        id=PaperId(row.scheme, row.value),
        state=row.state,
        attempts=row.attempts,
        looks=row.looks,
        due_at=row.due_at,
        reason=row.reason,
    )
