"""Hours in which Discord is away, lived through by a process of its own in seconds."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.occurrences import Occurrences
from bot.storage import reading_list
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from sandbox.people import Person
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from tests.discord.papers import record
from tests.long_run.pace import Pace
from tests.long_run.plan import START
from tests.process.town import replies_to
from tests.storage.examples import make_paper, store

pytestmark = pytest.mark.process

_POLL, _DIGEST = timedelta(hours=2), timedelta(hours=3)
"""When they fall due, after the start."""
_POLL_LIMIT_HOURS = 24
"""Later than that it is left out, a digest only after 48 hours."""
_STEP = 5400


class Town:
    """A server with a reading list, a weekly poll and a weekly digest."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.guild = pace.sandbox.add_guild("Reading Group")
        # A picture takes long to draw and is not what this is about.
        self.papers: Channel = self.guild.add_channel("papers", overwrites={"bot": ["attach_files"]})
        self.weekly: Channel = self.guild.add_channel("weekly", overwrites={"bot": ["attach_files"]})
        self.ada: Person = self.guild.add_member("Ada")

    async def prepare(self) -> None:
        """As members and managers left it."""
        database = await Database.open(self.pace.url)
        now, server = self.pace.clock.now(), self.guild.id
        async with database.write() as conn:
            for number in range(1, 4):
                stored = await store(conn, make_paper(f"2301.{number:05}", title=f"Saved {number}"), now=now)
                await reading_list.save(conn, server, stored, 1, now)
        occurrences = Occurrences(database, self.pace.clock)
        poll, digest = START + _POLL, START + _DIGEST
        where = self.weekly.id
        await occurrences.set_schedule(
            server, "poll", weekday=poll.weekday(), minute=poll.hour * 60, channel_id=where, hours=96, candidates=3
        )
        await occurrences.set_schedule(
            server, "digest", weekday=digest.weekday(), minute=digest.hour * 60, channel_id=where
        )
        await database.close()

    async def live_without_discord(self, hours: int) -> list[Message]:
        """A new paper is pasted in the middle of every third hour."""
        pasted = []
        for hour in range(0, hours, 3):
            self.pace.arxiv.add(record(f"2401.{hour + 1:05}"))
            await self.pace.spend(_STEP)
            pasted.append(await self.ada.post(self.papers, f"https://arxiv.org/abs/2401.{hour + 1:05}"))
            await self.pace.spend(_STEP)
        return pasted


@pytest.fixture(autouse=True)
def left_over() -> Iterator[None]:
    """What is left of the killed bot's connections is found here, when the event loop is closed, not in another
    test."""
    yield
    gc.collect()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Its bot has been at work for some minutes."""
    async with Pace.open(tmp_path, VirtualClock(START)) as pace:
        town = Town(pace)
        await town.prepare()
        await pace.start()
        await pace.connect()
        await pace.rest()
        yield town
        assert pace.sandbox.violations == []
        assert pace.arxiv.violations == []
        assert "Traceback" not in pace.log


# Discord's end of a connection is left open where the bot is killed while Discord is away
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("hours", "at_boot"), [(6, False), (6, True), (30, True)])
async def test_hours_without_discord(town: Town, hours: int, at_boot: bool) -> None:
    """What happens when: Discord is away for hours, while the bot runs or when it starts."""
    pace, gateway = town.pace, town.pace.sandbox.gateway
    if at_boot:
        await pace.kill()
    with pace.sandbox.outage():
        gateway.invalidate(resumable=False)
        if at_boot:
            await pace.start()
        pasted = await town.live_without_discord(hours)
        assert not gateway.connected
        assert gateway.refused or at_boot
    await pace.connect()
    await pace.rest()

    young = [message for message in pasted if pace.clock.now() - message.created_at < timedelta(hours=24)]
    assert len(young) == min(hours, 24) // 3
    assert [len(replies_to(message)) for message in pasted] == [int(message in young) for message in pasted]
    polls = [bool(message.poll) for message in town.weekly.by_bot()].count(True)
    intros = [message.text.startswith("### Round 1:") for message in town.weekly.by_bot()].count(True)
    late = hours > _POLL_LIMIT_HOURS
    assert pace.ledger.outcomes() == ["skipped: too late" if late else "opened", "posted"]
    assert (polls, intros) == ((0, 0) if late else (1, 1))
    assert len(town.weekly.by_bot()) == polls + intros + 1
