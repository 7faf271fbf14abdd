"""The process dies at the worst moments, the connection drops, two processes overlap: one right reply, no vote lost.

Time is stopped at the moment by holding the other side back, never by waiting a while and hoping.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.faults import Fault
from sandbox.interactions import NoAnswer
from sandbox.sessions import Op
from tests.process.town import ADAM, ATTENTION, GAN, LARGE_N, RESNET, Town, replies_to, titles

pytestmark = pytest.mark.process

HISTORY = "/channels/{channel_id}/messages"
TRANSFORMER = "Attention Is All You Need"
LOST, LATE, TAKEN = "lost on the way", "still on the way", "taken and the answer on the way"
"""What becomes of the request that is under way while the process dies."""


@contextmanager
def holding(method: str, path: str, moment: str, town: Town) -> Iterator[None]:
    """Stops time at this moment of a request, until the end of the block."""
    fault = Fault(method=method, path=path, reset=moment == LOST, after_work=moment == TAKEN, wait=asyncio.Event())
    with town.sandbox.faults.during(fault):
        yield


# Killed


async def test_killed_while_arxiv_is_asked(town: Town) -> None:
    town.arxiv.fail("hang")
    process = await town.run()
    message = await town.ada.post(town.papers, ATTENTION)
    await town.arxiv.until(lambda: len(town.arxiv.requests) == 1)
    await process.kill()
    await town.arxiv.until(lambda: town.arxiv.requests[0].end is not None)
    town.leases_end()
    await town.run()
    card = await town.reply_to(message)
    await town.works_again(ADAM)
    assert replies_to(message) == [card]
    assert titles(card) == [TRANSFORMER]


@pytest.mark.parametrize("moment", [LOST, LATE, TAKEN])
async def test_killed_while_the_card_is_posted(town: Town, moment: str) -> None:
    process = await town.run()
    with holding("POST", f"/channels/{town.papers.id}/messages", moment, town):
        message = await town.ada.post(town.papers, ATTENTION)
        await town.sandbox.until(lambda: town.sandbox.rest.in_progress, what="the card on its way", seconds=20)
        assert bool(replies_to(message)) is (moment == TAKEN)
        await process.kill()
    await town.sandbox.until(lambda: not town.sandbox.rest.in_progress, what="the end of it")
    assert len(replies_to(message)) == (moment != LOST)
    town.leases_end()
    await town.run()
    card = await town.reply_to(message)
    await town.works_again(ADAM)
    assert replies_to(message) == [card]
    assert titles(card) == [TRANSFORMER]
    assert town.rows("SELECT posted_id FROM reply WHERE message_id = ?", [message.id]) == [(card.id,)]


async def test_killed_after_the_card(town: Town) -> None:
    process = await town.run()
    message = await town.ada.post(town.papers, ATTENTION)
    card = await town.reply_to(message)
    await process.kill()
    town.leases_end()
    await town.run()
    await town.works_again(ADAM)
    assert replies_to(message) == [card]
    await town.grace.click(card, "▲ Vote 0")
    assert card.button("▲ Vote 1")


@pytest.mark.parametrize("moment", [LOST, LATE, TAKEN])
async def test_killed_in_the_middle_of_a_vote(town: Town, moment: str) -> None:
    process = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    with holding("POST", "/callback", moment, town):
        voting = asyncio.create_task(town.grace.click(card, "▲ Vote 0"))
        await town.sandbox.until(lambda: town.sandbox.rest.in_progress, what="the answer")
        await process.kill()
    if moment == LOST:
        with pytest.raises(NoAnswer):
            await voting
        town.sandbox.violations.clear()
    else:
        await voting
        assert card.button("▲ Vote 1")
    await town.run()
    await town.ada.click(card, "▲ Vote 0" if moment == LOST else "▲ Vote 1")
    assert card.button("▲ Vote 2")


# The connection drops


async def test_a_resumed_session_loses_and_doubles_nothing(town: Town) -> None:
    await town.run()
    before = await town.ada.post(town.papers, ATTENTION)
    first = await town.reply_to(before)
    dropping = asyncio.create_task(town.sandbox.disconnect())
    await town.sandbox.until(lambda: not town.sandbox.gateway.connected, what="the drop")
    missed = [await town.ada.post(town.papers, link) for link in (ADAM, GAN)]
    await town.ada.edit(before, f"{ATTENTION} and {RESNET}")
    await dropping
    for message in missed:
        await town.reply_to(message)
    await town.sandbox.until(lambda: len(titles(first)) == 2, what="the card that was added", seconds=20)
    await town.works_again(LARGE_N)
    assert [len(replies_to(message)) for message in (before, *missed)] == [1, 1, 1]
    assert Op.RESUME in [frame["op"] for way, frame in town.sandbox.gateway.frames if way == "<"]
    assert len(town.sandbox.requests_to("GET", HISTORY)) == 0, "there was nothing to read back"


async def test_a_resume_that_fails_reads_back_what_was_posted_and_edited(town: Town) -> None:
    process = await town.run()
    before = await town.ada.post(town.papers, ATTENTION)
    first = await town.reply_to(before)
    await town.sandbox.until(lambda: town.rows("SELECT 1 FROM alive"), what="a bot that is ready")
    town.sandbox.gateway.refuses_connections = True
    await town.sandbox.disconnect()
    await process.says("Attempting a reconnect")
    missed = [await town.ada.post(town.papers, link) for link in (ADAM, GAN)]
    await town.ada.edit(before, f"{ATTENTION} and {RESNET}")
    town.sandbox.gateway.refuses_connections = False
    for message in missed:
        await town.reply_to(message, seconds=30)
    await town.sandbox.until(lambda: len(titles(first)) == 2, what="the card that was added", seconds=20)
    await town.works_again(LARGE_N)
    assert [len(replies_to(message)) for message in (before, *missed)] == [1, 1, 1]


async def test_what_was_posted_between_two_sessions_is_read_back(town: Town) -> None:
    await town.run()
    before = await town.ada.post(town.papers, ATTENTION)
    await town.reply_to(before)
    await town.sandbox.until(lambda: town.rows("SELECT 1 FROM alive"), what="a bot that is ready")
    town.sandbox.gateway.invalidate(resumable=False)
    await town.sandbox.until(lambda: not town.sandbox.gateway.connected, what="the end of the session")
    missed = [await town.ada.post(town.papers, link) for link in (ADAM, GAN)]
    for message in missed:
        await town.reply_to(message, seconds=30)
    await town.works_again(RESNET)
    assert [len(replies_to(message)) for message in (before, *missed)] == [1, 1, 1]


# Two processes at once, as when a new version takes over


async def test_two_processes_on_one_shard_give_one_reply(town: Town) -> None:
    old = await town.run()
    await town.run()
    message = await town.ada.post(town.papers, ATTENTION)
    card = await town.reply_to(message)
    await town.ada.edit(message, f"{ATTENTION} and {ADAM}")
    await town.sandbox.until(lambda: len(titles(card)) == 2, what="the card that was added", seconds=20)
    others = [await town.grace.post(town.papers, f"again {ATTENTION}") for _ in range(3)]
    await old.stop()
    for other in others:
        await town.reply_to(other)
    await town.works_again(GAN)
    assert [len(replies_to(posted)) for posted in (message, *others)] == [1, 1, 1, 1]
    assert len(town.papers.by_bot()) == 4
    await town.ada.delete(message)
    await town.sandbox.until(lambda: card.deleted, what="the reply to go")


async def test_two_processes_on_one_shard_count_a_vote_once(town: Town) -> None:
    await town.run()
    await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await town.grace.click(card, "▲ Vote 0")
    await town.sandbox.until(lambda: "Another process answered" in town.output, what="the slower one to see that")
    await town.sandbox.settled()
    assert town.rows("SELECT user_id FROM vote") == [(town.grace.id,)]
    assert card.button("▲ Vote 1")
