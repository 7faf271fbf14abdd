"""How far the history of channels is read.

Each place, a channel or one of its threads, has its own row. The rows of one reading share `until_id`, the id of the
command that asked for it; the one with the lowest channel is the channel that was named, since a thread is younger
than its channel. `due_at` of a row that is not running says that the reading's message does not show yet how it
stands.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.backfill import Place, Problem, Reading, State
from bot.storage.backfill_readings import of_reading
from bot.storage.database import insert
from bot.storage.shards import Shards, ours
from bot.storage.tables import backfill, server

LEASE_SECONDS = 60
"""A page takes a second; whoever needs longer renews it."""


async def begin(
    conn: AsyncConnection,
    *,
    server_id: int,
    channel_id: int,
    reading_id: int,
    asked_by: int,
    most: int | None,
    now: datetime,
) -> None:
    """A channel is to be read from its beginning, whatever came of an earlier reading."""
    await _put(
        conn,
        {
            "server_id": server_id,
            "channel_id": channel_id,
            "until_id": reading_id,
            "asked_by": asked_by,
            "asked_at": now,
            "most": most,
        },
        now,
    )


async def add_threads(conn: AsyncConnection, root: Place, thread_ids: Collection[int], now: datetime) -> None:
    """These are to be read after their channel. One that belongs to the reading already stays as it is."""
    columns = (backfill.c.asked_by, backfill.c.asked_at, backfill.c.answered_in, backfill.c.message_id)
    asked = (await conn.execute(select(*columns).where(_is(root)))).one()
    for thread_id in thread_ids:
        row = {
            "server_id": root.server_id,
            "channel_id": thread_id,
            "until_id": root.reading_id,
            "most": root.most,
            **asked._mapping,
        }
        await _put(conn, row, now)


async def _put(conn: AsyncConnection, row: dict[str, object], now: datetime) -> None:
    fresh = {"message_id": None, "answered_in": None, **row}
    fresh |= {"state": "running", "after_id": 0, "messages": 0, "mentions": 0, "due_at": now}
    fresh |= {"lease_until": None, "ended_at": None, "problem": None}
    await conn.execute(
        insert(conn, backfill)
        .values(fresh)
        .on_conflict_do_update(
            index_elements=["server_id", "channel_id"],
            set_=fresh,
            where=backfill.c.until_id != fresh["until_id"],
        )
    )


async def answered(conn: AsyncConnection, reading: Reading, channel_id: int, message_id: int, now: datetime) -> None:
    """The message that shows it from now on. It may have ended since that was written."""
    await conn.execute(
        update(backfill)
        .where(of_reading(reading.server_id, reading.id))
        .values(answered_in=channel_id, message_id=message_id)
    )
    await _to_tell(conn, reading.server_id, reading.id, now)


async def unanswered(conn: AsyncConnection, reading: Reading) -> None:
    """Its message is gone, or cannot be reached."""
    await conn.execute(
        update(backfill)
        .where(of_reading(reading.server_id, reading.id), backfill.c.message_id == reading.message_id)
        .values(answered_in=None, message_id=None)
    )


async def claim(conn: AsyncConnection, now: datetime, *, shards: Shards | None) -> Place | None:
    """The place whose turn it is, for as long as the lease lasts: in each server one after the other, the reading that
    was asked for first before the others; among servers whoever waited longest."""
    earlier = backfill.alias()
    in_order = tuple_(earlier.c.until_id, earlier.c.channel_id) < tuple_(backfill.c.until_id, backfill.c.channel_id)
    first = ~exists().where(earlier.c.server_id == backfill.c.server_id, earlier.c.state == "running", in_order)
    takeable = and_(backfill.c.state == "running", backfill.c.due_at <= now, _free(now))
    chosen = (
        select(backfill.c.server_id, backfill.c.channel_id)
        .where(takeable, first, ours(backfill.c.server_id, shards))
        .order_by(backfill.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    pair = tuple_(backfill.c.server_id, backfill.c.channel_id)
    columns = (backfill.c.server_id, backfill.c.channel_id, backfill.c.until_id, backfill.c.most, backfill.c.after_id)
    row = (
        await conn.execute(
            update(backfill)
            .where(pair.in_(select(chosen.c.server_id, chosen.c.channel_id)), takeable)
            .values(lease_until=now + timedelta(seconds=LEASE_SECONDS))
            .returning(*columns)
        )
    ).first()
    if row is None:
        return None
    root_id = await conn.scalar(select(func.min(backfill.c.channel_id)).where(of_reading(row.server_id, row.until_id)))
    return Place(
        server_id=row.server_id,
        reading_id=row.until_id,
        channel_id=row.channel_id,
        root_id=root_id,
        most=row.most,
        after_id=row.after_id,
    )


async def renew(conn: AsyncConnection, place: Place, now: datetime) -> bool:
    """Keeps it for longer; whether it is still to be read."""
    return await _change(conn, place, lease_until=now + timedelta(seconds=LEASE_SECONDS))


async def advance(
    conn: AsyncConnection, place: Place, *, after_id: int, messages: int, mentions: int, now: datetime
) -> bool:
    """So much more is read. Nothing happens, and the answer is no, when it was stopped or somebody else has read on."""
    return await _change(
        conn,
        place,
        after_id=after_id,
        messages=backfill.c.messages + messages,
        mentions=backfill.c.mentions + mentions,
        due_at=now,
        lease_until=None,
    )


async def wait(conn: AsyncConnection, place: Place, at: datetime) -> None:
    """Not before then."""
    await _change(conn, place, due_at=at, lease_until=None)


async def finish(conn: AsyncConnection, place: Place, problem: Problem | None, now: datetime) -> None:
    """This place is dealt with; with the last one, so is the reading."""
    done = {"state": "done", "problem": problem, "ended_at": now, "due_at": None, "lease_until": None}
    await conn.execute(update(backfill).where(_is(place), backfill.c.state == "running").values(done))
    await _to_tell(conn, place.server_id, place.reading_id, now)


async def turn(
    conn: AsyncConnection,
    server_id: int,
    reading_id: int,
    *,
    before: tuple[State, ...],
    after: State,
    now: datetime,
    problem: Problem | None = None,
) -> None:
    """Takes what is left of a reading from one state to another."""
    going_on = after == "running"
    await conn.execute(
        update(backfill)
        .where(of_reading(server_id, reading_id), backfill.c.state.in_(before))
        .values(state=after, problem=problem, due_at=now if going_on else None, lease_until=None)
    )
    await _to_tell(conn, server_id, reading_id, now)


async def end_where_removed(conn: AsyncConnection, now: datetime) -> None:
    """Nothing is left to be read in servers that the bot is not in any more."""
    left = exists().where(server.c.id == backfill.c.server_id, server.c.left_at.is_not(None))
    await conn.execute(
        update(backfill)
        .where(left, backfill.c.state == "running")
        .values(state="done", problem="left", ended_at=now, due_at=None, lease_until=None)
    )


async def untold(conn: AsyncConnection, now: datetime, *, shards: Shards | None) -> list[tuple[int, int]]:
    """Server and id of the readings whose message does not say yet how they ended, stopped or paused."""
    rows = await conn.execute(_untold(shards), {"now": now})
    return [(row.server_id, row.until_id) for row in rows]


@cache  # asked all the time, and building it takes longer than carrying it out
def _untold(shards: Shards | None) -> Select[tuple[int, int]]:
    return select(backfill.c.server_id, backfill.c.until_id).where(
        backfill.c.state != "running", backfill.c.due_at <= bindparam("now"), ours(backfill.c.server_id, shards)
    )


async def told(conn: AsyncConnection, reading: Reading, *, again_at: datetime | None = None) -> None:
    """Its message says so, or is to be tried again then."""
    await conn.execute(
        update(backfill)
        .where(
            of_reading(reading.server_id, reading.id),
            backfill.c.channel_id == reading.channel_id,
            backfill.c.state != "running",
        )
        .values(due_at=again_at)
    )


async def next_due(conn: AsyncConnection, *, shards: Shards | None) -> datetime | None:
    """When there is something to do, as far as is known now."""
    at: datetime | None = await conn.scalar(_next_due(shards))
    return at


@cache
def _next_due(shards: Shards | None) -> Select[tuple[datetime]]:
    return select(func.min(func.coalesce(backfill.c.lease_until, backfill.c.due_at))).where(
        backfill.c.due_at.is_not(None), ours(backfill.c.server_id, shards)
    )


async def _to_tell(conn: AsyncConnection, server_id: int, reading_id: int, now: datetime) -> None:
    """Once nothing of it is running, its message is to say so."""
    others = backfill.alias()
    root = select(func.min(others.c.channel_id)).where(others.c.server_id == server_id, others.c.until_id == reading_id)
    running = exists().where(
        others.c.server_id == server_id, others.c.until_id == reading_id, others.c.state == "running"
    )
    await conn.execute(
        update(backfill)
        .where(of_reading(server_id, reading_id), backfill.c.channel_id == root.scalar_subquery(), ~running)
        .values(due_at=now)
    )


async def _change(conn: AsyncConnection, place: Place, **values: object) -> bool:
    """As long as it is running and where `place` says."""
    changed = await conn.execute(
        update(backfill)
        .where(_is(place), backfill.c.state == "running", backfill.c.after_id == place.after_id)
        .values(values)
    )
    return changed.rowcount > 0


def _is(place: Place) -> ColumnElement[bool]:
    return and_(of_reading(place.server_id, place.reading_id), backfill.c.channel_id == place.channel_id)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(backfill.c.lease_until.is_(None), backfill.c.lease_until <= now)
