"""The demo's server with the real bot: the morning that is played, and what the reader's switches do to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox import story
from sandbox.clock import START
from sandbox.commands import NotPossible
from sandbox.page.tools import LocalTools
from sandbox.room import Room
from sandbox.state.message import Message

_WEEK = timedelta(days=7)
KNOWN, UNKNOWN = "https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1810.04805"


@asynccontextmanager
async def opened(folder: Path, today: datetime = START) -> AsyncIterator[Room]:
    """A room with its bot; afterwards nothing may have gone wrong in it."""
    room = Room(folder, today)
    try:
        await room.community.start()
        yield room
        await room.community.settled()
    finally:
        await room.community.stop()
    assert room.community.sandbox.violations == []
    assert room.community.arxiv.violations == []


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path) as room:
        await story.tell(room)
        yield room


def tools_of(room: Room) -> LocalTools:
    return LocalTools(room.community.sandbox, room.community.arxiv, room.community.settled)


def cards(room: Room) -> list[Message]:
    return room.papers.by_bot()


async def test_the_morning(room: Room) -> None:
    welcome, *others = room.start_here.messages
    assert welcome.pinned
    assert welcome.author is room.mara.user
    assert [line[:2] for line in welcome.content.splitlines()[1:]] == ["1.", "2.", "3.", "4.", "5."]
    assert others == []  # the link that it gives as an example has no card

    attention, preferences = cards(room)
    assert "Attention Is All You Need" in attention.text
    assert "▲ 3 votes" in attention.text
    assert f"Saved by {room.grace.mention}" in attention.text
    assert "Direct Preference Optimization" in preferences.text
    assert "Saved by" not in preferences.text
    (thread,) = room.papers.threads
    assert f"Discussion: {thread.mention}" in attention.text
    assert [message.author.name for message in thread.messages] == ["Grace", "Ada", "Emmy", "Paper Club"]
    assert "### Resources" in thread.messages[-1].text
    assert "**In plain words**, for practitioners, by" in attention.text
    assert "Tried here: ✅ 1 · ◐ 1 · ✗ 2, the last one" in attention.text
    found = (await room.ada.command("reports show", at=room.papers, paper="1706.03762")).text
    assert "💡 What made the difference: That is the last checkpoint." in found
    assert room.emmy.mention not in found
    assert "More explanations" in [button.label for button in attention.buttons]
    (post,) = room.ideas.threads
    assert [message.author.name for message in post.messages] == ["Grace", "Ada"]
    assert START < room.community.clock.now() < START + timedelta(hours=4)


async def test_linus_may_only_read(room: Room) -> None:
    card = cards(room)[0]
    for attempt in (
        room.linus.post(room.papers, "hello"),
        room.linus.post(room.papers.threads[0], "hello"),
        room.linus.post_in_forum(room.ideas, "hello", "hello"),
        room.linus.react(card, "👍"),
        room.linus.command("list", at=room.papers),
    ):
        with pytest.raises(NotPossible):
            await attempt
    assert room.linus.can(room.papers, "view_channel", "read_message_history")


async def test_only_those_five_are_there(room: Room) -> None:
    assert {person.name for person in room.community.guild.people} == {"Mara", "Ada", "Grace", "Linus", "Emmy"}
    joined = [person.name for person in room.people if person.member.joined_at.date() == START.date()]
    assert joined == ["Emmy"]


async def test_what_happens_before_next_monday_happens_in_its_time(room: Room) -> None:
    clock, told = room.community.clock, list[tuple[str, timedelta]]()

    async def on_wednesday() -> Message:
        await clock.sleep(timedelta(days=2).total_seconds())
        told.append(("asked", clock.now() - START))
        return await room.ada.post(room.papers, f"Again: {KNOWN}")

    async def on_friday(asked: asyncio.Task[Message]) -> None:
        await clock.sleep(timedelta(days=4).total_seconds())
        told.append(("answered" if room.community.replies_to(asked.result()) else "no answer", clock.now() - START))

    asked = asyncio.create_task(on_wednesday())
    looked = asyncio.create_task(on_friday(asked))
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await tools_of(room).move_clock("monday")
    await looked
    assert [(what, when.days) for what, when in told] == [("asked", 2), ("answered", 4)]
    assert timedelta(0) <= clock.now() - START - _WEEK < timedelta(minutes=1)


async def test_a_paper_nobody_knows_waits_until_arxiv_is_back(room: Room) -> None:
    tools, arxiv = tools_of(room), room.community.arxiv
    asked_before = len(arxiv.requests)
    tools.set_arxiv_down(True)
    message = await room.ada.post(room.papers, UNKNOWN)
    await room.community.sandbox.until(
        lambda: any(request.end for request in arxiv.requests[asked_before:]), what="a request to arXiv"
    )
    await room.community.settled()
    assert room.community.replies_to(message) == []
    tools.set_arxiv_down(False)
    await tools.move_clock("hour")
    assert "BERT" in (await room.community.reply_to(message)).text


async def test_a_bot_that_was_disconnected_answers_again(room: Room) -> None:
    gateway = room.community.sandbox.gateway
    gone = asyncio.Event()
    gateway.connection_watchers.append(lambda: None if gateway.connected else gone.set())
    await tools_of(room).disconnect()
    await gone.wait()
    message = await room.ada.post(room.papers, KNOWN)
    assert "Attention" in (await room.community.reply_to(message)).text


async def test_the_next_day_has_the_list_and_the_people_but_no_messages(tmp_path: Path) -> None:
    def ids(room: Room) -> list[int]:
        channels, people = [channel.id for channel in room.channels], [person.id for person in room.people]
        return [room.community.guild.id, *channels, *people]

    async with opened(tmp_path) as first:
        await story.tell(first)
    async with opened(tmp_path, START + timedelta(days=1)) as second:
        await story.begin_again(second)
        assert ids(second) == ids(first)
        assert cards(second) == []
        listed = await second.emmy.command("list", at=second.papers)
        assert "Attention Is All You Need" in listed.text
        assert "▲ 3" in listed.text
        # what the bot remembers of the first day's messages and thread leads to no mistake
        shared = await second.ada.post(second.papers, KNOWN)
        card = await second.community.reply_to(shared)
        await second.mara.click(card, custom_id=next(b.custom_id for b in card.buttons if "Vote" in (b.label or "")))
        await second.mara.click(card, "Discuss")
        await second.community.settled()
        assert "▲ 4 votes" in card.text
        assert second.papers.threads[0].mention in card.text
