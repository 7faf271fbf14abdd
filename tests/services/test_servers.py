"""What a server sets, and who opted out."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.servers import ServerSettings
from bot.services.occurrences import Occurrences
from bot.services.servers import Servers
from bot.storage import servers as rows
from bot.storage.database import Database
from bot.storage.tables import occurrence, server
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER


@pytest.fixture
def servers(db: Database) -> Servers:
    clock = VirtualClock(NOW)
    return Servers(db, clock, Occurrences(db, clock))


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

    await servers.joined({SERVER: NOW})
    await servers.watch(SERVER, 1)
    await servers.left(SERVER)
    assert await left_at() == NOW
    await servers.joined({SERVER: NOW})
    assert await left_at() is None
    assert (await servers.settings(SERVER)).watched == {1}


async def welcomes(db: Database) -> list[datetime]:
    async with db.read() as conn:
        return list(
            await conn.scalars(
                select(occurrence.c.due_at).where(occurrence.c.kind == "welcome").order_by(occurrence.c.due_at)
            )
        )


async def test_each_invitation_is_answered_once_whoever_hears_of_it(servers: Servers, db: Database) -> None:
    clock = VirtualClock(NOW)
    another = Servers(db, clock, Occurrences(db, clock))
    await asyncio.gather(*(each.joined({SERVER: NOW}) for each in (servers, another) * 3))
    assert await welcomes(db) == [NOW]
    await servers.welcomed(SERVER)
    assert await another.was_welcomed(SERVER)
    await servers.joined({SERVER: NOW, OTHER_SERVER: NOW - timedelta(days=30)})
    assert await welcomes(db) == [NOW]
    await servers.left(SERVER)
    again = NOW + timedelta(minutes=1)
    await asyncio.gather(*(each.joined({SERVER: again}) for each in (servers, another)))
    assert await welcomes(db) == [NOW, again]
    assert not await servers.was_welcomed(SERVER)


async def test_a_server_that_was_known_before_welcomes_existed_gets_none(servers: Servers, db: Database) -> None:
    async with db.write() as conn:
        await rows.ensure(conn, SERVER, NOW)
    await servers.joined({SERVER: NOW - timedelta(days=3)})
    await servers.joined({SERVER: NOW + timedelta(minutes=2)})  # the same, by a clock that is a little ahead
    assert await welcomes(db) == []


async def test_two_managers_who_choose_channels_at_once_lose_nothing(servers: Servers) -> None:
    await servers.change_watched(SERVER, more={1, 2}, fewer=())
    await asyncio.gather(
        servers.change_watched(SERVER, more={3}, fewer=()),
        servers.change_watched(SERVER, more={4}, fewer={1}),
    )
    assert (await servers.settings(SERVER)).watched == {2, 3, 4}
    assert (await servers.settings(OTHER_SERVER)).watched == frozenset()


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
