"""The process dies while it reads history, or two overlap: every message is read, every paper noted once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.errors import Code
from sandbox.faults import Fault
from sandbox.people import Person
from sandbox.snowflakes import at
from sandbox.state.message import Message
from tests.process.town import ADAM, ATTENTION, GAN, RESNET, Town

pytestmark = pytest.mark.process

MESSAGES, EVERY = 250, 10
LINKS = (ATTENTION, ADAM, GAN, RESNET)
LOST, LATE, TAKEN = "lost on the way", "still on the way", "taken and the answer on the way"
"""What becomes of the request that is under way while the process dies."""


def said_before(town: Town) -> list[Message]:
    """A long conversation of last week, so nothing that a bot reads which was away for a moment; those of its messages
    that name a paper."""
    last_week = at(town.clock.now() - timedelta(days=7))
    said = [
        Message(
            id=last_week + i,
            channel=town.papers,
            author=town.ada.user,
            content=LINKS[i // EVERY % len(LINKS)] if i % EVERY == 0 else f"line {i}",
        )
        for i in range(MESSAGES)
    ]
    town.papers.messages += said
    return said[::EVERY]


@pytest.fixture
def manager(town: Town) -> Person:
    return town.guild.add_member("Mara", permissions=["MANAGE_GUILD"])


async def begin(town: Town, manager: Person) -> Message:
    answer = await manager.command("backfill", channel=town.papers, at=town.papers)
    [shown] = answer.messages
    return shown


async def until_read(town: Town, shown: Message, named: list[Message]) -> None:
    """To the end, with each message noted once in order, and no card."""
    await town.sandbox.until(
        lambda: "I have read" in shown.text, what=lambda: f"the end, not\n{shown.text}\n{town.output}", seconds=30
    )
    assert f"{MESSAGES} messages read." in shown.text
    assert f"**{len(LINKS)} papers** shared there, **{len(named)} mentions**" in shown.text
    assert town.rows("SELECT message_id FROM mention ORDER BY id") == [(message.id,) for message in named]
    assert town.papers.by_bot() == [shown]


def lease_ends(town: Town) -> None:
    """As if the minute had passed for which a process that died keeps its place."""
    now = datetime.now(UTC)
    town.change("UPDATE backfill SET lease_until = NULL, due_at = ? WHERE due_at IS NOT NULL", [now])


@pytest.mark.parametrize("moment", [LOST, LATE, TAKEN])
async def test_killed_while_a_page_is_on_the_way(town: Town, manager: Person, moment: str) -> None:
    named = said_before(town)
    process = await town.run()
    fault = Fault(
        method="GET",
        path=f"/channels/{town.papers.id}/messages",
        reset=moment == LOST,
        after_work=moment == TAKEN,
        wait=asyncio.Event(),
    )
    shown = await begin(town, manager)
    await town.sandbox.until(lambda: "100 messages read" in shown.text, what="the first page", seconds=20)
    with town.sandbox.faults.during(fault):
        await town.sandbox.until(lambda: town.sandbox.rest.in_progress, what="another on its way", seconds=20)
        await process.kill()
    lease_ends(town)
    await town.run()
    await until_read(town, shown, named)


async def test_killed_before_the_end_is_told(town: Town, manager: Person) -> None:
    named = said_before(town)
    process = await town.run()
    shown = await begin(town, manager)
    finished = "SELECT 1 FROM backfill WHERE state = 'done'"
    with town.sandbox.held("PATCH", f"/channels/{town.papers.id}/messages"):
        await town.sandbox.until(lambda: town.rows(finished), what=lambda: f"the end\n{town.output}", seconds=20)
        await process.kill()
    await town.run()
    await until_read(town, shown, named)


async def test_two_processes_read_each_page_once(town: Town, manager: Person) -> None:
    named = said_before(town)
    await town.run()
    await town.run()
    with town.sandbox.expect_refusal(Code.ALREADY_ANSWERED):  # both hear of the command
        shown = await begin(town, manager)
        await until_read(town, shown, named)
