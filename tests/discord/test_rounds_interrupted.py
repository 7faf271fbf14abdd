"""A round when something goes wrong: deleted polls, a bot that was away, a Discord that stumbles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import polling
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.state.message import Message
from tests.discord.reading_group import HOUR, ReadingGroup, private


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines. It begins on Monday, 2 March 2026, 09:00 UTC."""
    return VirtualClock(running=True)


@pytest.fixture
async def group(community: Community, database_url: str, monkeypatch: pytest.MonkeyPatch) -> ReadingGroup:
    """With papers on the list. A bot that is stopped does not wait long for a Discord that does not answer."""
    monkeypatch.setattr("bot.client.FINISH_SECONDS", 0.05)
    group = ReadingGroup(community, database_url)
    await group.list_papers()
    return group


# --- somebody deletes


def _one(group: ReadingGroup, poll: Message) -> None:
    poll.delete()


def _with_others(group: ReadingGroup, poll: Message) -> None:
    group.papers.delete_messages([group.ballot(), poll])


def _with_its_channel(group: ReadingGroup, poll: Message) -> None:
    group.papers.delete()


@pytest.mark.parametrize("delete", [_one, _with_others, _with_its_channel])
@pytest.mark.parametrize("while_away", [False, True])
async def test_a_deleted_poll_ends_its_round(
    group: ReadingGroup, delete: Callable[[ReadingGroup, Message], None], while_away: bool
) -> None:
    await group.ada.command("poll nominate", at=group.papers, paper="2401.00003")
    poll = await group.open_poll()
    ballot = group.ballot()
    elsewhere = group.guild.add_channel("elsewhere")
    with group.sandbox.expect_refusal(10003, 10008):
        if while_away:
            await group.community.stop_bot()
            delete(group, poll)
            group.clock.advance(72 * HOUR + 1)
            await group.restart()
        else:
            delete(group, poll)
            await group.community.settled()
    assert await group.outcomes("close") == ["lost"]
    shown = await group.ask("poll show", elsewhere)
    assert f"1\\. **Gamma** · nominated by <@{group.ada.id}>" in shown
    if ballot.channel.exists and not ballot.deleted:
        assert ballot.text.startswith("### Round 1 has no result: its poll was deleted")
    assert "Round 2 opens" in await group.ask("poll start", elsewhere)


async def test_the_round_goes_on_without_its_ballot(group: ReadingGroup) -> None:
    poll = await group.open_poll()
    group.ballot().delete()
    await group.ada.vote_for(poll, [1])
    await group.pass_hours(72)
    assert "**Alpha**" in group.last().text


async def test_the_announcement_may_be_deleted(group: ReadingGroup) -> None:
    result = await group.announced()
    result.delete()
    await group.community.settled()
    (thread,) = group.guild.active_threads
    with group.sandbox.expect_refusal(10008):
        said = private(await group.ada.command("present", at=thread))
        await group.community.settled()
    assert said.startswith("You present **Alpha**.")


async def test_a_poll_the_bot_may_not_see_is_counted_when_it_may(
    group: ReadingGroup, caplog: pytest.LogCaptureFixture
) -> None:
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    group.papers.set_permission("bot", deny=["VIEW_CHANNEL"])
    with group.sandbox.expect_refusal(50001):
        await group.pass_hours(72)
        assert "I may not read how a poll ended" in caplog.text
    group.papers.set_permission("bot")
    await group.pass_hours(0.25)
    assert "**Alpha**" in group.last().text
    assert "Unexpected" not in caplog.text


# --- counts


@pytest.mark.parametrize("by_hand", [False, True])
async def test_the_final_count_comes_hours_late(group: ReadingGroup, by_hand: bool) -> None:
    poll = await group.open_poll()
    assert poll.poll is not None
    poll.poll.miscounts = {1: 5}
    await group.ada.vote_for(poll, [2])
    group.sandbox.world.counts_polls_late = True
    if by_hand:
        await group.ask("poll end")
    else:
        group.clock.advance(72 * HOUR + 1)
    for _ in range(8):
        await group.pass_hours(0.5)
        assert group.told("this is what we read") == []
    polling.count(poll)
    await group.community.settled()
    assert "**Beta**" in group.last().text
    assert "1 of 1 vote." in group.last().text


async def test_a_count_that_nobody_told_of_is_found(group: ReadingGroup) -> None:
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    group.sandbox.world.counts_polls_late = True
    await group.pass_hours(72)
    assert poll.poll is not None
    poll.poll.finalize()
    await group.pass_hours(0.25)
    assert "**Alpha**" in group.last().text


async def test_the_bot_was_away_when_it_ended(group: ReadingGroup) -> None:
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    await group.community.stop_bot()
    group.clock.advance(100 * HOUR)
    assert group.told("this is what we read") == []
    await group.restart()
    assert len(group.told("this is what we read")) == 1
    assert len(group.guild.active_threads) == 1


# --- exactly one


class _Hasty:
    """asyncio for a library that does not wait between its own tries."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 503, "times": 2},
        {"status": 500, "times": 7},
        {"status": 500, "times": 7, "after_work": True},
        {"status": 429, "times": 2, "retry_after": 0.01},
        {"reset": True, "times": 2},
        {"reset": True, "times": 2, "after_work": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("number", [1, 2], ids=["ballot", "poll"])
async def test_a_stumbling_discord_gets_one_of_each(
    group: ReadingGroup, trouble: dict[str, Any], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.http.asyncio", _Hasty())
    fault = Fault(**trouble)
    with group.on_post(fault, number=number):
        await group.ask("poll start")
        await group.sandbox.until(lambda: fault.times != trouble["times"], what="trouble")
        for _ in range(4):
            await group.pass_hours(0.05)
    assert len(group.told("which paper do we read?")) == 1
    assert len(group.polls()) == 1
    assert (await group.ask("poll show")).startswith("### Round 1\nOpen until")


@pytest.mark.parametrize("number", [1, 2], ids=["ballot", "poll"])
@pytest.mark.parametrize("hours_away", [0, 5])
async def test_a_bot_that_dies_before_it_notes_what_it_posted(
    group: ReadingGroup, number: int, hours_away: float
) -> None:
    with group.on_post(Fault(wait=asyncio.Event(), after_work=True), number=number):
        await group.ask("poll start")
        await group.sandbox.until(lambda: len(group.papers.by_bot()) == number, what="the message")
        await group.community.stop_bot()
    group.clock.advance(hours_away * HOUR)
    await group.restart(after_lease=True)
    assert len(group.told("which paper do we read?")) == 1
    assert len(group.polls()) == 1
    assert (await group.ask("poll show")).startswith("### Round 1\nOpen until")


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/messages"), ("POST", "/threads"), ("PUT", "/pins"), ("POST", "/scheduled-events")]
)
async def test_a_bot_that_dies_while_it_tells_of_the_winner(group: ReadingGroup, method: str, path: str) -> None:
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    held = Fault(method=method, path=path, wait=asyncio.Event(), after_work=True, times=1)
    with group.sandbox.faults.during(held):
        group.clock.advance(72 * HOUR + 1)
        await group.sandbox.until(lambda: held.times == 0, what=path)
        await group.community.stop_bot()
    with group.sandbox.expect_refusal(160004):
        await group.restart(after_lease=True)
    assert len(group.told("this is what we read")) == 1
    (thread,) = group.guild.active_threads
    assert len(thread.pins) == 1
    assert len(group.told("### Alpha", thread)) == 1
    assert len(group.guild.scheduled_events) == 1


async def test_a_bot_that_dies_while_it_ends_a_poll(group: ReadingGroup, caplog: pytest.LogCaptureFixture) -> None:
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    group.sandbox.world.counts_polls_late = True
    held = Fault(method="POST", path="/expire", wait=asyncio.Event(), after_work=True, times=1)
    with group.sandbox.faults.during(held):
        await group.ask("poll end")
        await group.sandbox.until(lambda: held.times == 0, what="the end")
        await group.community.stop_bot()
    with group.sandbox.expect_refusal(520001):
        await group.restart(after_lease=True)
    assert "Unexpected failure" not in caplog.text
    polling.count(poll)
    await group.community.settled()
    assert "**Alpha**" in group.last().text


async def test_called_off_after_a_death_between_poll_and_note(group: ReadingGroup) -> None:
    """A poll that is not recorded is not left open either."""
    with group.on_post(Fault(wait=asyncio.Event(), after_work=True), number=2):
        await group.ask("poll start")
        await group.sandbox.until(group.polls, what="the poll")
        await group.community.stop_bot()
    await group.community.start_bot()
    await group.bot.wait_until_ready()
    assert await group.ask("poll cancel") == "Round 1 is called off. What was nominated stays open."
    group.clock.advance(130)
    await group.community.settled()
    assert group.polls() == []
    assert group.ballot().text.startswith("### Round 1 was called off")


async def test_called_off_while_it_is_being_opened(group: ReadingGroup) -> None:
    with group.on_post(Fault(wait=asyncio.Event(), after_work=True), number=2) as fault:
        await group.ask("poll start")
        await group.sandbox.until(group.polls, what="the poll")
        await group.ask("poll cancel")
        assert fault.wait is not None
        fault.wait.set()
        await group.community.settled()
    assert group.polls() == []
    assert group.ballot().text.startswith("### Round 1 was called off")


async def test_a_round_that_could_not_open_in_time_does_not(group: ReadingGroup) -> None:
    await group.ask("poll schedule", day="Monday", time="10:00")
    with group.on_post(Fault(wait=asyncio.Event(), after_work=True)):
        group.clock.jump_to(datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC))
        await group.sandbox.until(group.papers.by_bot, what="the ballot")
        await group.community.stop_bot()
    group.clock.advance(25 * HOUR)
    await group.restart()
    assert group.polls() == []
    assert (await group.outcomes("poll"))[0] == "skipped: too late"
    assert "Round 2 opens" in await group.ask("poll start")
