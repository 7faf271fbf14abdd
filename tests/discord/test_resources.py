"""`/resource`, `/path`, and the one list in a paper's thread."""

from __future__ import annotations

import asyncio

import pytest

from bot.client import PaperBot
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, BERT, labels

pytestmark = pytest.mark.usefixtures("refresh_at_once")

TITLE = "Attention Is All You Need"
CODE = "https://github.com/tensorflow/tensor2tensor"


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def share(community: Community, *links: str) -> Message:
    reply = await community.reply_to(await community.ada.post(community.papers, " ".join(links)))
    await community.settled()
    return reply


async def add(person: Person, kind: str, link: str, paper: str = "1706.03762") -> str:
    answer = await person.command("resource", paper=paper, kind=kind, link=link)
    assert all(message.private for message in answer.messages)
    return answer.text


async def thread_of(community: Community, card: Message) -> Channel:
    await community.grace.click(card, "Discuss")
    await community.settled()
    return community.papers.threads[0]


def lists(thread: Channel) -> list[Message]:
    return [message for message in thread.by_bot() if not message.deleted and "### Resources" in message.text]


async def test_a_resource_is_counted_on_the_card_and_listed_behind_more(community: Community) -> None:
    card = await share(community, ATTENTION)
    assert await add(community.grace, "code", CODE) == (
        f"Added to **{TITLE}**: code. All are behind **More**, **Resources**."
    )
    assert await add(community.linus, "code", f"<{CODE}>") == f"**{TITLE}** has that link already."
    for n in range(2):
        await add(community.linus, "video", f"https://video.example.org/{n}")
    await community.settled()
    assert "-# Code, 2 videos" in card.text
    panel = (await community.ada.click(card, "More")).private
    assert panel is not None
    page = (await community.ada.click(panel, "Resources")).private
    assert page is not None
    assert f"[Code]({CODE}) · github.com\n-# added by {community.grace.mention}" in page.text
    assert "Take it away" not in labels(page)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://localhost/x", "https://me@example.org/", "notes"])
async def test_a_link_that_is_none_gets_a_sentence(community: Community, link: str) -> None:
    await share(community, ATTENTION)
    assert "aste" in await add(community.grace, "code", link)


async def test_one_list_in_the_thread_is_posted_once_and_edited(community: Community) -> None:
    card = await share(community, ATTENTION)
    thread = await thread_of(community, card)
    assert lists(thread) == []
    await add(community.grace, "code", CODE)
    await community.settled()
    (only,) = lists(thread)
    await add(community.grace, "slides", "https://slides.example.org/x")
    await community.settled()
    assert lists(thread) == [only]
    assert f"- [Code]({CODE}) · github.com\n- [Slides](https://slides.example.org/x)" in only.text
    assert community.grace.mention not in only.text
    only.delete()
    await community.settled()
    assert lists(thread) == []
    await add(community.grace, "data", "https://data.example.org/x")
    await community.settled()
    (again,) = lists(thread)
    assert "Data" in again.text


async def test_a_thread_that_is_made_later_gets_the_list(community: Community) -> None:
    card = await share(community, ATTENTION)
    await add(community.grace, "code", CODE)
    thread = await thread_of(community, card)
    (only,) = lists(thread)
    assert CODE in only.text


async def test_forty_add_at_once_and_there_is_one_list(community: Community) -> None:
    card = await share(community, ATTENTION)
    thread = await thread_of(community, card)
    people = [community.guild.add_member(f"Member {n}") for n in range(20)]
    await asyncio.gather(*(add(person, "blog", f"https://blog.example.org/{n}") for n, person in enumerate(people)))
    await community.settled()
    (only,) = lists(thread)
    assert only.text.count("[Blog post]") == len(people)


async def test_a_list_posted_before_a_crash_is_found_again(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await share(community, ATTENTION)
    thread = await thread_of(community, card)
    bot: PaperBot | None = community.bot
    assert bot is not None

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(bot.services.resource_lists, "shown", never)
    await community.grace.command("resource", paper="1706.03762", kind="code", link=CODE)
    await community.sandbox.until(lambda: lists(thread), what="the list")
    await community.stop_bot()
    community.clock.advance(3600)
    await community.start_bot()
    await add(community.grace, "video", "https://video.example.org/1")
    await community.settled()
    (only,) = lists(thread)
    assert "Video" in only.text


async def test_who_added_it_or_a_manager_takes_it_away(community: Community) -> None:
    card = await share(community, ATTENTION)
    thread = await thread_of(community, card)
    await add(community.grace, "code", CODE)
    await add(community.linus, "video", "https://video.example.org/1")
    await community.settled()
    (only,) = lists(thread)
    page = (await community.linus.click(only, "All resources")).private
    assert page is not None
    assert labels(page).count("Take it away") == 1
    await community.linus.click(page, "Take it away")
    of_manager = (await community.manager.click(only, "All resources")).private
    assert of_manager is not None
    await community.manager.click(of_manager, "Take it away")
    await community.settled()
    assert lists(thread) == [only]
    assert "None at the moment" in only.text


async def test_the_path_is_in_order_with_counts_and_the_own_mark(community: Community) -> None:
    await share(community, ATTENTION, ADAM, BERT)
    assert "read **Adam" in await add(community.grace, "read first", ADAM)
    assert "read **Attention" in await add(community.grace, "read first", "attention", paper="1810.04805")
    await community.linus.command("status", paper="1412.6980", status="read")
    await community.ada.command("status", paper="1412.6980", status="read")
    path = (await community.ada.command("path", paper="1810.04805")).private
    assert path is not None
    assert path.text.index("1\\. **Adam") < path.text.index(f"2\\. **{TITLE}")
    assert "2 have read it · ✓ you have read it" in path.text
    for_grace = (await community.grace.command("path", paper="1810.04805")).text
    assert "2 have read it" in for_grace
    assert "you have" not in for_grace
    assert community.linus.mention not in path.text


async def test_a_circle_is_refused_and_named(community: Community) -> None:
    await share(community, ATTENTION, ADAM, BERT)
    await add(community.grace, "read first", ADAM)
    await add(community.grace, "read first", ATTENTION, paper="1810.04805")
    said = await add(community.grace, "read first", BERT, paper="1412.6980")
    assert said.startswith("That would go in a circle: **Adam")
    assert f"after **{TITLE}** after **Adam" in said
    assert "cannot come before itself" in await add(community.grace, "read first", ATTENTION)


async def test_a_paper_to_read_first_is_offered_and_fetched(community: Community) -> None:
    await share(community, ATTENTION)
    offered = await community.grace.complete("resource", paper="1706.03762", kind="read first", link="att")
    assert [choice.value for choice in offered] == ["arxiv:1706.03762"]
    assert await community.grace.complete("resource", paper="1706.03762", kind="code", link="att") == []
    community.clock.advance(4)
    assert "read **Adam" in await add(community.grace, "read first", ADAM)


async def test_another_server_has_its_own(community: Community) -> None:
    await share(community, ATTENTION, ADAM)
    await add(community.grace, "read first", ADAM)
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    stranger = other.add_member("Stranger", permissions=["MANAGE_GUILD"])
    said = (await stranger.command("resource", at=room, paper="1412.6980", kind="read first", link="1706.03762")).text
    assert said.startswith("Noted"), "no circle with what another server says"
    assert "Nothing has to be read first" in (await stranger.command("path", at=room, paper="1706.03762")).text
