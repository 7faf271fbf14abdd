"""An hour of many servers' talk in minutes, with everything around the bot failing now and then.

The bot is one real process from beginning to end. In the middle, after the warm-up, all is well for a while: what the
bot is made of at rest then is what it may be made of at the end.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sandbox.clock import VirtualClock
from sandbox.errors import Code
from tests.long_run.accounts import Accounts
from tests.long_run.away import Absences
from tests.long_run.body import Body, look_at, resident
from tests.long_run.pace import Pace
from tests.long_run.plan import START, Figures, Plan
from tests.long_run.talk import Talk
from tests.long_run.weather import Weather

_REFUSED = (
    Code.MISSING_ACCESS,
    Code.MISSING_PERMISSIONS,
    Code.REPLY_WITHOUT_HISTORY,
    Code.UNKNOWN_INTERACTION,
    Code.ALREADY_ANSWERED,
)
"""How a bot learns of a change that it did not hear of, or that it was too late."""

_SAMPLE_EVERY_SECONDS = 5
_CLOSED_AFTER_SECONDS = 0.5
"""Connections that nobody uses close in real time."""
_LOOKS = 100


class Hour:
    """Open it with `Hour.open`, then `live`."""

    def __init__(self, plan: Plan, folder: Path, pace: Pace) -> None:
        dice = random.Random(plan.seed)  # noqa: S311 - nothing here is a secret
        self.plan, self.figures, self.pace = plan, Figures(), pace
        self.talk = Talk(pace.sandbox, pace.arxiv, plan, dice)
        self.weather = Weather(pace, self.talk, plan, dice)
        self.absences = Absences(pace.sandbox)
        self._folder = folder

    @classmethod
    @asynccontextmanager
    async def open(cls, plan: Plan, folder: Path) -> AsyncIterator[Hour]:
        """Everything but the bot is there."""
        async with Pace.open(folder, VirtualClock(START)) as pace:
            with pace.sandbox.expect_refusal(*_REFUSED):
                yield cls(plan, folder, pace)

    async def live(self) -> Accounts:
        """The whole time, and what came of it."""
        self.talk.move_in()
        await self.pace.start()
        await self.pace.connect()
        await self._watch_all_but_one()
        for second in range(self.plan.seconds):
            if second == self.plan.warm_up_seconds:
                self.figures.warm = await self._at_rest()
            self.weather.second(second)
            await self.talk.second(second)
            await self.pace.spend(1)
            if second % _SAMPLE_EVERY_SECONDS == 0:
                self.figures.resident.append((timedelta(seconds=second), resident(self.pace.bot.number)))
        self.figures.last = await self._at_rest()
        return Accounts(self)

    async def _watch_all_but_one(self) -> None:
        first = self.talk.places[0]
        for channel in first.channels[:-1]:
            first.manager.send_command("settings watch", channel, {"channel": channel})
            await self.pace.spend(1)

    async def _at_rest(self) -> Body:
        """Nothing fails any more, and the bot has done all it had to do: what it is made of then."""
        self.weather.clear()
        await self.pace.rest()
        before: Body | None = None
        for _ in range(_LOOKS):
            await self.pace.spend(1)
            await asyncio.sleep(_CLOSED_AFTER_SECONDS)
            body = await look_at(self.pace.bot.number, self._folder)
            if before is not None and not body.more_than(before) and not before.more_than(body):
                return body
            before = body
        raise AssertionError(f"never at rest: {before}")
