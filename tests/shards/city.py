"""A Discord with thousands of servers, and the processes that share them, in real time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from bot.services.occurrences import Occurrences
from bot.storage.database import Database
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from sandbox.rest.server import Request
from sandbox.server import Sandbox
from sandbox.state.message import Message
from tests.process.bot_process import BotProcess
from tests.process.shard_town import Club, add_papers, digests, make_clubs, replies_to

PAPERS = 150
_LONGEST_SECONDS = 900
_LOOK_SECONDS = 0.1
_TOO_MANY = 429
_AT_ONCE = 8


class City:
    """`processes` are by their shard. `looking` is a connection to their database."""

    def __init__(
        self, folder: Path, database_url: str, looking: asyncpg.Connection, *, servers: int, shards: int
    ) -> None:
        self.clock = VirtualClock(datetime.now(UTC), running=True)
        self.sandbox = Sandbox(clock=self.clock)
        self.sandbox.gateway.shard_count = shards
        self.sandbox.gateway.starts.kept = True
        self.arxiv = LocalArxiv(clock=self.clock)
        self.papers = add_papers(self.arxiv.catalogue, PAPERS)
        self.clubs = make_clubs(self.sandbox, servers)
        self.processes: dict[int, BotProcess] = {}
        self.ended: list[BotProcess] = []
        self.refused = 0
        """How often Discord said "too many requests"."""
        self._folder, self._database_url, self._looking, self._shards = folder, database_url, looking, shards
        self._one_at_a_time = asyncio.Lock()
        self.sandbox.rest.watchers.append(self._see)

    async def start(self, shard: int) -> float:
        """Seconds until a new process listens on this shard."""
        began = self.clock.now()
        self.processes[shard] = await BotProcess.start(
            "run",
            settings={
                "DISCORD_TOKEN": self.sandbox.token,
                "DISCORD_API_URL": self.sandbox.api_url,
                "ARXIV_API_URL": self.arxiv.url,
                "DATABASE_URL": self._database_url,
                "CONTACT_EMAIL": "papers@example.org",
                "SHARD_COUNT": str(self._shards),
                "SHARD_IDS": str(shard),
            },
            folder=self._folder,
        )
        await self.until("SELECT count(*) FROM alive WHERE shard_id = $1 AND alive_at >= $2", 1, shard, began)
        return (self.clock.now() - began).total_seconds()

    async def kill(self, shard: int) -> None:
        """As when the power fails."""
        process = self.processes.pop(shard)
        self.ended.append(process)
        await process.kill()

    async def end(self) -> None:
        """No process is left."""
        for shard in list(self.processes):
            await self.kill(shard)

    async def post(self, club: Club, words: str) -> Message:
        """What a member writes."""
        return await club.ada.post(club.papers, words)

    async def answered(self, messages: list[Message]) -> float:
        """Seconds until each of them has a reply."""
        began = self.clock.now()
        waiting = set(messages)

        def done() -> bool:
            waiting.difference_update([message for message in waiting if replies_to(message)])
            return not waiting

        await self.until_true(done)
        return (self.clock.now() - began).total_seconds()

    async def heard(self) -> float:
        """Seconds until the bots have read every event and have no request under way."""
        began = self.clock.now()
        await self.sandbox.settled(seconds=_LONGEST_SECONDS)
        return (self.clock.now() - began).total_seconds()

    async def plan_digests(self) -> datetime:
        """One in each server, all at the same minute, soon."""
        database = await Database.open(self._database_url)
        occurrences = Occurrences(database, self.clock)
        at = (self.clock.now() + timedelta(seconds=150 + len(self.clubs) / 40)).replace(second=0, microsecond=0)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def plan(club: Club) -> None:
            async with turns:
                minute = at.hour * 60 + at.minute
                await occurrences.set_schedule(
                    club.guild.id, "digest", weekday=at.weekday(), minute=minute, channel_id=club.papers.id
                )

        try:
            await asyncio.gather(*map(plan, self.clubs))
        finally:
            await database.close()
        return at

    def digests_posted(self) -> Counter[int]:
        """How many servers have no digest, one, more."""
        return Counter(len(digests(club)) for club in self.clubs)

    async def until(self, statement: str, wanted: int, *values: object) -> None:
        """Until this count is what is wanted."""
        async with self._patience():
            while True:
                async with self._one_at_a_time:
                    if await self._looking.fetchval(statement, *values) == wanted:
                        return
                await asyncio.sleep(_LOOK_SECONDS)

    async def until_true(self, condition: Callable[[], bool]) -> None:
        """Until something here is so."""
        async with self._patience():
            while True:
                if condition():
                    return
                await asyncio.sleep(_LOOK_SECONDS)

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                yield
        except TimeoutError:
            running = "\n--- another process ---\n".join(process.output[-2000:] for process in self.processes.values())
            raise AssertionError(f"nothing more comes; what the processes said last:\n{running}") from None

    def _see(self, request: Request) -> None:
        self.refused += request.status == _TOO_MANY
