"""The first words in a server that invited the bot: once, where it may write, to nobody directly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage.occurrences import LEASE_SECONDS
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.permissions import EVERYONE
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


def new_server(community: Community, *names: str) -> tuple[Guild, list[Channel]]:
    """A server without the bot."""
    guild = community.sandbox.add_guild("New Group", with_bot=False)
    return guild, [guild.add_channel(name) for name in names]


async def invite(community: Community, guild: Guild) -> None:
    guild.invite_bot(EVERYONE)
    await community.settled()


def hellos(*channels: Channel) -> list[Message]:
    return [message for channel in channels for message in channel.by_bot() if "Hello" in message.text]


def private(answer: Answer) -> str:
    assert answer.private is not None, answer.text
    return answer.text


async def test_the_system_channel_gets_three_lines_and_a_button(community: Community) -> None:
    guild, (first, notices) = new_server(community, "first", "notices")
    guild.system_channel_id = notices.id
    await invite(community, guild)
    (hello,) = hellos(notices)
    assert len(hello.text.splitlines()) == 4
    assert [button.label for button in hello.buttons] == ["Set up"]
    assert hello.mentioned == []
    assert first.by_bot() == []


async def test_else_the_first_channel_it_may_write_in(community: Community) -> None:
    guild, (closed, dark, open_, later) = new_server(community, "closed", "dark", "open", "later")
    closed.set_permission(guild.everyone, deny=["send_messages"])
    dark.set_permission(guild.everyone, deny=["view_channel"])
    guild.system_channel_id = closed.id
    later.position, open_.position = 10, 4
    await invite(community, guild)
    assert len(hellos(open_)) == 1
    assert hellos(closed, dark, later) == []


async def test_with_nowhere_to_write_nothing_is_said_and_nothing_is_wrong(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    guild, (closed,) = new_server(community, "closed")
    closed.set_permission(guild.everyone, deny=["send_messages"])
    await invite(community, guild)
    assert closed.by_bot() == []
    closed.set_permission(guild.everyone, deny=[])
    await community.stop_bot()
    await community.start_bot()
    await community.settled()
    assert closed.by_bot() == []
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]


async def test_a_channel_that_refuses_after_all_is_no_error(community: Community) -> None:
    guild, (room,) = new_server(community, "room")
    refusing = Fault(method="POST", path=f"/channels/{room.id}/messages", status=403)
    with community.sandbox.faults.during(refusing):
        await invite(community, guild)
    assert room.by_bot() == []


async def test_once_for_each_invitation(community: Community) -> None:
    guild, (room,) = new_server(community, "room")
    await invite(community, guild)
    await community.sandbox.disconnect(resumable=False)
    await community.stop_bot()
    await community.start_bot()
    await community.settled()
    assert len(hellos(room)) == 1
    guild.kick_bot()
    await community.settled()
    community.clock.advance(60)
    await invite(community, guild)
    assert len(hellos(room)) == 2


async def test_invited_while_it_was_away(community: Community) -> None:
    guild, (room,) = new_server(community, "room")
    await community.stop_bot()
    guild.invite_bot(EVERYONE)
    community.clock.advance(3600)
    await community.start_bot()
    await community.settled()
    assert len(hellos(room)) == 1


async def test_removed_and_invited_again_while_it_was_away(community: Community) -> None:
    guild, (room,) = new_server(community, "room")
    await invite(community, guild)
    await community.stop_bot()
    guild.kick_bot()
    community.clock.advance(3 * 3600)
    guild.invite_bot(EVERYONE)
    await community.start_bot()
    await community.settled()
    assert len(hellos(room)) == 2


async def test_a_server_that_has_had_the_bot_for_long_is_not_greeted(community: Community) -> None:
    """As after an upgrade: nothing was known of the server, or that it joined."""
    old = community.sandbox.add_guild("Old Group", with_bot=False)
    room = old.add_channel("room")
    await community.stop_bot()
    old.invite_bot(EVERYONE, ago=timedelta(days=30))
    await community.start_bot()
    await community.settled()
    assert room.by_bot() == []
    assert community.papers.by_bot() == []


async def test_a_crash_after_the_post_does_not_repeat_it(community: Community) -> None:
    """Discord has the message, the bot never hears so; another process comes when the lease is over."""
    guild, (room,) = new_server(community, "room")
    with community.sandbox.held("POST", f"/channels/{room.id}/messages", after_work=True):
        guild.invite_bot(EVERYONE)
        await community.sandbox.until(lambda: hellos(room), what="the hello")
        await community.stop_bot()
    community.clock.advance(LEASE_SECONDS + 1)
    await community.start_bot()
    await community.settled()
    assert len(hellos(room)) == 1


async def test_set_up_opens_the_settings_for_managers_alone(community: Community) -> None:
    guild, (room,) = new_server(community, "room")
    await invite(community, guild)
    mara, ada = guild.add_member("Mara", permissions=["MANAGE_GUILD"]), guild.add_member("Ada")
    await community.stop_bot()
    await community.start_bot()
    (hello,) = hellos(room)
    assert private(await mara.click(hello, "Set up")).startswith("### Settings\n")
    assert private(await ada.click(hello, "Set up")) == (
        "Setting me up is for members who may manage the server. `/help` says what you can do here."
    )
    assert len(room.by_bot()) == 1
