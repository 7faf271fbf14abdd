"""Discuss: one thread for each paper of a server, opened when somebody wants to talk."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.channel import Channel
from sandbox.state.kinds import ChannelKind
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, labels, record, titles

pytestmark = pytest.mark.usefixtures("refresh_at_once")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def share(community: Community, link: str, *, at: Channel | None = None) -> Message:
    return await community.reply_to(await community.ada.post(at or community.papers, link))


def leads_to(answer: Answer, thread: Channel) -> bool:
    return answer.private is not None and answer.text == f"The discussion is in <#{thread.id}>."


async def test_the_card_carries_the_thread_and_says_so_everywhere(community: Community) -> None:
    card = await share(community, ATTENTION)
    assert community.papers.threads == []
    answer = await community.grace.click(card, "Discuss")
    assert card.thread is not None
    assert leads_to(answer, card.thread)
    assert card.thread.name == "Attention Is All You Need"
    await community.settled()
    assert f"Discussion: <#{card.thread.id}>" in card.text
    assert card.button("Discuss").style == 3
    await community.grace.post(card.thread, "what is a head?")


async def test_the_thread_is_found_again(community: Community) -> None:
    card = await share(community, ATTENTION)
    await community.grace.click(card, "Discuss")
    thread = community.papers.threads[0]
    elsewhere = community.guild.add_channel("elsewhere")
    other = await share(community, f"{ATTENTION} again", at=elsewhere)
    assert leads_to(await community.grace.click(card, "Discuss"), thread)
    assert leads_to(await community.linus.click(other, "Discuss"), thread)
    asked = (await community.linus.command("paper", at=elsewhere, paper="1706.03762")).public
    assert asked is not None
    await community.stop_bot()
    thread.archive()
    await community.start_bot()
    assert leads_to(await community.linus.click(asked, "Discuss"), thread), "asleep, but there"
    assert [*community.papers.threads, *elsewhere.threads] == [thread]


@pytest.mark.parametrize("while_away", [False, True])
async def test_a_deleted_thread_gives_way_to_a_new_one(community: Community, while_away: bool) -> None:
    card = await share(community, ATTENTION)
    await community.grace.click(card, "Discuss")
    old = community.papers.threads[0]
    if while_away:
        await community.stop_bot()
    old.delete()
    if while_away:
        await community.start_bot()
    else:
        await community.settled()
        assert "Discussion" not in card.text
        assert card.button("Discuss").style != 3
    answer = await community.linus.click(card, "Discuss")
    new = community.papers.threads[0]
    assert new is not old
    assert leads_to(answer, new)


async def test_a_thread_that_was_opened_but_not_recorded_is_found(community: Community) -> None:
    """The bot may die in between."""
    card = await share(community, ATTENTION)
    thread = community.papers.start_thread(community.sandbox.bot, "Attention Is All You Need", message=card)
    with community.sandbox.expect_refusal(160004):
        answer = await community.grace.click(card, "Discuss")
    assert leads_to(answer, thread)
    assert community.papers.threads == [thread]


async def test_members_who_press_at_once_get_one_thread(community: Community) -> None:
    card, other = await share(community, ATTENTION), await share(community, ATTENTION)
    presses = [person.click(on, "Discuss") for on in (card, other) for person in (community.grace, community.linus)]
    answers = await asyncio.gather(*presses)
    await community.settled()
    assert len(community.papers.threads) == 1
    for answer in answers:
        assert leads_to(answer, community.papers.threads[0])


async def test_a_card_in_a_thread_leads_to_a_thread_beside_it(community: Community) -> None:
    chat = await community.ada.start_thread(community.papers, "chat")
    card = await share(community, ATTENTION, at=chat)
    answer = await community.grace.click(card, "Discuss")
    thread = community.guild.channel("Attention Is All You Need")
    assert thread.parent is community.papers
    assert leads_to(answer, thread)
    assert titles(thread.by_bot()[0]) == ["Attention Is All You Need"]
    await community.linus.click(thread.by_bot()[0], "▲ Vote 0")
    await community.settled()
    assert labels(card)[1] == "▲ Vote 1"


async def test_a_forum_post_is_the_discussion(community: Community) -> None:
    forum = community.guild.add_channel("reading", kind="forum")
    post = await community.ada.post_in_forum(forum, "This week", f"Let us read {ATTENTION}")
    card = await community.reply_to(post.messages[0])
    assert leads_to(await community.grace.click(card, "Discuss"), post)
    elsewhere = await share(community, ATTENTION)
    assert leads_to(await community.linus.click(elsewhere, "Discuss"), post)
    assert forum.threads == [post]
    assert community.papers.threads == []


async def test_an_announcement_channel_has_threads_of_its_own_kind(community: Community) -> None:
    news = community.guild.add_channel("news", kind="announcement")
    message = news.add_message(community.ada.user, f"{ATTENTION} {ADAM}")
    card = await community.reply_to(message)
    answer = await community.grace.click(card, "Discuss")
    assert [thread.kind for thread in news.threads] == [ChannelKind.ANNOUNCEMENT_THREAD]
    assert leads_to(answer, news.threads[0])


async def test_each_paper_of_a_message_has_its_own_thread(community: Community) -> None:
    reply = await share(community, f"{ATTENTION} {ADAM}")
    buttons = [button.custom_id for button in reply.buttons if button.label == "Discuss"]
    for custom_id in buttons:
        await community.grace.click(reply, custom_id=custom_id)
    threads = community.papers.threads
    assert {thread.name for thread in threads} == {
        "Attention Is All You Need",
        "Adam: A Method for Stochastic Optimization",
    }
    for thread in threads:
        assert titles(thread.by_bot()[0]) == [thread.name]


async def test_two_papers_of_one_title_are_two_discussions(community: Community) -> None:
    for paper_id in ("2402.00001", "2402.00002"):
        community.arxiv.add(record(paper_id, title="Comment on a Paper"))
    reply = await share(community, "arXiv:2402.00001 arXiv:2402.00002")
    for custom_id in [button.custom_id for button in reply.buttons if button.label == "Discuss"]:
        await community.grace.click(reply, custom_id=custom_id)
    assert [thread.name for thread in community.papers.threads] == ["Comment on a Paper"] * 2


async def test_without_the_permission_a_sentence_names_it(community: Community) -> None:
    closed = community.guild.add_channel("closed", overwrites={"bot": ["CREATE_PUBLIC_THREADS"]})
    card = await share(community, ATTENTION, at=closed)
    refused = await community.grace.click(card, "Discuss")
    assert refused.private is not None
    assert refused.text == "I may not open threads here. A manager can give me *Create Public Threads* in this channel."
    closed.set_permission("bot", allow=["CREATE_PUBLIC_THREADS"])
    await community.settled()
    assert "The discussion is in" in (await community.grace.click(card, "Discuss")).text


async def test_a_voice_channel_has_no_threads(community: Community) -> None:
    voice = community.guild.add_channel("lounge", kind="voice")
    card = await share(community, ATTENTION, at=voice)
    answer = await community.grace.click(card, "Discuss")
    assert answer.private is not None
    assert answer.text == ("Discord has no threads in this kind of channel. Press Discuss on a card in a text channel.")
    elsewhere = await share(community, ATTENTION)
    assert "The discussion is in" in (await community.grace.click(elsewhere, "Discuss")).text
