"""Each permission of the invitation is taken away: the rest goes on, the settings name it, and nothing is tried for
ever. What the week's work goes without stands beside the tests of rounds and digests."""

from __future__ import annotations

import discord
import pytest

from bot.client import PERMISSIONS
from bot.posting.permissions import FOR_THE_WEEK, NEEDED, words
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.errors import Code
from tests.discord.papers import ATTENTION, GAN, titles
from tests.discord.reading_group import ReadingGroup

ASKED_FOR = [*NEEDED, *FOR_THE_WEEK]
UNKNOWN = "https://arxiv.org/abs/2401.99999"


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


def test_all_that_the_invitation_asks_for() -> None:
    assert discord.Permissions(**dict.fromkeys(ASKED_FOR, True)) == PERMISSIONS


@pytest.mark.parametrize("name", ASKED_FOR)
async def test_the_rest_goes_on(community: Community, database_url: str, name: str) -> None:
    """What happens when: the bot lacks a permission in a channel."""
    group, papers = ReadingGroup(community, database_url), community.papers
    elsewhere = community.guild.add_channel("elsewhere")
    known = await community.ada.post(elsewhere, f"{ATTENTION} {UNKNOWN}")
    await community.reply_to(known)
    await group.ask("settings watch", at=elsewhere, channel=papers)
    await group.ask("poll schedule", at=elsewhere, day="Monday", time="10:00", channel=papers)
    await group.ask("poll meeting", at=elsewhere, day="Tuesday", time="19:00")
    await group.ask("digest schedule", at=elsewhere, day="Friday", time="10:00", channel=papers)
    papers.set_permission("bot", deny=[name.upper()])
    if name == "view_channel":  # nothing is told of a channel that is hidden, except to who connects anew
        await group.restart()
    shown = await group.ask("settings show", at=elsewhere)
    assert words(name) in shown

    message = await community.ada.post(papers, f"{ATTENTION} {UNKNOWN}")
    await community.settled()
    posted = [titles(card) for card in papers.by_bot()]
    assert bool(posted) is (name not in {"view_channel", "send_messages"})
    marked = name not in {"view_channel", "add_reactions", "read_message_history"}
    assert bool(message.reactions) is marked
    requests = len(community.sandbox.requests)
    community.clock.advance(1800)
    await community.settled()
    assert len(community.sandbox.requests) == requests, "there is nothing to try again"

    papers.set_permission("bot")
    await group.ask("settings unwatch", at=elsewhere, channel=papers)
    assert titles(await community.reply_to(await community.ada.post(papers, f"again {ATTENTION}")))


async def test_a_thread_it_may_not_write_in(community: Community) -> None:
    """What happens when: the bot lacks a permission in a channel."""
    first = await community.ada.post(community.papers, ATTENTION)
    await community.reply_to(first)
    thread = await community.ada.start_thread(community.papers, "talk")
    community.papers.set_permission("bot", deny=["SEND_MESSAGES_IN_THREADS"])
    message = await community.ada.post(thread, f"again {ATTENTION}")
    await community.settled()
    assert community.replies_to(message) == []
    community.clock.advance(4)
    await community.reply_to(await community.ada.post(community.papers, GAN))


async def test_a_history_that_may_not_be_read_any_more_is_not_taken_for_empty(community: Community) -> None:
    """What happens when: the bot lacks a permission in a channel."""
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await community.settled()
    await community.stop_bot()
    sandbox = community.sandbox
    with sandbox.expect_refusal(Code.MISSING_PERMISSIONS):
        with sandbox.held("GET", f"/channels/{community.papers.id}/messages"):
            await community.start_bot()
            await sandbox.until(lambda: sandbox.rest.in_progress, what="the reading")
            community.papers.set_permission("bot", deny=["READ_MESSAGE_HISTORY"])
        await community.settled()
    assert not card.deleted
    community.papers.set_permission("bot")
    await community.stop_bot()
    await community.start_bot()
    await community.settled()
    assert community.papers.by_bot() == [card]
