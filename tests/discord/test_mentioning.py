"""Calling the bot by name, and all that works when Discord does not let it read messages."""

from __future__ import annotations

import pytest

from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.state.channel import Channel
from tests.discord.papers import ADAM, ATTENTION, RESNET, titles
from tests.discord.reading_group import ReadingGroup, answers, private

HINT = "Mention me together with a link to a paper, and I show its card here. See /help for the rest."
ROLE_HINT = "Discord does not let me read what mentions my role. Choose me by name instead, or use /paper."

without_intent = pytest.mark.parametrize("message_content", [False], ids=["without-intent"])
both = pytest.mark.parametrize("message_content", [True, False], ids=["with-intent", "without-intent"])


@pytest.fixture
def group(community: Community, database_url: str) -> ReadingGroup:
    return ReadingGroup(community, database_url)


@pytest.fixture
def bot(community: Community) -> str:
    """How members call it."""
    return community.sandbox.world.bot.mention


@pytest.fixture
def role(community: Community) -> str:
    """The role that Discord gave the bot, which has the same name."""
    assert community.guild.bot_role is not None
    return community.guild.bot_role.mention


def said(channel: Channel) -> list[str]:
    """All that the bot wrote there."""
    return [message.text for message in channel.by_bot()]


async def only_elsewhere_is_watched(community: Community) -> None:
    await community.manager.command("settings watch", channel=community.guild.add_channel("watched"))


# --- with a link


@both
async def test_a_mention_with_a_link_gets_one_card(community: Community, bot: str) -> None:
    message = await community.ada.post(community.papers, f"{bot} what about {ATTENTION}")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]
    await community.settled()
    assert len(community.papers.by_bot()) == 1


@both
async def test_it_is_answered_where_it_is_not_watched_too(community: Community, bot: str) -> None:
    await only_elsewhere_is_watched(community)
    await community.ada.post(community.papers, ADAM)
    message = await community.ada.post(community.papers, f"{bot} {ATTENTION}")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]
    await community.settled()
    assert len(community.papers.by_bot()) == 1


@both
async def test_a_thread_and_a_forum_post(community: Community, bot: str) -> None:
    await only_elsewhere_is_watched(community)
    thread = await community.ada.start_thread(community.papers, "talk")
    in_thread = await community.ada.post(thread, f"{bot} {ATTENTION}")
    forum = community.guild.add_channel("questions", kind="forum")
    post = await community.ada.post_in_forum(forum, "Adam?", f"{bot} {ADAM}")
    assert titles(await community.reply_to(in_thread)) == ["Attention Is All You Need"]
    assert titles(await community.reply_to(post.messages[0])) == ["Adam: A Method for Stochastic Optimization"]
    await community.settled()
    assert [len(place.by_bot()) for place in (thread, post)] == [1, 1]


@without_intent
async def test_an_answer_to_the_bot_with_the_ping_on(community: Community) -> None:
    await only_elsewhere_is_watched(community)
    card = (await community.ada.command("paper", paper=ATTENTION)).public
    assert card is not None
    silent = await community.ada.post(community.papers, ADAM, reply_to=card, ping=False)
    pinging = await community.ada.post(community.papers, RESNET, reply_to=card)
    assert titles(await community.reply_to(pinging)) == ["Deep Residual Learning for Image Recognition"]
    await community.settled()
    assert community.replies_to(silent) == []


async def test_with_the_intent_its_role_is_its_name_too(community: Community, role: str) -> None:
    await only_elsewhere_is_watched(community)
    message = await community.ada.post(community.papers, f"{role} {ATTENTION}")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]


async def test_another_role_is_not_its_name(community: Community) -> None:
    await only_elsewhere_is_watched(community)
    readers = community.guild.add_role("readers")
    await community.ada.post(community.papers, f"{readers.mention} {ATTENTION}")
    await community.settled()
    assert community.papers.by_bot() == []


async def test_its_name_where_discord_sees_no_mention_does_not_call_it(community: Community, bot: str) -> None:
    """In code, say."""
    await only_elsewhere_is_watched(community)
    for text in (f"`{bot}` {ATTENTION}", f"`{bot}`"):
        community.papers.add_message(community.ada.user, text, allowed_mentions={"parse": []})
    await community.settled()
    assert community.papers.by_bot() == []


@without_intent
async def test_the_card_follows_an_edit_and_goes_with_the_message(community: Community, bot: str) -> None:
    message = await community.ada.post(community.papers, f"{bot} {ATTENTION}")
    first = await community.reply_to(message)
    await community.ada.edit(message, f"{bot} {ADAM}")
    await community.sandbox.until(lambda: first.deleted, what="the first card gone")
    card = await community.reply_to(message)
    assert titles(card) == ["Adam: A Method for Stochastic Optimization"]
    await community.ada.edit(message, "never mind")  # of this Discord does not tell the words
    await community.settled()
    assert not card.deleted
    await community.ada.delete(message)
    await community.sandbox.until(lambda: card.deleted, what="the card gone")


@without_intent
async def test_a_mention_that_an_edit_adds(community: Community, bot: str) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    await community.ada.edit(message, f"{bot} {ATTENTION}")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]


@without_intent
async def test_an_answer_edited_to_nothing_loses_its_card(community: Community) -> None:
    card = (await community.ada.command("paper", paper=ATTENTION)).public
    message = await community.ada.post(community.papers, ADAM, reply_to=card, attachments={"a.txt": b"a"})
    reply = await community.reply_to(message)
    await community.ada.edit(message, "")
    await community.sandbox.until(lambda: reply.deleted, what="the card gone")


async def test_who_opted_out_is_not_answered(community: Community, bot: str) -> None:
    await community.ada.command("privacy ignore-me")
    await community.ada.post(community.papers, f"{bot} {ATTENTION}")
    await community.ada.post(community.papers, f"{bot} hello")
    await community.settled()
    assert community.papers.by_bot() == []


# --- without one


@both
async def test_a_mention_without_a_paper_gets_one_line_once_an_hour(community: Community, bot: str) -> None:
    first = await community.ada.post(community.papers, f"{bot} hello, what can you do?")
    hint = await community.reply_to(first)
    await community.grace.post(community.papers, f"{bot} https://example.org")
    await community.settled()
    assert said(community.papers) == [HINT]
    assert hint.mentioned == []
    elsewhere = community.guild.add_channel("elsewhere")
    await community.grace.post(elsewhere, bot)
    await community.settled()
    assert said(elsewhere) == [HINT]
    community.clock.advance(3601)
    await community.reply_to(await community.grace.post(community.papers, bot))
    assert said(community.papers) == [HINT, HINT]


async def test_thanks_under_a_card_are_not_a_question(community: Community) -> None:
    """Discord pings whom one answers unless that is turned off."""
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await community.grace.post(community.papers, "a classic!", reply_to=card)
    await community.settled()
    assert len(community.papers.by_bot()) == 1


@without_intent
async def test_a_mention_of_its_role_cannot_be_read(community: Community, role: str) -> None:
    await community.reply_to(await community.ada.post(community.papers, f"{role} {ATTENTION}"))
    assert said(community.papers) == [ROLE_HINT]


async def test_bots_get_no_hint_even_where_they_are_answered(community: Community, bot: str) -> None:
    await community.manager.command("settings watch-bots", watch=True)
    other = community.guild.add_member("Chatter", is_bot=True)
    await other.post(community.papers, f"{bot} hello")
    community.papers.add_message(community.ada.user, f"{bot} hello", webhook_id=7)
    await community.settled()
    assert community.papers.by_bot() == []


async def test_no_hint_where_it_may_not_write(community: Community, bot: str) -> None:
    community.papers.set_permission("bot", deny=["SEND_MESSAGES"])
    await community.settled()
    await community.ada.post(community.papers, bot)
    await community.settled()
    assert community.papers.by_bot() == []


async def test_a_hint_where_it_may_not_read_history_is_no_reply(community: Community, bot: str) -> None:
    community.papers.set_permission("bot", deny=["READ_MESSAGE_HISTORY"])
    await community.settled()
    await community.ada.post(community.papers, bot)
    await community.sandbox.until(lambda: said(community.papers) == [HINT], what="a hint")
    assert community.papers.by_bot()[0].reference is None


async def test_a_hint_that_discord_does_not_take_is_left_out(
    community: Community, bot: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = f"/channels/{community.papers.id}/messages"
    with community.sandbox.faults.during(Fault(method="POST", path=path, status=400)):
        await community.ada.post(community.papers, bot)
        await community.settled()
    assert community.papers.by_bot() == []
    assert not [record for record in caplog.records if "Unexpected failure" in record.getMessage()]


# --- a week without the intent


@without_intent
async def test_links_alone_are_not_seen_and_nothing_else_is_missing(group: ReadingGroup) -> None:
    community, papers = group.community, group.papers
    message = await group.ada.post(papers, f"{ATTENTION} {ADAM}")
    await community.settled()
    assert papers.by_bot() == []
    assert "*Message Content* intent is off" in await group.ask("settings show")
    assert "**Saved 2 papers.**" in private(await group.grace.menu("Save papers", message))
    card = (await group.ada.command("paper", paper="adam")).public
    assert card is not None
    assert titles(card) == ["Adam: A Method for Stochastic Optimization"]
    assert "You voted for" in private(await group.grace.command("vote", paper="adam"))
    poll = await group.open_poll(hours=24)
    assert answers(poll)[0] == "1. Adam: A Method for Stochastic Optimization"
    await group.ada.vote_for(poll, [2])
    await group.pass_hours(24)
    (result,) = group.told("this is what we read")
    assert "**Attention Is All You Need**" in result.text
    assert "in a moment" in await group.ask("digest post")
    digest = await community.sandbox.until(lambda: next(iter(group.told("**Most votes**")), None), what="a digest")
    assert "Adam: A Method for Stochastic Optimization" in digest.text
