"""What comes due. A row is claimed with a lease, carried out, and finished; one whose holder died is found again.

Claiming moves `wake_at` to the end of the lease. A `wake` that arrives meanwhile sets another, which `again` leaves
alone. While one of a server's is leased, the others wait.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    UpdateBase,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.occurrences import Kind, Occurrence
from bot.storage.database import insert
from bot.storage.shards import Shards, ours
from bot.storage.tables import occurrence, server
from bot.storage.types import UtcDateTime

LEASE_SECONDS = 120
_NEXT_TO_ANOTHER = timedelta(minutes=1)

_NOW = bindparam("now", type_=UtcDateTime())

_UNFINISHED = occurrence.c.wake_at > datetime(1970, 1, 1, tzinfo=UTC)
"""Has a `wake_at`. SQLite uses the index for a range, and for "is not null" reads everything that ever was due
(sqlite.org/optoverview.html)."""

_CLAIM_LOCK = 7_246_113_906
"""Any number that nothing else locks; the one before it is that of the migrations."""

_COLUMNS = (
    occurrence.c.id,
    occurrence.c.server_id,
    occurrence.c.kind,
    occurrence.c.due_at,
    occurrence.c.attempts,
    occurrence.c.round_id,
    occurrence.c.digest_id,
)
_FINISH = (
    update(occurrence)
    .where(occurrence.c.id == bindparam("number"))
    .values(state=bindparam("ended"), outcome=bindparam("how"), done_at=_NOW, wake_at=None, lease_until=None)
)
_ATTACH = (
    update(occurrence)
    .where(occurrence.c.id == bindparam("number"))
    .values(round_id=bindparam("round"), digest_id=bindparam("digest"))
)
_WAKE = (
    update(occurrence)
    .where(
        occurrence.c.round_id == bindparam("round"),
        occurrence.c.kind == bindparam("of_kind"),
        occurrence.c.wake_at > _NOW,
    )
    .values(wake_at=_NOW)
)


async def add(
    conn: AsyncConnection,
    server_id: int,
    kind: Kind,
    due_at: datetime,
    *,
    round_id: int | None = None,
    digest_id: int | None = None,
) -> int | None:
    """Something that comes due then; None when the server has that one already."""
    number: int | None = await conn.scalar(
        insert(conn, occurrence)
        .values(
            server_id=server_id,
            kind=kind,
            due_at=due_at,
            state="due",
            wake_at=due_at,
            round_id=round_id,
            digest_id=digest_id,
        )
        .on_conflict_do_nothing()
        .returning(occurrence.c.id)
    )
    return number


async def add_for_round(conn: AsyncConnection, server_id: int, kind: Kind, due_at: datetime, round_id: int) -> None:
    """The round's own, a minute later where another round's is due then: two rounds may have one meeting, when a poll
    was closed days late or a second one was started by hand."""
    while await add(conn, server_id, kind, due_at, round_id=round_id) is None:
        due_at += _NEXT_TO_ANOTHER


async def claim_due(
    conn: AsyncConnection, now: datetime, *, kinds: Collection[Kind], shards: Shards | None, limit: int
) -> list[Occurrence]:
    """Takes up to `limit` whose time has come, the earliest first, for as long as the lease lasts."""
    await _one_claims(conn)
    until = now + timedelta(seconds=LEASE_SECONDS)
    rows = await conn.execute(_claim(tuple(kinds), shards, limit), {"now": now, "until": until})
    return sorted(map(_occurrence, rows), key=lambda due: (due.due_at, due.id))


@cache  # asked all the time, and building it takes longer than carrying it out
def _claim(kinds: tuple[Kind, ...], shards: Shards | None, limit: int) -> UpdateBase:
    takeable = and_(occurrence.c.wake_at <= _NOW, _free(_NOW), _ours(kinds, shards), ~_server_busy(_NOW))
    # chosen before anything is changed, as with replies: PostgreSQL may ask a plain subquery again meanwhile
    chosen = (
        select(occurrence.c.id)
        .where(takeable)
        .order_by(occurrence.c.due_at, occurrence.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    until = bindparam("until", type_=UtcDateTime())
    return (
        update(occurrence)
        .where(occurrence.c.id.in_(select(chosen.c.id)), takeable)
        .values(lease_until=until, wake_at=until, attempts=occurrence.c.attempts + 1)
        .returning(*_COLUMNS)
    )


async def _one_claims(conn: AsyncConnection) -> None:
    """Two processes never claim at the same moment, else each takes another row of the same server: the lease that
    makes the server busy is seen by others only when its transaction has ended. SQLite has one writer in any case."""
    if conn.dialect.name == "postgresql":
        await conn.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))


async def put_back(conn: AsyncConnection, occurrence_ids: Collection[int], now: datetime) -> None:
    """Claimed, but not to be tried yet."""
    await conn.execute(
        update(occurrence)
        .where(occurrence.c.id.in_(occurrence_ids))
        .values(lease_until=None, wake_at=now, attempts=occurrence.c.attempts - 1)
    )


async def next_wake(
    conn: AsyncConnection, now: datetime, *, kinds: Collection[Kind], shards: Shards | None
) -> datetime | None:
    """When the nearest can be claimed, as far as is known now."""
    at: datetime | None = await conn.scalar(_next_wake(tuple(kinds), shards), {"now": now})
    return at


@cache
def _next_wake(kinds: tuple[Kind, ...], shards: Shards | None) -> Select[tuple[datetime]]:
    leased = occurrence.c.lease_until > occurrence.c.wake_at
    return select(func.min(case((leased, occurrence.c.lease_until), else_=occurrence.c.wake_at))).where(
        _ours(kinds, shards), or_(~_free(_NOW), ~_server_busy(_NOW))
    )


async def finish(conn: AsyncConnection, occurrence_id: int, outcome: str, now: datetime) -> None:
    """It is dealt with; `outcome` says how, for whoever looks into the database."""
    state = "skipped" if outcome.startswith("skipped") else "done"
    await conn.execute(_FINISH, {"number": occurrence_id, "ended": state, "how": outcome, "now": now})


async def again(conn: AsyncConnection, claimed: Occurrence, at: datetime) -> None:
    """Not finished: it can be claimed again then, or at once when it was woken meanwhile. Nothing happens when the
    lease ended and somebody else has claimed it."""
    untouched = occurrence.c.wake_at == occurrence.c.lease_until
    await conn.execute(
        update(occurrence)
        .where(
            occurrence.c.id == claimed.id,
            occurrence.c.attempts == claimed.attempts,
            occurrence.c.wake_at.is_not(None),
        )
        .values(wake_at=case((untouched, at), else_=occurrence.c.wake_at), lease_until=None)
    )


async def attach(
    conn: AsyncConnection, occurrence_id: int, *, round_id: int | None = None, digest_id: int | None = None
) -> None:
    """What was begun for it."""
    await conn.execute(_ATTACH, {"number": occurrence_id, "round": round_id, "digest": digest_id})


async def wake(conn: AsyncConnection, round_id: int, kind: Kind, now: datetime) -> None:
    """A round's occurrence is to be looked at now, or as soon as who is at it is done, unless it is finished."""
    await conn.execute(_WAKE, {"round": round_id, "of_kind": kind, "now": now})


async def next_due(conn: AsyncConnection, server_id: int, kind: Kind) -> datetime | None:
    """When the scheduled one is due that has not begun."""
    at: datetime | None = await conn.scalar(
        select(func.min(occurrence.c.due_at)).where(_waiting(server_id, kind), _unbegun())
    )
    return at


async def has_later(conn: AsyncConnection, server_id: int, kind: Kind, than: datetime) -> bool:
    """Whether a scheduled one waits that is due after this."""
    found = await conn.scalar(
        select(occurrence.c.id).where(_waiting(server_id, kind), _unbegun(), occurrence.c.due_at > than).limit(1)
    )
    return found is not None


async def last_begun(conn: AsyncConnection, server_id: int, kind: Kind, now: datetime) -> datetime | None:
    """When the latest that is not in the future was due."""
    at: datetime | None = await conn.scalar(
        select(func.max(occurrence.c.due_at)).where(
            occurrence.c.server_id == server_id, occurrence.c.kind == kind, occurrence.c.due_at <= now
        )
    )
    return at


async def call_off(conn: AsyncConnection, server_id: int, kind: Kind, now: datetime) -> None:
    """Scheduled ones that are still to come. What is due already stays due."""
    await conn.execute(
        delete(occurrence).where(_waiting(server_id, kind), _unbegun(), occurrence.c.due_at > now, _free(now))
    )


def _free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(occurrence.c.lease_until.is_(None), occurrence.c.lease_until <= now)


def _server_busy(now: BindParameter[datetime]) -> ColumnElement[bool]:
    leased = select(occurrence.c.server_id).where(_UNFINISHED, occurrence.c.lease_until > now)
    return occurrence.c.server_id.in_(leased)


def _waiting(server_id: int, kind: Kind) -> ColumnElement[bool]:
    return and_(occurrence.c.server_id == server_id, occurrence.c.kind == kind, occurrence.c.wake_at.is_not(None))


def _unbegun() -> ColumnElement[bool]:
    return and_(occurrence.c.round_id.is_(None), occurrence.c.digest_id.is_(None))


def _ours(kinds: Collection[Kind], shards: Shards | None) -> ColumnElement[bool]:
    """Of a server that left nothing comes due until it is back."""
    left = exists().where(server.c.id == occurrence.c.server_id, server.c.left_at.is_not(None))
    mine = ours(occurrence.c.server_id, shards)
    return and_(_UNFINISHED, occurrence.c.kind.in_(kinds), mine, ~left)


def _occurrence(row: Row[*tuple[Any, ...]]) -> Occurrence:
    return Occurrence.model_validate(dict(row._mapping))
