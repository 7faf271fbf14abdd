"""What reports make due, when the bot dies, was away, or Discord stumbles: once, and in the end."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.faults import Fault
from tests.discord.papers import labels
from tests.discord.reading_group import HOUR, ReadingGroup
from tests.discord.reporters import FAILED, card_of, form_of, pass_batch, read, report, say, told_directly

pytestmark = pytest.mark.usefixtures("refresh_at_once")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


@pytest.fixture
def group(community: Community, database_url: str, monkeypatch: pytest.MonkeyPatch) -> ReadingGroup:
    monkeypatch.setattr("bot.client.FINISH_SECONDS", 0.05)
    return ReadingGroup(community, database_url)


async def test_a_batch_that_comes_while_the_bot_is_away(group: ReadingGroup) -> None:
    card = await card_of(group.community)
    await report(group.grace, anonymous=True)
    await group.community.stop_bot()
    group.clock.advance(5 * HOUR)
    assert "Tried here" not in card.text
    await group.restart()
    assert "Tried here: ✗ 1" in card.text
    assert await group.outcomes("reports") == ["shown"]
    when = (await group.ada.command("reports show", paper="1706.03762")).text
    hour = group.clock.now().replace(minute=0, second=0, microsecond=0)
    assert f"without a name <t:{int(hour.timestamp())}:D>" in when


async def test_a_bot_that_dies_when_it_has_shown_a_batch(group: ReadingGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a card followed and before it noted that it did."""
    card = await card_of(group.community)
    await report(group.grace, anonymous=True)
    dying = asyncio.Event()

    def die(*_: object) -> None:
        dying.set()
        raise asyncio.CancelledError

    monkeypatch.setattr(group.bot.refresher, "changed", die)
    group.clock.advance(2 * HOUR)
    await group.sandbox.until(dying.is_set, what="the batch")
    await group.community.stop_bot()
    assert "Tried here" not in card.text
    await group.restart(after_lease=True)
    assert "Tried here: ✗ 1" in card.text
    assert await group.outcomes("reports") == ["shown"]


async def test_an_answer_that_is_lost_leaves_one_report(group: ReadingGroup) -> None:
    """The member reads nothing and sends the form again."""
    await card_of(group.community)
    form = await form_of(group.grace)
    with group.sandbox.faults.during(Fault(method="POST", path="/callback", reset=True, times=2)):
        group.grace.send_form(form, FAILED)
        await group.community.settled()
    assert (await report(group.grace)).startswith("Nothing changed")
    assert "by <@" in (await group.ada.command("reports show", paper="1706.03762")).text


async def test_an_author_is_told_once_that_it_is_hidden(group: ReadingGroup) -> None:
    await card_of(group.community)
    await report(group.grace)
    held = Fault(method="POST", path="/messages", wait=asyncio.Event(), after_work=True, times=1)
    with group.sandbox.faults.during(held):
        await say(group.manager, "Hide", "Not about this paper.")
        await group.sandbox.until(lambda: held.times == 0, what="the message")
        await group.community.stop_bot()
    await group.restart(after_lease=True)
    assert len(told_directly(group.community, group.grace)) == 1
    await group.manager.click((await read(group.manager))[-1], "Show again")
    await say(group.manager, "Hide", "Once more.")
    await group.pass_hours(1)
    assert [("Once more." in text) for text in told_directly(group.community, group.grace)] == [False, True]
    assert await group.outcomes("hidden") == ["told", "told"]


async def test_an_author_who_takes_no_messages_reads_it_with_the_report(group: ReadingGroup) -> None:
    await card_of(group.community)
    await report(group.grace)
    place = group.sandbox.world.direct_channel(group.grace.user)
    closed = Fault(method="POST", path=f"/channels/{place.id}/messages", status=403)
    with group.sandbox.faults.during(closed):
        await say(group.manager, "Hide", "Not about this paper.")
        await group.pass_hours(1)
    assert await group.outcomes("hidden") == ["told"]
    assert told_directly(group.community, group.grace) == []
    theirs = await read(group.grace)
    assert "Hidden by a manager: Not about this paper." in theirs[0].text
    assert "Contest" in labels(theirs[-1])


async def test_the_thread_is_asked_once_though_the_bot_dies(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.announced()
    (thread,) = group.guild.active_threads
    held = Fault(method="POST", path=f"/channels/{thread.id}/messages", wait=asyncio.Event(), after_work=True, times=1)
    with group.sandbox.faults.during(held):
        group.clock.advance(7 * 24 * HOUR + 1)
        await group.sandbox.until(lambda: held.times == 0, what="the question")
        await group.community.stop_bot()
    await group.restart(after_lease=True)
    await group.pass_hours(14 * 24)
    assert len(group.told("Did anyone try it?", thread)) == 1
    assert await group.outcomes("tried") == ["asked"]


async def test_a_form_that_was_open_over_the_batch(group: ReadingGroup) -> None:
    """Opened before the report was shown, sent after: it waits for the next one."""
    card = await card_of(group.community)
    await report(group.grace, anonymous=True)
    form = await form_of(group.grace, "partly")
    await pass_batch(group.community)
    await group.restart()
    assert (await group.grace.submit(form, {})).text.startswith("Changed: ◐ partly")
    assert "✗ 1" in card.text
    await pass_batch(group.community)
    assert "◐ 1" in card.text
