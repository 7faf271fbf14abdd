"""Servers and what they set, members who opted out, and what the running bot notes about itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.servers import ServerSettings
from bot.storage import tables
from bot.storage.database import insert
from bot.storage.prepared import Prepared
from bot.storage.tables import ignored_member, server, watched_channel

_ONE = select(literal(1).label("one")).subquery()

# asked for every message and every press: a row for each watched channel, and one where none is
_HEARING = Prepared(
    lambda _dialect: (
        select(
            server.c.hide_previews,
            server.c.watch_bots,
            server.c.timezone,
            server.c.ping_role_id,
            watched_channel.c.channel_id,
            exists().where(ignored_member.c.user_id == bindparam("user")).label("ignored"),
        )
        .select_from(_ONE)
        .join(server, server.c.id == bindparam("server"), isouter=True)
        .join(watched_channel, watched_channel.c.server_id == bindparam("server"), isouter=True)
    )
)
_IGNORED = Prepared(
    lambda _dialect: select(ignored_member.c.user_id).where(
        ignored_member.c.user_id.in_(bindparam("users", expanding=True))
    )
)
_NOBODY = 0

_CLOCKS_APART = timedelta(hours=1)
"""A server may be known by this machine's clock, and was joined by Discord's."""


async def ensure(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """The server is known from now on, with the defaults."""
    await conn.execute(insert(conn, server).values(id=server_id, joined_at=now).on_conflict_do_nothing())


async def get(conn: AsyncConnection, server_id: int) -> ServerSettings:
    """The defaults when nothing is known of it."""
    return (await hearing(conn, server_id, _NOBODY))[0]


async def hearing(conn: AsyncConnection, server_id: int, user_id: int) -> tuple[ServerSettings, bool]:
    """The same, and whether this member opted out."""
    rows = await _HEARING.rows(conn, {"server": server_id, "user": user_id})
    watched = frozenset(row.channel_id for row in rows if row.channel_id is not None)
    row = rows[0]
    if row.timezone is None:
        return ServerSettings(id=server_id, watched=watched), row.ignored
    settings = ServerSettings(
        id=server_id,
        watched=watched,
        hide_previews=row.hide_previews,
        watch_bots=row.watch_bots,
        timezone=row.timezone,
        ping_role_id=row.ping_role_id,
    )
    return settings, row.ignored


async def watch(conn: AsyncConnection, server_id: int, channel_id: int) -> None:
    """Names a channel; from the first on, only those named are watched."""
    await conn.execute(
        insert(conn, watched_channel).values(server_id=server_id, channel_id=channel_id).on_conflict_do_nothing()
    )


async def unwatch(conn: AsyncConnection, server_id: int, channel_id: int) -> None:
    """Takes a channel's name back."""
    await conn.execute(
        delete(watched_channel).where(
            watched_channel.c.server_id == server_id, watched_channel.c.channel_id == channel_id
        )
    )


async def set_previews(conn: AsyncConnection, server_id: int, *, hide: bool) -> None:
    """For a server that is known."""
    await conn.execute(update(server).where(server.c.id == server_id).values(hide_previews=hide))


async def set_watch_bots(conn: AsyncConnection, server_id: int, *, watch: bool) -> None:
    """For a server that is known."""
    await conn.execute(update(server).where(server.c.id == server_id).values(watch_bots=watch))


async def set_timezone(conn: AsyncConnection, server_id: int, zone: str) -> None:
    """For a server that is known."""
    await conn.execute(update(server).where(server.c.id == server_id).values(timezone=zone))


async def set_ping_role(conn: AsyncConnection, server_id: int, role_id: int | None) -> None:
    """For a server that is known; None for nobody."""
    await conn.execute(update(server).where(server.c.id == server_id).values(ping_role_id=role_id))


async def left(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """The bot was removed. Told twice, the first time counts."""
    await conn.execute(
        insert(conn, server)
        .values(id=server_id, joined_at=now, left_at=now)
        .on_conflict_do_update(index_elements=["id"], set_={"left_at": func.coalesce(server.c.left_at, now)})
    )


async def joined(conn: AsyncConnection, server_id: int, at: datetime) -> bool:
    """The bot is in it since then. Whether that is news: the server was not known, was left, or invited the bot again
    since it was last known to join."""
    news = or_(server.c.left_at.is_not(None), server.c.joined_at < at - _CLOCKS_APART)
    found = await conn.scalar(
        insert(conn, server)
        .values(id=server_id, joined_at=at)
        .on_conflict_do_update(
            index_elements=["id"], set_={"joined_at": at, "left_at": None, "welcomed_at": None}, where=news
        )
        .returning(server.c.id)
    )
    return found is not None


async def known(conn: AsyncConnection, server_ids: Collection[int]) -> dict[int, datetime]:
    """Those of them that the bot is known to be in, and since when."""
    rows = await conn.execute(
        select(server.c.id, server.c.joined_at).where(server.c.id.in_(server_ids), server.c.left_at.is_(None))
    )
    return {row.id: row.joined_at for row in rows}


async def was_welcomed(conn: AsyncConnection, server_id: int) -> bool:
    """Whether the bot said hello since it was last invited."""
    return await conn.scalar(select(server.c.welcomed_at).where(server.c.id == server_id)) is not None


async def set_welcomed(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """It said hello."""
    await conn.execute(update(server).where(server.c.id == server_id).values(welcomed_at=now))


async def ignore_member(conn: AsyncConnection, user_id: int, now: datetime) -> None:
    """Opts out, in every server."""
    await conn.execute(insert(conn, ignored_member).values(user_id=user_id, at=now).on_conflict_do_nothing())


async def unignore_member(conn: AsyncConnection, user_id: int) -> None:
    """Opts in again."""
    await conn.execute(delete(ignored_member).where(ignored_member.c.user_id == user_id))


async def ignored(conn: AsyncConnection, user_ids: Collection[int]) -> set[int]:
    """Those of the members who opted out."""
    return {user_id for (user_id,) in await _IGNORED.rows(conn, {"users": list(user_ids)})}


async def command_tree(conn: AsyncConnection, application_id: int) -> str | None:
    """A digest of the commands as Discord was last told them."""
    told: str | None = await conn.scalar(
        select(tables.command_tree.c.hash).where(tables.command_tree.c.application_id == application_id)
    )
    return told


async def set_command_tree(conn: AsyncConnection, application_id: int, digest: str) -> None:
    """Discord was told."""
    await conn.execute(
        insert(conn, tables.command_tree)
        .values(application_id=application_id, hash=digest)
        .on_conflict_do_update(index_elements=["application_id"], set_={"hash": digest})
    )


async def alive(conn: AsyncConnection, shard_id: int) -> datetime | None:
    """Until when this shard is known to have been listening."""
    at: datetime | None = await conn.scalar(select(tables.alive.c.alive_at).where(tables.alive.c.shard_id == shard_id))
    return at


async def set_alive(conn: AsyncConnection, shard_id: int, now: datetime) -> None:
    """This shard is listening now."""
    await conn.execute(
        insert(conn, tables.alive)
        .values(shard_id=shard_id, alive_at=now)
        .on_conflict_do_update(index_elements=["shard_id"], set_={"alive_at": now})
    )
