"""What Discord leaves out, or sends in a form that cannot be read: the bot does without."""

from __future__ import annotations

import logging

import discord
import pytest

from bot.client import PaperBot
from sandbox.community import Community
from sandbox.events import Event
from sandbox.faults import Fault
from sandbox.state.kinds import Intent
from tests.discord.papers import ADAM, ATTENTION, titles


@pytest.fixture
def nothing_known_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord sent the servers without the bot as a member of them, so its permissions cannot be worked out."""
    monkeypatch.setattr(discord.Guild, "me", None)


async def read_back(community: Community, *, last_message_known: bool = True) -> None:
    """A link is posted while the bot is away, and answered when it is back."""
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await community.stop_bot()
    message = await community.ada.post(community.papers, ADAM)
    if not last_message_known:
        community.papers.last_message_id = None
    await community.start_bot()
    assert titles(await community.reply_to(message)) == ["Adam: A Method for Stochastic Optimization"]


@pytest.mark.usefixtures("nothing_known_of_itself")
async def test_reading_back_where_its_permissions_are_not_known(community: Community) -> None:
    await read_back(community)


async def test_reading_back_where_its_roles_allow_nothing_as_far_as_is_known(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Member, "guild_permissions", discord.Permissions.none())
    monkeypatch.setattr(discord.TextChannel, "permissions_for", lambda *_: discord.Permissions.none())
    await read_back(community)


async def test_reading_back_where_the_last_message_is_not_known(community: Community) -> None:
    await read_back(community, last_message_known=False)


@pytest.mark.usefixtures("nothing_known_of_itself")
async def test_a_discussion_where_its_permissions_are_not_known(community: Community) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    assert "The discussion is in" in (await community.grace.click(card, "Discuss")).text


async def test_an_event_that_cannot_be_read_costs_only_itself(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    session = community.sandbox.gateway.sessions
    part = {"id": str(message.id), "channel_id": str(community.papers.id), "guild_id": str(community.guild.id)}
    community.sandbox.gateway.publish(
        Event("MESSAGE_UPDATE", community.guild.id, Intent.GUILD_MESSAGES, lambda _: part | {"embeds": []})
    )
    assert titles(await community.reply_to(await community.ada.post(community.papers, ADAM)))
    assert not reply.deleted
    assert community.sandbox.gateway.sessions == session
    said = [record for record in caplog.records if "MESSAGE_UPDATE" in record.getMessage()]
    assert [record.levelno for record in said] == [logging.ERROR]


async def test_too_many_requests_at_login_are_waited_out(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    await community.stop_bot()
    with community.sandbox.faults.during(Fault(path="/users/@me", status=429, retry_after=0.01, times=5)):
        await community.start_bot()
    assert isinstance(community.bot, PaperBot)
    assert any("Discord cannot be reached" in record.getMessage() for record in caplog.records)
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
