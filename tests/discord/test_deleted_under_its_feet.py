"""Channels, messages and roles go, and the bot is thrown out and invited again, in the middle of its work.

Polls, digests, threads and readings of history that lose their place are told beside their own tests."""

from __future__ import annotations

import pytest

from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible
from sandbox.community import Community
from tests.discord.papers import ADAM, ATTENTION, GAN, labels, titles
from tests.discord.reading_group import HOUR, ReadingGroup


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


@pytest.fixture
def group(community: Community, database_url: str) -> ReadingGroup:
    return ReadingGroup(community, database_url)


async def test_the_channel_of_a_card_goes_while_the_card_comes(community: Community) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    room = community.guild.add_channel("room")
    with community.sandbox.expect_refusal(10003), community.sandbox.held("POST", f"/channels/{room.id}") as released:
        await community.ada.post(room, ATTENTION)
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="the card on its way")
        room.delete()
        released.set()
        await community.settled()
    requests = len(community.sandbox.requests)
    community.clock.advance(1800)
    await community.settled()
    assert len(community.sandbox.requests) == requests, "there is nothing to try again"
    again = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    assert titles(again) == ["Attention Is All You Need"]


async def test_the_channel_of_a_card_goes_and_its_votes_stay(community: Community) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    room = community.guild.add_channel("room")
    card = await community.reply_to(await community.ada.post(room, ATTENTION))
    other = await community.reply_to(await community.ada.post(community.papers, f"again {ATTENTION}"))
    await community.grace.click(card, "▲ Vote 0")
    with community.sandbox.expect_refusal(10003, 10008):
        room.delete()
        await community.linus.click(other, "▲ Vote 1" if "▲ Vote 1" in labels(other) else "▲ Vote 0")
        await community.settled()
    shown = await community.ada.command("paper", at=community.papers, paper="1706.03762")
    assert "▲ Vote 2" in [button.label for message in shown.messages for button in message.buttons]


async def test_a_watched_channel_goes(community: Community, group: ReadingGroup) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    room = community.guild.add_channel("room")
    await group.ask("settings watch", channel=room)
    room.delete()
    assert "deleted" in await group.ask("settings show")
    await group.ask("settings watch", channel=community.papers)
    assert titles(await community.reply_to(await community.ada.post(community.papers, ADAM)))


async def test_the_role_that_is_told_of_winners_goes(community: Community, group: ReadingGroup) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    await group.list_papers()
    role = community.guild.add_role("Readers")
    await group.ask("settings ping", role=role)
    await group.open_poll()
    community.guild.remove_role(role)
    await community.ada.vote_for(group.poll(), [1])
    await group.pass_hours(72)
    assert len(group.told("this is what we read")) == 1
    assert "<@&" not in group.last().text


async def test_the_message_goes_while_its_button_is_pressed(community: Community) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    with community.sandbox.held("POST", "/interactions") as released:
        pressed = community.grace.send_click(card, "▲ Vote 0")
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="the answer on its way")
        card.delete()
        released.set()
        await community.settled()
    assert pressed is not None
    with pytest.raises(NotPossible):
        await community.grace.click(card, "▲ Vote 1")
    again = await community.reply_to(await community.ada.post(community.papers, f"again {ATTENTION}"))
    assert "▲ Vote 1" in labels(again)


@pytest.mark.parametrize("back", [True, False])
async def test_thrown_out_while_a_card_comes(community: Community, back: bool) -> None:
    """What happens when: a server removes the bot and invites it again."""
    path = f"/channels/{community.papers.id}/messages"
    with community.sandbox.expect_refusal(50001), community.sandbox.held("POST", path) as released:
        await community.ada.post(community.papers, ATTENTION)
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="the card on its way")
        community.guild.kick_bot()
        if back:
            community.guild.invite_bot()
        released.set()
        await community.settled()
    if not back:
        community.guild.invite_bot()
        await community.settled()
    assert [titles(card) for card in community.papers.by_bot() if "Attention" in card.text] == [
        ["Attention Is All You Need"]
    ] * back
    later = await community.ada.post(community.papers, GAN)
    community.clock.advance(4)
    assert titles(await community.reply_to(later))


async def test_thrown_out_and_invited_again_during_a_round(community: Community, group: ReadingGroup) -> None:
    """What happens when: a server removes the bot and invites it again."""
    await group.list_papers()
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    community.guild.kick_bot()
    await community.settled()
    group.clock.advance(HOUR)
    community.guild.invite_bot()
    await community.settled()
    await group.pass_hours(72)
    assert len(group.told("this is what we read")) == 1


async def test_a_card_that_was_deleted_unheard_does_not_come_back(community: Community) -> None:
    """What happens when: a channel, thread, message or role is deleted."""
    elsewhere = community.guild.add_channel("elsewhere")
    await community.reply_to(await community.ada.post(elsewhere, ATTENTION))
    community.arxiv.fail(500, None, with_id="1412.6980")
    card = await community.reply_to(await community.ada.post(community.papers, f"{ATTENTION} {GAN} {ADAM}"))
    await community.settled()
    community.sandbox.gateway.in_outage.add(community.guild.id)
    card.delete()
    community.sandbox.gateway.in_outage.discard(community.guild.id)
    for link in (GAN, ADAM):  # one comes while the other is waited for
        community.clock.advance(4000)
        await community.reply_to(await community.ada.post(elsewhere, f"again {link}"))
        await community.settled()
        community.arxiv.clear()
    community.clock.advance(4000)
    await community.settled()
    assert community.papers.by_bot() == []
