"""Servers that remove the bot: 30 days later nothing of them is left, unless it is back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.storage.database import Database
from bot.storage.reading_list import servers as servers_with_lists
from bot.storage.retention import left_before
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.guild import Guild
from tests.discord.papers import ATTENTION
from tests.storage.everything import columns_with

DAY = 24 * 3600


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def lists(database_url: str) -> list[int]:
    db = await Database.open(database_url)
    try:
        async with db.read() as conn:
            return await servers_with_lists(conn)
    finally:
        await db.close()


async def days_pass(community: Community, days: float) -> None:
    community.clock.advance(days * DAY + 60)
    await asyncio.sleep(0.2)
    await community.settled()


async def until_noted_as_left(database_url: str, server_id: int) -> None:
    """discord.py says up to two seconds after the new session began in which servers the bot is."""
    db = await Database.open(database_url)
    try:
        for _ in range(600):
            async with db.read() as conn:
                if server_id in await left_before(conn, datetime.max.replace(tzinfo=UTC), shards=None):
                    return
            await asyncio.sleep(0.05)
    finally:
        await db.close()
    raise AssertionError("nobody noticed the removal")


async def until_deleted(database_url: str, server_id: int) -> None:
    for _ in range(600):
        if not await columns_with(database_url, server_id):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("something of the server is left")


async def two_lists(community: Community) -> Guild:
    other = community.sandbox.add_guild("Another Group")
    room, rosa = other.add_channel("room"), other.add_member("Rosa")
    await rosa.command("save", at=room, paper=ATTENTION)
    await community.ada.command("save", at=community.papers, paper=ATTENTION)
    await community.settled()
    return other


async def test_thirty_days_after_the_removal_nothing_of_the_server_is_left(
    community: Community, database_url: str
) -> None:
    other = await two_lists(community)
    other.kick_bot()
    await community.settled()
    await days_pass(community, 29)
    assert await lists(database_url) == sorted([community.guild.id, other.id])
    await days_pass(community, 2)
    await until_deleted(database_url, other.id)
    assert await lists(database_url) == [community.guild.id]


async def test_an_invitation_within_the_time_keeps_everything(community: Community, database_url: str) -> None:
    other = await two_lists(community)
    other.kick_bot()
    await community.settled()
    await days_pass(community, 29)
    other.invite_bot()
    await community.settled()
    await days_pass(community, 40)
    await community.stop_bot()
    await community.start_bot()
    await days_pass(community, 2)
    assert await lists(database_url) == sorted([community.guild.id, other.id])


async def test_a_removal_while_the_bot_was_off_is_noticed(community: Community, database_url: str) -> None:
    other = await two_lists(community)
    await community.stop_bot()
    other.kick_bot()
    await community.start_bot()
    await until_noted_as_left(database_url, other.id)
    await days_pass(community, 31)
    await until_deleted(database_url, other.id)
    assert await lists(database_url) == [community.guild.id]


async def test_a_removal_between_two_sessions_is_noticed(community: Community, database_url: str) -> None:
    other = await two_lists(community)
    assert community.bot is not None
    community.sandbox.gateway.refuses_connections = True
    await community.sandbox.disconnect(resumable=False)
    other.kick_bot()
    community.sandbox.gateway.refuses_connections = False
    await community.sandbox.until_connected(seconds=20)
    await community.sandbox.until(lambda: community.bot and community.bot.get_guild(other.id) is None, what="it left")
    await until_noted_as_left(database_url, other.id)
    await days_pass(community, 31)
    await until_deleted(database_url, other.id)
    assert community.bot.get_guild(community.guild.id) is not None


async def test_back_while_the_bot_was_off_keeps_everything(community: Community, database_url: str) -> None:
    other = await two_lists(community)
    other.kick_bot()
    await community.settled()
    await community.stop_bot()
    community.clock.advance(35 * DAY)
    other.invite_bot()
    await community.start_bot()
    await community.settled()
    await days_pass(community, 2)
    assert await lists(database_url) == sorted([community.guild.id, other.id])
