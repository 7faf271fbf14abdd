"""Many servers and the processes that share them: one Discord, one arXiv, one PostgreSQL, and a clock that stands still
but for jumps to what is due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.services.occurrences import Occurrences
from bot.storage.database import Database
from sandbox.arxiv import LocalArxiv
from sandbox.catalogue.catalogue import Catalogue
from sandbox.clock import VirtualClock
from sandbox.people import Person
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import BOT_PERMISSIONS, Guild
from sandbox.state.message import Message
from tests.soak.nursery import Order
from tests.soak.processes import Bot, Nursery

SHARDS = 4

_STEP_SECONDS = 60
"""Far more than the bots take for what is due at one time, on a slow machine too."""
_STEPS = 400
"""More than anything here takes; what never comes to rest fails."""
_TICK = timedelta(seconds=1)
_QUIET_ROUNDS = 2

_DUE = text(f"""
    SELECT min(at) FROM (
        SELECT due_at AS at, (server_id >> 22) % {SHARDS} AS shard FROM reply
        UNION ALL SELECT wake_at, (server_id >> 22) % {SHARDS} FROM occurrence
        UNION ALL SELECT due_at, NULL FROM lookup WHERE state = 'waiting'
    ) AS everything WHERE at < :before AND (shard IS NULL OR shard = ANY(:alive))
""")  # noqa: S608 - a number of our own
"""What waits for a process that is dead waits for the next in its place."""


@dataclass(frozen=True)
class Club:
    """A server, its channel and somebody in it."""

    guild: Guild
    papers: Channel
    ada: Person

    @property
    def shard(self) -> int:
        return (self.guild.id >> 22) % SHARDS


def make_clubs(sandbox: Sandbox, count: int) -> list[Club]:
    """The shards get the same number of servers each: that goes by the millisecond in which one was made. Files cannot
    be attached, so that no digest has a picture: drawing is slow."""
    clubs = []
    for number in range(count):
        guild = sandbox.add_guild(f"Club {number}", bot_permissions=BOT_PERMISSIONS & ~Permission.ATTACH_FILES)
        guild.everyone.permissions &= ~Permission.ATTACH_FILES
        clubs.append(Club(guild, guild.add_channel("papers"), guild.add_member("Ada")))
        sandbox.clock.advance(0.001)
    return clubs


def add_papers(catalogue: Catalogue, count: int) -> list[str]:
    """New papers on arXiv; gives their ids."""
    ids = [f"2602.{number:05}" for number in range(1, count + 1)]
    for number, paper in enumerate(ids):
        record = {
            "id": paper,
            "title": f"Paper {number}",
            "authors": ["Ada Lovelace"],
            "abstract": "We count.",
            "categories": ["cs.CL"],
            "published": "2026-02-02T10:00:00Z",
        }
        catalogue.add(record)
    return ids


class ShardTown:
    """Open it with `ShardTown.open`. `bots` are by their shard."""

    def __init__(self, nursery: Nursery, database_url: str, database: Database) -> None:
        self.clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.sandbox = Sandbox(clock=self.clock, rate_limits=False)
        self.sandbox.gateway.shard_count = SHARDS
        self.sandbox.gateway.starts.kept = True
        self.arxiv = LocalArxiv(clock=self.clock)
        self.occurrences = Occurrences(database, self.clock)
        self.bots: dict[int, Bot] = {}
        self._nursery = nursery
        self._database_url, self._database = database_url, database
        self._requests = 0
        self.sandbox.rest.watchers.append(self._count)

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, database_url: str) -> AsyncIterator[ShardTown]:
        """Nobody is at work yet."""
        database = await Database.open(database_url)
        try:
            async with Nursery.open(folder, "tests.process.shard_nursery") as nursery:
                town = cls(nursery, database_url, database)
                async with town.sandbox, town.arxiv:
                    yield town
        finally:
            await database.close()

    @property
    def log(self) -> str:
        """What the bots wrote."""
        return self._nursery.log.read_text()

    async def start(self, *shards: int) -> None:
        """A process for each, all at once; returns when they are connected."""
        for shard in shards:
            self.bots[shard] = await self._nursery.start(
                Order(
                    socket=self._nursery.socket,
                    now=self.clock.now(),
                    token=self.sandbox.token,
                    api_url=self.sandbox.api_url,
                    arxiv_api_url=self.arxiv.url,
                    database_url=self._database_url,
                    shard_count=SHARDS,
                    shard_ids=(shard,),
                )
            )
        for _ in range(_STEPS):
            await self.settled()
            if {session.shard for session in self.sandbox.gateway.connected} >= set(shards):
                return
            self.clock.jump_to(self.clock.now() + _TICK)
        raise AssertionError(f"not connected\n{self.log[-4000:]}")

    async def kill(self, shard: int) -> None:
        """As when the power fails."""
        bot = self.bots.pop(shard)
        bot.kill()
        await bot.end()
        await self.sandbox.until(
            lambda: all(session.shard != shard for session in self.sandbox.gateway.connected), what="the end of it"
        )

    async def rest(self, within: timedelta = timedelta(hours=1)) -> None:
        """Until nothing is due that was to come within this time."""
        before = self.clock.now() + within
        for _ in range(_STEPS):
            await self.settled()
            due = await self._next_due(before)
            if due is None:
                return
            self.clock.jump_to(max(due, self.clock.now() + _TICK))
        raise AssertionError(f"never at rest; due at {due}\n{self.log[-4000:]}")

    def tell(self, moment: datetime) -> asyncio.Future[list[None]]:
        """The time comes. Done when everybody is done with what is due then, or dead."""
        self.clock.jump_to(moment)
        return asyncio.gather(*(bot.catch_up(moment) for bot in self.bots.values()))

    async def until_asked(self) -> None:
        """Seconds pass until somebody asks arXiv, who is not waited for."""
        before = len(self.arxiv.requests)
        asked = asyncio.ensure_future(self.arxiv.until(lambda: len(self.arxiv.requests) > before))
        async with asyncio.timeout(_STEP_SECONDS):
            while not asked.done():
                told = self.tell(self.clock.now() + _TICK)
                either: list[asyncio.Future[Any]] = [asked, told]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)

    async def settled(self) -> None:
        """All who are alive have heard everything and have nothing left to do now."""
        try:
            async with asyncio.timeout(_STEP_SECONDS):
                quiet, before = 0, self._marks()
                while quiet < _QUIET_ROUNDS:
                    now = self.clock.now()
                    await asyncio.gather(*(bot.catch_up(now) for bot in self.bots.values()))
                    await asyncio.sleep(0)
                    after = self._marks()
                    quiet = quiet + 1 if after == before and self._heard() else 0
                    before = after
        except TimeoutError:
            raise AssertionError(f"still busy: {await self._nursery.what_they_do()}\n{self.log[-4000:]}") from None

    def gone(self) -> Sequence[int]:
        """Whose process ended by itself."""
        return [shard for shard, bot in self.bots.items() if bot.gone.is_set()]

    def _marks(self) -> tuple[int, int]:
        return self._requests, sum(session.sequence for session in self.sandbox.gateway.connected)

    def _heard(self) -> bool:
        sent = {session.id: session.sequence for session in self.sandbox.gateway.connected}
        heard = dict(bot.heard for bot in self.bots.values())
        return self.sandbox.rest.in_progress == 0 and all(heard.get(each) == number for each, number in sent.items())

    async def _next_due(self, before: datetime) -> datetime | None:
        async with self._database.read() as conn:
            at: datetime | None = await conn.scalar(_DUE, {"before": before, "alive": list(self.bots)})
        return at

    def _count(self, _: object) -> None:
        self._requests += 1


def replies_to(message: Message) -> list[Message]:
    """The bot's replies to a message that stand now."""
    return [
        reply
        for reply in message.channel.by_bot()
        if reply.reference is not None and reply.reference.message_id == message.id
    ]


def digests(club: Club) -> list[Message]:
    """Those that stand in its channel."""
    messages = club.papers.by_bot()
    return [message for message in messages if any(button.label == "How this is chosen" for button in message.buttons)]
