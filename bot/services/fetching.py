"""Papers by id: from the database at once, from their sources as soon as these can be asked.

The rows of ids still wanted are the queue. They survive a restart, and any process may serve them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import Clock
from bot.domain.papers import PaperId
from bot.domain.source_gates import rests
from bot.domain.stored_paper import StoredPaper
from bot.services.source_queue import SourceQueue
from bot.sources.ports import PaperSource
from bot.storage import lookups, papers, source_gates
from bot.storage.database import Database
from bot.storage.source_gates import Gate

STALE_AFTER = timedelta(days=30)
"""A known paper is asked for again only when somebody wants one this old: it may have a new version, or be
withdrawn."""

_LOOK_AGAIN_SECONDS = 1.0
"""Another process may bring what this one waits for, and can only say so through the database."""

Settled = Callable[[Collection[PaperId]], Awaitable[None]]


class Resolved(NamedTuple):
    """What is known of the ids that were asked for. An id whose scheme no source reads stands in none of these,
    unless it is known."""

    papers: dict[PaperId, StoredPaper]
    missing: frozenset[PaperId]
    waiting: frozenset[PaperId]


class _Look(NamedTuple):
    """What is known at one moment, and of what waits: when it is due, and how its source is."""

    resolved: Resolved
    due: dict[PaperId, datetime]
    gates: dict[PaperId, Gate]


class PaperFetcher:
    """Set `on_settled` before `start`: it hears of ids that became known, or known not to exist. It may hear of
    one twice (after a crash, say); known ids stay in line until it has returned."""

    def __init__(self, db: Database, sources: Sequence[PaperSource], clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._queues = [SourceQueue(db, source, clock, self._settled) for source in sources]
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self.schemes: frozenset[str] = frozenset().union(*(source.schemes for source in sources))
        self.on_settled: Settled | None = None

    def start(self) -> None:
        """Begins to ask, with what was left in line."""
        self._tasks = [asyncio.create_task(queue.run(), name=f"source-{queue.source_name}") for queue in self._queues]

    async def close(self) -> None:
        """Stops asking, and hangs up on a request under way. Whoever made the sources closes them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def failures(self) -> dict[str, int]:
        """By source, in a row, as seen at most a minute ago."""
        return {queue.source_name: queue.failures for queue in self._queues}

    async def resting(self) -> dict[str, datetime]:
        """The sources that have not answered, several times in a row, and since when. They are tried again by
        themselves; nobody waits for them meanwhile."""
        async with self._db.read() as conn:
            gates = {queue.source_name: await source_gates.state(conn, queue.source_name) for queue in self._queues}
        now = self._clock.now()
        return {name: gate.failing_since or now for name, gate in gates.items() if rests(gate.failures)}

    def wake(self) -> None:
        """Rows were added to the line by somebody else in this process."""
        for queue in self._queues:
            queue.wake()

    async def get(self, ids: Collection[PaperId]) -> dict[PaperId, StoredPaper]:
        """Those that are known, without asking anybody; old ones are put in line to be refreshed."""
        async with self._db.read() as conn:
            known = await papers.by_ids(conn, list(ids))
        self.refresh(known.values())
        return known

    def refresh(self, known: Iterable[StoredPaper]) -> None:
        """Puts those among them that are old in line, behind all that are unknown."""
        before = self._clock.now() - STALE_AFTER
        stale = [stored.paper.id for stored in known if stored.fetched_at < before]
        for queue in self._queues:
            queue.refresh(paper for paper in stale if paper.scheme in queue.schemes)

    async def request(self, ids: Collection[PaperId]) -> None:
        """Puts those that are unknown in line, also those that were given up."""
        known = await self.get(ids)
        unknown = [paper for paper in dict.fromkeys(ids) if paper not in known and paper.scheme in self.schemes]
        if not unknown:
            return
        async with self._db.write() as conn:
            await lookups.wait(conn, unknown, self._clock.now())
            await lookups.again(conn, unknown, self._clock.now())
        self.wake()

    async def resolve(self, ids: Collection[PaperId], wait_seconds: float) -> Resolved:
        """Asks for what is unknown and waits for it, at most `wait_seconds` of real time, since a member waits too;
        no longer than it can still come within that."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_seconds
        news = self._news
        await self.request(ids)
        first = look = await self._look(ids)
        while look.resolved.waiting:
            left = until - loop.time()
            if left <= 0 or not any(self._may_come(paper, look, first, left) for paper in look.resolved.waiting):
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_AGAIN_SECONDS)):
                    await news.wait()
            news = self._news
            look = await self._look(ids)
        return look.resolved

    def _may_come(self, paper: PaperId, look: _Look, first: _Look, seconds: float) -> bool:
        now, gate, before = self._clock.now(), look.gates[paper], first.gates.get(paper)
        until = now + timedelta(seconds=seconds)
        if paper in look.due and look.due[paper] > until:
            return False
        if rests(gate.failures) and (look is first or before is None or gate.failures > before.failures):
            # a rest that is over is a trial, which whoever is there first waits for
            return look is first and gate.next_at <= now
        # a gate is also shut by a request under way, but not for so long
        under_way = now + timedelta(seconds=max(queue.hold_seconds for queue in self._queues))
        return not gate.failures or gate.next_at <= max(until, under_way)

    async def _look(self, ids: Collection[PaperId]) -> _Look:
        async with self._db.read() as conn:
            known = await papers.by_ids(conn, list(ids))
            unknown = [paper for paper in ids if paper not in known and paper.scheme in self.schemes]
            states = await lookups.states(conn, unknown) if unknown else {}
            missing = frozenset(paper for paper, lookup in states.items() if lookup.state == "missing")
            waiting = frozenset(unknown) - missing
            gates: dict[PaperId, Gate] = {}
            for queue in self._queues:
                mine = [paper for paper in waiting if paper.scheme in queue.schemes]
                gates |= dict.fromkeys(mine, await source_gates.state(conn, queue.source_name))
        due = {paper: lookup.due_at for paper, lookup in states.items() if lookup.due_at is not None}
        return _Look(Resolved(known, missing, waiting), due, gates)

    async def _settled(self, ids: Collection[PaperId]) -> None:
        self._news.set()
        self._news = asyncio.Event()
        if ids and self.on_settled is not None:
            await self.on_settled(ids)
