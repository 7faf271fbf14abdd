"""One row for each reply the bot owes, has posted or must change: the row comes before the message.

A reply is due when `due_at` has come. Whoever works on it holds a lease; claiming also moves `due_at` to the end of
the lease, so that work cut off by a crash is found again. A change that arrives meanwhile sets another `due_at`,
which recording leaves alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

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
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.papers import PaperId
from bot.storage.database import insert_on
from bot.storage.paper_ids import names
from bot.storage.prepared import Prepared
from bot.storage.shards import Shards, ours
from bot.storage.tables import mention, reply
from bot.storage.types import UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy.sql.dml import ReturningUpdate

LEASE_SECONDS = 60


class Claim(NamedTuple):
    """A reply this process may work on until the lease ends."""

    id: int
    server_id: int
    channel_id: int
    message_id: int | None
    posted_id: int | None
    generation: int
    attempts: int
    due_at: datetime
    reacted: bool
    hide_preview: bool


_CLAIM = (
    reply.c.id,
    reply.c.server_id,
    reply.c.channel_id,
    reply.c.message_id,
    reply.c.posted_id,
    reply.c.generation,
    reply.c.attempts,
    reply.c.due_at,
    reply.c.reacted,
    reply.c.hide_preview,
)


def _claim(row: Row[Any]) -> Claim:
    return Claim._make(row)


async def open_claimed(
    conn: AsyncConnection,
    *,
    server_id: int,
    channel_id: int,
    message_id: int,
    hide_preview: bool,
    now: datetime,
) -> Claim | None:
    """Makes the reply to a message, or takes up the one there is. None: somebody is at work on it; they will find it
    due again when they are done."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    row = await _MAKING.first(
        conn,
        {
            "server_id": server_id,
            "channel_id": channel_id,
            "message_id": message_id,
            "hide_preview": hide_preview,
            "lease_until": until,
            "due_at": until,
            "made_at": now,
            "attempts": 1,
            "generation": 0,
            "reacted": False,
        },
    )
    if row is not None:
        return _claim(row)
    await _REOPENING.run(conn, {"server": server_id, "message": message_id, "now": now, "hide": hide_preview})
    asked = {"server": server_id, "message": message_id, "now": now, "until": until}
    row = await _CLAIMING.first(conn, asked)
    return None if row is None else _claim(row)


def _claiming(_dialect: str) -> ReturningUpdate[Any]:
    until: BindParameter[datetime] = bindparam("until")
    return (
        update(reply)
        .where(
            reply.c.server_id == bindparam("server"),
            reply.c.message_id == bindparam("message"),
            _free(bindparam("now")),
        )
        .values(lease_until=until, due_at=until, attempts=reply.c.attempts + 1)
        .returning(*_CLAIM)
    )


_MAKING = Prepared(
    lambda dialect: (
        insert_on(dialect, reply).on_conflict_do_nothing(index_elements=["server_id", "message_id"]).returning(*_CLAIM)
    )
)
_REOPENING = Prepared(
    lambda _dialect: (
        update(reply)
        .where(reply.c.server_id == bindparam("server"), reply.c.message_id == bindparam("message"))
        .values(due_at=bindparam("now"), hide_preview=bindparam("hide"))
    )
)
_CLAIMING = Prepared(_claiming)


def _free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(reply.c.lease_until.is_(None), reply.c.lease_until <= now)


async def claim_due(
    conn: AsyncConnection, now: datetime, *, shards: Shards | None, limit: int, reply_id: int | None = None
) -> list[Claim]:
    """Takes up to `limit` replies whose time has come, oldest first; only this one when `reply_id` is given."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    wanted = {} if reply_id is None else {"reply_id": reply_id}
    rows = await conn.execute(
        _claim_due(shards, limit, any_reply=reply_id is None), {"now": now, "until": until, **wanted}
    )
    return sorted((_claim(row) for row in rows), key=lambda claim: claim.id)


@cache  # asked all the time, and building it takes longer than carrying it out
def _claim_due(shards: Shards | None, limit: int, *, any_reply: bool) -> UpdateBase:
    now = bindparam("now", type_=UtcDateTime())
    until = bindparam("until", type_=UtcDateTime())
    takeable = and_(reply.c.due_at <= now, _free(now))
    this_one = true() if any_reply else reply.c.id == bindparam("reply_id")
    # Chosen before anything is changed: a plain subquery may be asked again by PostgreSQL meanwhile, and then more
    # than `limit` are taken.
    chosen = (
        select(reply.c.id)
        .where(takeable, this_one, ours(reply.c.server_id, shards))
        .order_by(reply.c.due_at, reply.c.id)
        .limit(limit)
        # PostgreSQL: those that somebody else is just taking are left to them
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return (
        update(reply)
        .where(reply.c.id.in_(select(chosen.c.id)), takeable)
        .values(lease_until=until, due_at=until, attempts=reply.c.attempts + 1)
        .returning(*_CLAIM)
    )


async def next_due(conn: AsyncConnection, *, shards: Shards | None) -> datetime | None:
    """When the nearest reply can be taken up."""
    at: datetime | None = await conn.scalar(_next_due(shards))
    return at


@cache
def _next_due(shards: Shards | None) -> Select[tuple[datetime]]:
    leased = reply.c.lease_until > reply.c.due_at
    return select(func.min(case((leased, reply.c.lease_until), else_=reply.c.due_at))).where(
        # a range, since SQLite would read every reply for "is not null" (sqlite.org/optoverview.html)
        reply.c.due_at > datetime(1970, 1, 1, tzinfo=UTC),
        ours(reply.c.server_id, shards),
    )


async def record(
    conn: AsyncConnection,
    claim_id: int,
    claimed_due_at: datetime,
    *,
    posted_id: int | None,
    reacted: bool,
    generation: int,
    look_again_at: datetime | None,
) -> bool:
    """Ends the lease. True when something came in meanwhile, so the reply is due at once."""
    row = await _RECORDING.first(
        conn,
        {
            "this": claim_id,
            "claimed_due_at": claimed_due_at,
            "posted": posted_id,
            "has_reacted": reacted,
            "so_far": generation,
            "look_again_at": look_again_at,
        },
    )
    return (None if row is None else row.due_at) != look_again_at


def _recording(_dialect: str) -> ReturningUpdate[Any]:
    as_claimed = reply.c.due_at == bindparam("claimed_due_at")
    return (
        update(reply)
        .where(reply.c.id == bindparam("this"))
        .values(
            posted_id=bindparam("posted"),
            reacted=bindparam("has_reacted"),
            generation=bindparam("so_far"),
            attempts=0,
            lease_until=None,
            due_at=case((as_claimed, bindparam("look_again_at", type_=UtcDateTime())), else_=reply.c.due_at),
        )
        .returning(reply.c.due_at)
    )


_RECORDING = Prepared(_recording)


async def postpone(conn: AsyncConnection, claim_id: int, claimed_due_at: datetime, due_at: datetime | None) -> None:
    """Ends the lease without success: next try at `due_at`, or never; at once when something came in meanwhile."""
    await conn.execute(
        update(reply)
        .where(reply.c.id == claim_id)
        .values(
            lease_until=None,
            due_at=case((reply.c.due_at == claimed_due_at, due_at), else_=reply.c.due_at),
        )
    )


async def mark_due_for_papers(conn: AsyncConnection, papers: Collection[PaperId], now: datetime) -> None:
    """These papers became known, or known not to exist: every reply that names one wants another look."""
    naming = (
        select(reply.c.id)
        .join(mention, and_(mention.c.server_id == reply.c.server_id, mention.c.message_id == reply.c.message_id))
        .where(names(mention, papers), mention.c.quiet.is_(False))
    )
    await conn.execute(update(reply).where(reply.c.id.in_(naming)).values(due_at=now))


class Found(NamedTuple):
    """A reply as other parts ask for it."""

    id: int
    server_id: int
    message_id: int | None
    posted_id: int | None


async def to_messages(conn: AsyncConnection, server_id: int, message_ids: Collection[int]) -> list[Found]:
    """The replies to these messages of members."""
    rows = await conn.execute(
        select(reply.c.id, reply.c.server_id, reply.c.message_id, reply.c.posted_id).where(
            reply.c.server_id == server_id, reply.c.message_id.in_(message_ids)
        )
    )
    return [Found(*row) for row in rows]


async def posted_as(conn: AsyncConnection, server_id: int, posted_id: int) -> Found | None:
    """The reply that is this message of the bot."""
    row = (
        await conn.execute(
            select(reply.c.id, reply.c.server_id, reply.c.message_id, reply.c.posted_id).where(
                and_(reply.c.server_id == server_id, reply.c.posted_id == posted_id)
            )
        )
    ).first()
    return None if row is None else Found(*row)


async def mark_due(conn: AsyncConnection, reply_ids: Collection[int], now: datetime) -> None:
    """Another look at these."""
    await conn.execute(update(reply).where(reply.c.id.in_(reply_ids)).values(due_at=now))


async def detach(conn: AsyncConnection, reply_ids: Collection[int], *, due_at: datetime | None) -> None:
    """The member's message is gone. With `due_at` the bot's message goes too, else it stays as it is."""
    await conn.execute(update(reply).where(reply.c.id.in_(reply_ids)).values(message_id=None, due_at=due_at))


async def drop(conn: AsyncConnection, reply_ids: Collection[int]) -> None:
    """Nothing is left to answer."""
    await conn.execute(delete(reply).where(reply.c.id.in_(reply_ids)))


async def drop_posted(conn: AsyncConnection, server_id: int, posted_ids: Collection[int]) -> None:
    """Somebody deleted the bot's message: it is not posted again."""
    await conn.execute(delete(reply).where(reply.c.server_id == server_id, reply.c.posted_id.in_(posted_ids)))
