"""One member who does far too much: others do not wait for it, Discord and arXiv are not asked too fast, and what was
done is true afterwards. Discord's rate limits are on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.allowances import CARDS, COMPLETIONS, PRESSES
from bot.views.limits import NO_CARDS_FOR_NOW, TOO_FAST
from sandbox import ratelimits
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.ratelimits import Limit
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, BERT, record, titles
from tests.rows import rows as rows_of

SPEED = 2
"""The clock's in the tests of links; Discord's limits run as fast."""
REFUSED = 429

ELSEWHERE_SECONDS = 25
"""At SPEED, and on a slow machine, that is the work on two hundred messages."""
HERE_SECONDS = 40
"""The same, behind ten cards, of which Discord takes one a second. Two hundred would be minutes."""


@pytest.fixture
def speed() -> float:
    """A press has Discord's three seconds, and here a hundred and forty come at once."""
    return 0.15


@pytest.fixture
async def community(
    tmp_path: Path, database_url: str, speed: float, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Community]:
    """The test fails when the bot was refused anything, or ran into a rate limit."""
    for route, limit in ratelimits._LIMITS.items():
        monkeypatch.setitem(ratelimits._LIMITS, route, Limit(limit.requests, limit.seconds / speed))
    clock = VirtualClock(running=True, speed=speed)
    async with Community(tmp_path, clock=clock, database_url=database_url) as running:
        yield running
        assert [str(request) for request in running.sandbox.requests if request.status == REFUSED] == []
    assert running.sandbox.violations == []
    assert running.arxiv.violations == []


def rows(community: Community, statement: str) -> list[tuple[Any, ...]]:
    """What the database holds now."""
    return rows_of(community.database_url, statement)


def count(community: Community, what: str) -> int:
    return int(rows(community, f"SELECT count(*) FROM {what}")[0][0])  # noqa: S608 - written in this file


async def card_of(community: Community, channel: Channel | None = None, link: str = ATTENTION) -> Message:
    return await community.reply_to(await community.ada.post(channel or community.papers, link))


def refused(answers: list[Answer]) -> list[Answer]:
    """Those that say so, each to the one who pressed alone."""
    told = [answer for answer in answers if answer.text == TOO_FAST]
    assert all(message.private for answer in told for message in answer.messages)
    return told


async def timed(work: Awaitable[Answer]) -> tuple[Answer, float]:
    began = time.monotonic()
    return await work, time.monotonic() - began


def seconds_until(reply: Message, message: Message) -> float:
    """By the members' clock."""
    return (reply.created_at - message.created_at).total_seconds()


# --- pressing


async def test_a_hundred_presses_of_one_member_hold_up_nobody(community: Community) -> None:
    """What happens when: a member presses or asks far too fast."""
    card = await card_of(community)
    pressing = [asyncio.create_task(community.linus.click(card, custom_id=vote_id(card))) for _ in range(100)]
    others = [community.guild.add_member(f"Member {n}") for n in range(40)]
    voted = await asyncio.gather(*(timed(other.click(card, custom_id=vote_id(card))) for other in others))
    answers = await asyncio.gather(*pressing)
    assert max(seconds for _, seconds in voted) < 20, "Discord's three seconds, at that speed"
    assert [answer.text for answer, _ in voted if answer.text == TOO_FAST] == []
    passed = 100 - len(refused(answers))
    assert PRESSES.at_once <= passed <= PRESSES.at_once + 10
    await community.settled()
    assert count(community, "vote") == 40 + passed % 2
    assert f"▲ Vote {40 + passed % 2}" in [button.label for button in card.buttons]


def vote_id(card: Message) -> str:
    return next(str(button.custom_id) for button in card.buttons if "▲ Vote" in button.label)


async def test_a_hundred_commands_and_what_works_again_after_a_few_seconds(community: Community) -> None:
    card = await card_of(community)
    asking = [community.linus.command("list") for _ in range(100)]
    *answers, press = await asyncio.gather(*asking, community.linus.click(card, "Save"))
    assert PRESSES.at_once <= 100 - len(refused(answers)) <= PRESSES.at_once + 10
    assert refused([press])
    assert count(community, "entry") == 0
    assert (await community.grace.command("list")).text != TOO_FAST
    community.clock.advance(5)
    assert await community.linus.click(card, "Save") is not None
    await community.settled()
    assert count(community, "entry") == 1


async def test_a_form_counts_too(community: Community) -> None:
    await community.ada.command("save", paper=ATTENTION)
    card = await card_of(community)
    panel = (await community.linus.click(card, "More")).private
    assert panel is not None
    form = (await community.linus.click(panel, "Tags")).modal
    assert form is not None
    asking = [community.linus.command("help") for _ in range(40)]
    *_, sent = await asyncio.gather(*asking, community.linus.submit(form, {next(iter(form.fields)): "much"}))
    assert refused([sent])
    assert count(community, "entry_tag") == 0


async def test_who_types_too_fast_is_offered_nothing_for_a_moment(community: Community) -> None:
    await card_of(community)
    offered = await asyncio.gather(*(community.linus.complete("save", paper="att") for _ in range(100)))
    assert COMPLETIONS.at_once <= sum(map(bool, offered)) < 100
    assert await community.grace.complete("save", paper="att")
    assert (await community.linus.command("save", paper=ATTENTION)).text != TOO_FAST


async def test_fifteen_saved_in_a_minute_are_nothing_special(community: Community) -> None:
    ids = [f"2402.{n:05}" for n in range(1, 16)]
    for each in ids:
        community.arxiv.add(record(each))
    text = " ".join(f"arXiv:{each}" for each in ids)
    reply = await community.reply_to(await community.ada.post(community.papers, text))
    saves = [str(button.custom_id) for button in reply.buttons if ":save:" in str(button.custom_id)]
    answers = [await community.linus.click(reply, custom_id=each) for each in saves]
    assert refused(answers) == []
    assert count(community, "entry") == len(saves)
    assert len(saves) >= 10


# --- links


@pytest.mark.parametrize("speed", [SPEED])
async def test_two_hundred_links_of_one_member_hold_up_nobodys_card(community: Community) -> None:
    """What happens when: a member posts many links at once."""
    elsewhere = community.guild.add_channel("elsewhere")
    other_guild = community.sandbox.add_guild("Other")
    other_room, eve = other_guild.add_channel("room"), other_guild.add_member("Eve")
    await card_of(community, elsewhere)
    await card_of(community, elsewhere, BERT)
    flood = [await community.linus.post(community.papers, f"{n} {ATTENTION}") for n in range(200)]
    near = await community.grace.post(community.papers, BERT)
    far = await community.grace.post(elsewhere, BERT)
    away = await eve.post(other_room, BERT)
    assert seconds_until(await community.reply_to(far), far) < ELSEWHERE_SECONDS
    assert seconds_until(await community.reply_to(away), away) < ELSEWHERE_SECONDS
    assert seconds_until(await community.reply_to(near), near) < HERE_SECONDS
    await community.settled()
    hints = [message for message in community.papers.by_bot() if message.text == NO_CARDS_FOR_NOW]
    cards = [message for message in flood if any(map(titles, community.replies_to(message)))]
    assert CARDS.at_once <= len(cards) <= 100
    assert len(hints) == 1
    assert hints[0].mentioned == []
    assert {message.id for message in flood} <= {each for (each,) in rows(community, "SELECT message_id FROM mention")}
    community.clock.advance(10)
    assert titles(await community.reply_to(await community.linus.post(community.papers, ADAM)))


@pytest.mark.parametrize("speed", [2])
async def test_a_thousand_unknown_papers_of_one_member_take_turns(community: Community) -> None:
    """Also one of those that stands far behind comes at once when somebody else names it."""
    known, last = "2403.00001", "2404.01000"
    for paper in (known, last):
        community.arxiv.add(record(paper))
    for start in range(0, 1000, 100):
        await community.linus.post(community.papers, " ".join(f"arXiv:2404.{start + n:05}" for n in range(1, 101)))
    await community.settled()
    mine = await community.grace.post(community.guild.add_channel("elsewhere"), f"arXiv:{known} arXiv:{last}")
    reply = await community.reply_to(mine)
    since = [request.ids for request in community.arxiv.requests if request.start >= mine.created_at]
    for paper in (known, last):
        assert [paper in ids for ids in since].index(True) <= 2, "no more than two requests before it"
    assert len(titles(reply)) == 2
    assert count(community, "mention") == 1002
    assert count(community, "lookup") == 999, "the others stand in line"


@pytest.mark.parametrize("speed", [SPEED])
async def test_a_message_edited_again_and_again_is_followed_when_that_ends(community: Community) -> None:
    for link in (ADAM, BERT):
        await card_of(community, link=link)
    message = await community.linus.post(community.papers, ATTENTION)
    reply = await community.reply_to(message)
    for n in range(60):
        await community.linus.edit(message, (ADAM, BERT)[n % 2])
        await asyncio.sleep(0)
    await community.sandbox.until(lambda: not community.sandbox.rest.in_progress, what="peace")
    community.clock.advance(31)
    await community.sandbox.until(
        lambda: any("BERT" in title for shown in community.replies_to(message) for title in titles(shown)), what="BERT"
    )
    edits = community.sandbox.requests_to("PATCH", "/channels/{channel_id}/messages/{message_id}")
    assert len(edits) <= CARDS.at_once + 5
    assert community.replies_to(message) == [reply]
