"""The bot's message in a paper's thread that lists the paper's resources: what it should show, and what it shows.

`version` counts changes, `shown_version` is that of the message. A row is claimed with a lease, the message posted or
edited, and the version that it shows recorded.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.resources import ListClaim
from bot.storage import discussions
from bot.storage.database import insert
from bot.storage.shards import Shards, ours
from bot.storage.tables import resource_list, server

LEASE = timedelta(seconds=60)


async def changed(conn: AsyncConnection, server_id: int, number: int) -> bool:
    """A paper's resources changed, or its thread was made: its list follows. False when it has no thread."""
    thread_id = await discussions.thread_of(conn, server_id, number)
    if thread_id is None:
        return False
    statement = insert(conn, resource_list).values(server_id=server_id, paper_id=number, thread_id=thread_id, version=1)
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=["server_id", "paper_id"], set_={"version": resource_list.c.version + 1}
        )
    )
    # a thread of before was deleted, and the list with it
    await conn.execute(
        update(resource_list)
        .where(_is(server_id, number), resource_list.c.thread_id != thread_id)
        .values(thread_id=thread_id, message_id=None, lease_until=None, posting_since=None, shown_version=None)
    )
    return True


async def next_due(conn: AsyncConnection, shards: Shards | None) -> bool:
    """Whether any list is out of date, claimed or not."""
    found = select(resource_list.c.paper_id).where(_stale(), _of_this_process(shards)).limit(1)
    return await conn.scalar(found) is not None


async def claim(conn: AsyncConnection, now: datetime, shards: Shards | None) -> ListClaim | None:
    """One that is out of date, for one caller at a time. A claim whose holder died runs out."""
    free = or_(resource_list.c.lease_until.is_(None), resource_list.c.lease_until < now)
    takeable = and_(_stale(), free, _of_this_process(shards))
    row = (
        await conn.execute(
            select(resource_list)
            .where(takeable)
            .order_by(resource_list.c.version)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()
    if row is None:
        return None
    since = row.posting_since or now
    await conn.execute(
        update(resource_list)
        .where(_is(row.server_id, row.paper_id))
        .values(lease_until=now + LEASE, posting_since=since if row.message_id is None else None)
    )
    return ListClaim(
        server_id=row.server_id,
        paper_number=row.paper_id,
        thread_id=row.thread_id,
        message_id=row.message_id,
        version=row.version,
        posting_since=since,
        again=row.posting_since is not None,
    )


async def record(conn: AsyncConnection, claimed: ListClaim, message_id: int | None) -> None:
    """The claimed version is shown by this message; None where there is nothing to show or nowhere to show it."""
    await conn.execute(
        update(resource_list)
        .where(_is(claimed.server_id, claimed.paper_number), resource_list.c.thread_id == claimed.thread_id)
        .values(message_id=message_id, shown_version=claimed.version, lease_until=None, posting_since=None)
    )


async def wait(conn: AsyncConnection, claimed: ListClaim, until: datetime) -> None:
    """Discord is away: nobody tries before then."""
    await conn.execute(
        update(resource_list)
        .where(_is(claimed.server_id, claimed.paper_number), resource_list.c.thread_id == claimed.thread_id)
        .values(lease_until=until)
    )


def _is(server_id: int, number: int) -> ColumnElement[bool]:
    return and_(resource_list.c.server_id == server_id, resource_list.c.paper_id == number)


def _stale() -> ColumnElement[bool]:
    return resource_list.c.version != func.coalesce(resource_list.c.shown_version, 0)


def _of_this_process(shards: Shards | None) -> ColumnElement[bool]:
    left = select(server.c.id).where(server.c.id == resource_list.c.server_id, server.c.left_at.is_not(None)).exists()
    return and_(ours(resource_list.c.server_id, shards), ~left)


async def message_gone(conn: AsyncConnection, claimed: ListClaim, now: datetime) -> ListClaim:
    """Somebody deleted the message: the claim goes on with posting a new one."""
    await conn.execute(
        update(resource_list)
        .where(_is(claimed.server_id, claimed.paper_number), resource_list.c.thread_id == claimed.thread_id)
        .values(message_id=None, posting_since=now)
    )
    return claimed._replace(message_id=None, posting_since=now, again=False)
