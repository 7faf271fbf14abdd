"""What a server sets, and who opted out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.domain.servers import ServerSettings
from bot.services.servers import Servers
from bot.storage import servers as rows
from bot.storage.database import Database
from bot.storage.tables import server
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER


@pytest.fixture
def servers(db: Database) -> Servers:
    return Servers(db, VirtualClock(NOW))


async def test_every_channel_is_watched_until_one_is_named_and_again_after_the_last(servers: Servers) -> None:
    assert await servers.settings(SERVER) == ServerSettings(id=SERVER)
    assert (await servers.watch(SERVER, 1)).watched == {1}
    assert (await servers.watch(SERVER, 2)).watched == {1, 2}
    assert (await servers.watch(SERVER, 2)).watched == {1, 2}
    assert (await servers.unwatch(SERVER, 1)).watched == {2}
    assert (await servers.unwatch(SERVER, 9)).watched == {2}
    assert (await servers.unwatch(OTHER_SERVER, 2)).watched == frozenset()
    assert (await servers.unwatch(SERVER, 2)).watched == frozenset()


async def test_switches_are_of_one_server_and_work_before_the_bot_met_it(servers: Servers) -> None:
    await servers.set_previews(SERVER, hide=False)
    await servers.set_watch_bots(OTHER_SERVER, watch=True)
    assert await servers.settings(SERVER) == ServerSettings(id=SERVER, hide_previews=False)
    assert await servers.settings(OTHER_SERVER) == ServerSettings(id=OTHER_SERVER, watch_bots=True)


async def test_a_server_that_removed_the_bot_finds_its_settings_when_it_returns(servers: Servers, db: Database) -> None:
    async def left_at() -> object:
        async with db.read() as conn:
            return await conn.scalar(select(server.c.left_at).where(server.c.id == SERVER))

    await servers.joined(SERVER)
    await servers.watch(SERVER, 1)
    await servers.left(SERVER)
    assert await left_at() == NOW
    await servers.joined(SERVER)
    assert await left_at() is None
    assert (await servers.settings(SERVER)).watched == {1}


async def test_a_member_opts_out_and_in(servers: Servers, db: Database) -> None:
    await servers.ignore_member(ADA, ignore=True)
    await servers.ignore_member(ADA, ignore=True)
    await servers.ignore_member(GRACE, ignore=False)
    async with db.read() as conn:
        assert await rows.ignored(conn, [ADA, GRACE]) == {ADA}
    await servers.ignore_member(ADA, ignore=False)
    async with db.read() as conn:
        assert await rows.ignored(conn, [ADA, GRACE]) == set()


async def test_what_discord_was_told_of_the_commands(servers: Servers) -> None:
    assert await servers.command_tree(1) is None
    await servers.set_command_tree(1, "first")
    await servers.set_command_tree(1, "second")
    assert (await servers.command_tree(1), await servers.command_tree(2)) == ("second", None)
