"""Servers, members who opted out, and what the running bot notes of itself."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.servers import ServerSettings
from bot.storage import servers
from bot.storage.database import Connection, Database
from bot.storage.tables import server
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, after


async def left_at(conn: Connection) -> object:
    return await conn.scalar(select(server.c.left_at).where(server.c.id == SERVER))


async def test_an_unknown_server_has_the_defaults(db: Database) -> None:
    async with db.read() as conn:
        assert await servers.get(conn, SERVER) == ServerSettings(
            id=SERVER, hide_previews=True, watch_bots=False, timezone="UTC", watched=frozenset()
        )


async def test_settings_are_of_one_server(db: Database) -> None:
    async with db.write() as conn:
        await servers.ensure(conn, SERVER, NOW)
        await servers.ensure(conn, SERVER, after(1))
        await servers.ensure(conn, OTHER_SERVER, NOW)
        await servers.set_previews(conn, SERVER, hide=False)
        await servers.set_watch_bots(conn, SERVER, watch=True)
        for channel_id in (1, 2, 2, 3):
            await servers.watch(conn, SERVER, channel_id)
        await servers.unwatch(conn, SERVER, 3)
        await servers.unwatch(conn, OTHER_SERVER, 1)
        assert await servers.get(conn, SERVER) == ServerSettings(
            id=SERVER, hide_previews=False, watch_bots=True, watched=frozenset({1, 2})
        )
        assert await servers.get(conn, OTHER_SERVER) == ServerSettings(id=OTHER_SERVER)
        assert await conn.scalar(select(server.c.joined_at).where(server.c.id == SERVER)) == NOW


async def test_leaving_counts_from_the_first_time_until_the_bot_returns(db: Database) -> None:
    async with db.write() as conn:
        await servers.left(conn, SERVER, NOW)
        await servers.left(conn, SERVER, after(5))
        assert await left_at(conn) == NOW
        assert await servers.joined(conn, SERVER, after(7))
        assert await left_at(conn) is None
        await servers.left(conn, SERVER, after(9))
        assert await left_at(conn) == after(9)


async def test_members_opt_out_and_in(db: Database) -> None:
    async with db.write() as conn:
        await servers.ignore_member(conn, ADA, NOW)
        await servers.ignore_member(conn, ADA, after(1))
        assert await servers.ignored(conn, [ADA, GRACE]) == {ADA}
        assert await servers.ignored(conn, []) == set()
        await servers.unignore_member(conn, ADA)
        assert await servers.ignored(conn, [ADA, GRACE]) == set()


async def test_what_discord_was_told_of_the_commands(db: Database) -> None:
    async with db.write() as conn:
        assert await servers.command_tree(conn, SERVER) is None
        await servers.set_command_tree(conn, SERVER, "first")
        await servers.set_command_tree(conn, SERVER, "second")
        assert await servers.command_tree(conn, SERVER) == "second"
        assert await servers.command_tree(conn, OTHER_SERVER) is None


async def test_until_when_a_shard_listened(db: Database) -> None:
    async with db.write() as conn:
        assert await servers.alive(conn, 0) is None
        await servers.set_alive(conn, 0, NOW)
        await servers.set_alive(conn, 0, after(1))
        await servers.set_alive(conn, 1, after(2))
        assert await servers.alive(conn, 0) == after(1)
        assert await servers.alive(conn, 1) == after(2)
