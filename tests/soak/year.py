"""Weeks of many servers' life in minutes, with processes that die.

The clock jumps from one thing that is due to the next. The bots are real processes and are killed with SIGKILL, some
of them between a request and its answer. Everything random comes from the seed, but for the few milliseconds in which
a killed process got further on one run than on another.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.clock import VirtualClock
from sandbox.errors import Code
from sandbox.rest.server import Request
from sandbox.server import Sandbox
from sandbox.state.message import Message
from sandbox.state.world import Happening
from tests.soak.deaths import Death, Way
from tests.soak.nursery import Order
from tests.soak.plan import START, Figures, Plan
from tests.soak.processes import Bot, Nursery
from tests.soak.servers import Members

_LOOK = timedelta(seconds=60)
"""How soon a bot looks for what another one left."""
_READING = timedelta(hours=56)
_LAST_AT_WORK = timedelta(days=2)
"""Somebody is at work at the end, however long they would be away: what is due is then dealt with or too late."""
_WAYS: tuple[Way, ...] = ("unsent", "unheard", "moment")
_FORESEEN = (Code.THREAD_EXISTS, Code.POLL_EXPIRED)
"""How a bot learns that the one before it got further than was recorded."""
_STEP_SECONDS = 60
"""Far more than all bots take for what is due at one time, on a slow machine too."""
_PATIENCE = 20
"""Who has met no bad moment after so many steps is killed while it waits."""

Action = Callable[[], Awaitable[None]]


class Year:
    """Build it with `Year.open`, then `live`."""

    def __init__(self, plan: Plan, folder: Path, nursery: Nursery) -> None:
        self.plan, self.figures = plan, Figures()
        self.dice = random.Random(plan.seed)  # noqa: S311 - nothing here is a secret
        self.clock = VirtualClock(START)
        self.sandbox = Sandbox(clock=self.clock, rate_limits=False)
        self.database_file = folder / "paperclub.db"
        self.nursery = nursery
        self.bots: list[Bot] = []
        self._actions: list[tuple[datetime, int, Action]] = []
        self._numbers = itertools.count()
        self._polls: list[Message] = []
        self._began: datetime | None = None
        self._death: tuple[Way, Bot, Death | None, int] | None = None
        self._looking: sqlite3.Connection

    @classmethod
    @asynccontextmanager
    async def open(cls, plan: Plan, folder: Path) -> AsyncIterator[Year]:
        """Everything but the bots is there."""
        async with Nursery.open(folder) as nursery:
            year = cls(plan, folder, nursery)
            await migrate(year._url)
            with closing(sqlite3.connect(f"file:{year.database_file}?mode=ro", uri=True)) as year._looking:
                async with year.sandbox:
                    try:
                        yield year
                    finally:  # before Discord goes: a bot that is left alone with that would complain in the log
                        for bot in year.bots:
                            await bot.end()

    async def live(self) -> Members:
        """All weeks. AssertionError says what each process was doing when a step takes too long."""
        database = await Database.open(self._url)
        try:
            members = Members(self.sandbox, database, self.dice)
            await members.move_in(self.plan.servers)
            self.sandbox.world.watchers.append(self._see)
            self.sandbox.rest.watchers.append(self._count)
            self._plan_all(members)
            await self._start()
            with self.sandbox.expect_refusal(*_FORESEEN):
                while self.clock.now() < self.plan.end:
                    await self._step_in_time(min(self._next(), self.plan.end))
                    for poll in self._polls:
                        members.vote(poll)
                    self._polls.clear()
        finally:
            await database.close()
        if self._began is not None:
            self.figures.up.append((self._began, self.clock.now()))
        return members

    # --- what is to happen

    def _plan_all(self, members: Members) -> None:
        plan = self.plan
        quiet_end = plan.end - timedelta(days=4)
        at = START
        while (at := at + _READING) < plan.end:
            self._at(at, members.read)
        for week in range(3, plan.weeks):

            async def leave() -> None:
                members.leave_threads()

            self._at(START + timedelta(weeks=week), leave)
        for moment in sorted(START + self.dice.random() * (quiet_end - START) for _ in range(plan.kills)):
            self._at(moment, self._look_for_a_bad_moment)
        if plan.together:
            self._at(START + timedelta(weeks=plan.together.start), self._start_another)
            self._at(START + timedelta(weeks=plan.together.stop), self._end_another)
        self._absences = {int((number + 0.5) * plan.kills / plan.long_absences) for number in range(plan.long_absences)}

    def _at(self, moment: datetime, action: Action) -> None:
        heapq.heappush(self._actions, (moment, next(self._numbers), action))

    def _next(self) -> datetime:
        """When something is due, or to be done."""
        moments = [self._actions[0][0]] if self._actions else []
        if self.bots:
            wakes = self._looking.execute("SELECT min(wake_at) FROM occurrence WHERE wake_at IS NOT NULL")
            [(text,)] = wakes.fetchall()
            if text is not None:
                moments.append(max(datetime.fromisoformat(text).replace(tzinfo=UTC), self.clock.now() + _LOOK))
        return min(moments, default=self.plan.end)

    # --- one step

    async def _step_in_time(self, moment: datetime) -> None:
        try:
            async with asyncio.timeout(_STEP_SECONDS):
                await self._step(moment)
        except TimeoutError:
            sent = {session.id: session.sequence for session in self.sandbox.gateway.connected}
            heard = {bot.number: bot.heard for bot in self.bots}
            raise AssertionError(
                f"step {self.figures.steps}, to {moment}, is not done after {_STEP_SECONDS} s: "
                f"sent {sent}, heard {heard}, {self.sandbox.rest.in_progress} requests in progress, "
                f"death {self._death}\n{await self.nursery.what_they_do()}"
            ) from None

    async def _step(self, moment: datetime) -> None:
        self.figures.steps += 1
        while self._actions and self._actions[0][0] <= moment:
            at, _, action = heapq.heappop(self._actions)
            self.clock.jump_to(max(at, self.clock.now()))
            await action()
        strike = self._strike()
        self.clock.jump_to(max(moment, self.clock.now()))
        await self._settled()
        if strike is not None:
            await strike
            await self._settled()
        await self._check_death()

    async def _settled(self) -> None:
        """Every bot has heard all and has nothing left to do."""
        before = None
        while before != (before := self._marks()) or not self._all_heard():
            await asyncio.gather(*(bot.catch_up(self.clock.now()) for bot in self.bots))
            self._bury()
            await asyncio.sleep(0)

    def _marks(self) -> tuple[int, int, int]:
        sent = sum(session.sequence for session in self.sandbox.gateway.connected)
        return self.figures.requests, sent, len(self.bots)

    def _all_heard(self) -> bool:
        sent = {session.id: session.sequence for session in self.sandbox.gateway.connected}
        heard = all(sent.get(bot.heard[0]) == bot.heard[1] for bot in self.bots)
        return heard and self.sandbox.rest.in_progress == 0

    # --- life and death

    async def _start(self) -> None:
        self.bots.append(
            await self.nursery.start(
                Order(
                    socket=self.nursery.socket,
                    now=self.clock.now(),
                    token=self.sandbox.token,
                    api_url=self.sandbox.api_url,
                    arxiv_api_url=self.sandbox.api_url,  # never asked: the papers are there already
                    database_url=self._url,
                )
            )
        )
        if self._began is None:
            self._began = self.clock.now()

    async def _start_another(self) -> None:
        self._wanted = 2
        while len(self.bots) < self._wanted:
            await self._start()

    async def _end_another(self) -> None:
        self._wanted = 1
        for bot in self.bots[1:]:
            bot.kill()
            await bot.gone.wait()
        self._bury()

    _wanted = 1

    async def _look_for_a_bad_moment(self) -> None:
        """The next death: at one of the next requests, or soon after something comes due."""
        if not self.bots or self._death is not None:
            self._at(self.clock.now() + timedelta(minutes=30), self._look_for_a_bad_moment)
            return
        way, victim = self.dice.choice(_WAYS), self.dice.choice(self.bots)
        if len(self.bots) > 1:
            way = "moment"  # Discord cannot tell whose request it is
        death = None
        if way != "moment":
            death = Death(victim, way, requests=self.dice.randint(1, 12))
            self.sandbox.faults.add(death)
        self._death = (way, victim, death, self.figures.steps)

    def _strike(self) -> asyncio.Task[None] | None:
        if self._death is None or self._death[0] != "moment":
            return None
        return asyncio.create_task(self._kill_soon(self._death[1], self.dice.random() * 0.08))

    async def _kill_soon(self, victim: Bot, seconds: float) -> None:
        await asyncio.sleep(seconds)
        victim.kill()
        await victim.gone.wait()

    async def _check_death(self) -> None:
        if self._death is None:
            return
        way, victim, death, since = self._death
        if not victim.gone.is_set():
            if self.figures.steps - since < _PATIENCE:
                return
            way = "moment"
            victim.kill()
            await victim.gone.wait()
        self._bury()
        if death is not None:
            self.sandbox.faults.remove(death)
        self._death = None
        number = sum(self.figures.kills.values())
        self.figures.kills[way] = self.figures.kills.get(way, 0) + 1
        if len(self.bots) < self._wanted:
            back = self.clock.now() + self._absence(number)
            self._at(min(back, self.plan.end - _LAST_AT_WORK), self._start_again)

    async def _start_again(self) -> None:
        if len(self.bots) < self._wanted:
            await self._start()

    def _absence(self, number: int) -> timedelta:
        if number in self._absences:
            return timedelta(hours=self.dice.choice((25, 30, 47, 49, 60, 80, 240)))
        return timedelta(seconds=self.dice.choice((1, 20, 90, 130, 600, 3600, 5 * 3600)))

    def _bury(self) -> None:
        for bot in self.bots:
            if bot.gone.is_set() and not bot.killed:
                raise AssertionError(f"bot {bot.number} ended by itself:\n{self.nursery.log.read_text()[-8000:]}")
        self.bots = [bot for bot in self.bots if not bot.gone.is_set()]
        if not self.bots and self._began is not None:
            self.figures.up.append((self._began, self.clock.now()))
            self._began = None

    # --- what is seen

    def _see(self, happening: Happening) -> None:
        if happening.event.name != "MESSAGE_CREATE" or happening.channel is None:
            return
        message = happening.channel.messages[-1]
        if message.poll is not None:
            self._polls.append(message)

    def _count(self, _: Request) -> None:
        self.figures.requests += 1

    @property
    def _url(self) -> str:
        return f"sqlite+aiosqlite:///{self.database_file}"
