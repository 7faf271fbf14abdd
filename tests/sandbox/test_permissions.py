"""Discord's algorithm (developers/topics/permissions#permission-hierarchy)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.permissions import ALL, EVERYONE, Permission, in_channel
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild

SEND, VIEW = Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL


@pytest.fixture
def guild() -> Guild:
    guild = Sandbox().add_guild("Reading Group")
    guild.add_member("Ada", permissions=["manage_messages"])
    return guild


@pytest.fixture
def papers(guild: Guild) -> Channel:
    return guild.add_channel("papers")


def allowed(guild: Guild, channel: Channel, name: str = "Ada") -> Permission:
    return in_channel(guild.member(name).member, channel, guild.world.clock.now())


def test_roles_add_up(guild: Guild, papers: Channel) -> None:
    assert allowed(guild, papers) == EVERYONE | Permission.MANAGE_MESSAGES


def test_owner_and_administrator_may_all(guild: Guild, papers: Channel) -> None:
    papers.set_permission("everyone", deny=ALL)
    assert allowed(guild, papers, "Owner") == ALL
    guild.add_member("Grace", permissions=["administrator"])
    assert allowed(guild, papers, "Grace") == ALL


def test_bot_gets_what_its_role_allows(guild: Guild, papers: Channel) -> None:
    assert Permission.MANAGE_MESSAGES in papers.bot_permissions
    guild.set_bot_permissions([])
    assert papers.bot_permissions == EVERYONE
    guild.kick_bot()
    assert papers.bot_permissions is Permission.NONE


def test_member_beats_role_beats_everyone(guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    role = guild.add_role("readers")
    ada.member.role_ids.add(role.id)
    papers.set_permission("everyone", deny=["send_messages"])
    assert SEND not in allowed(guild, papers)
    papers.set_permission(role, allow=["send_messages"])
    assert SEND in allowed(guild, papers)
    papers.set_permission(ada, deny=["send_messages"])
    assert SEND not in allowed(guild, papers)


def test_one_role_allows_what_another_denies(guild: Guild, papers: Channel) -> None:
    first, second = guild.add_role("first"), guild.add_role("second")
    guild.member("Ada").member.role_ids |= {first.id, second.id}
    papers.set_permission(first, allow=["send_messages"])
    papers.set_permission(second, deny=["send_messages"])
    assert SEND in allowed(guild, papers)


def test_nothing_without_seeing(guild: Guild, papers: Channel) -> None:
    papers.set_permission("everyone", deny=["view_channel"])
    assert allowed(guild, papers) is Permission.NONE


def test_no_files_without_sending(guild: Guild, papers: Channel) -> None:
    papers.set_permission("everyone", deny=["send_messages"])
    assert not allowed(guild, papers) & (Permission.ATTACH_FILES | Permission.EMBED_LINKS)


def test_threads_take_the_overwrites_of_their_channel(guild: Guild, papers: Channel) -> None:
    thread = papers.start_thread(guild.world.bot, "a thread")
    papers.set_permission("everyone", deny=["send_messages"])
    assert Permission.ATTACH_FILES in allowed(guild, thread)
    papers.set_permission("everyone", deny=["send_messages_in_threads"])
    assert Permission.ATTACH_FILES not in allowed(guild, thread)


def test_timeout_leaves_reading(guild: Guild, papers: Channel) -> None:
    member = guild.member("Ada").member
    now = guild.world.clock.now()
    member.timed_out_until = now + timedelta(minutes=1)
    assert allowed(guild, papers) == VIEW | Permission.READ_MESSAGE_HISTORY
    member.timed_out_until = now
    assert SEND in allowed(guild, papers)
