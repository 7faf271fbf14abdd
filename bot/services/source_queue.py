"""The line of ids waiting for one outside service, and who asks it.

Several processes may serve one line. The service's gate in the database lets one of them ask at a time, and stays
shut until its answer is recorded or it must be dead; so nobody asks twice for the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import NamedTuple

from bot.clock import Clock, sleep_unless
from bot.domain.latex import readable
from bot.domain.lookups import Lookup, company
from bot.domain.papers import Paper, PaperId
from bot.domain.source_gates import opens_after_failure, rests
from bot.errors import Unavailable
from bot.services.back_in_line import after_failure, after_fault_of_its_own, mark_missing, put_back
from bot.sources.ports import Answer, PaperSource, SourceFailed
from bot.storage import lookups, papers, source_gates
from bot.storage.database import Connection, Database
from bot.storage.source_gates import Gate

GATHER_SECONDS = 0.1
"""Ids posted together travel together."""

_HOLD_MARGIN_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 60.0
"""Rows that another process wrote, and died, are found after this long."""
_AFTER_SURPRISE_SECONDS = 5.0
_MOST_REFRESHED = 1_000

log = logging.getLogger(__name__)


class _Batch(NamedTuple):
    """What one request asks for, with the gate held; nothing when it is not."""

    wanted: Sequence[Lookup] = ()
    refreshed: Sequence[PaperId] = ()
    sure: Sequence[PaperId] = ()
    """A paper that surely exists, when it is in doubt whether the service works: beside the others when its last
    answer was empty, alone when it failed and ids that may be the cause are next."""

    @property
    def ids(self) -> list[PaperId]:
        wanted = (lookup.id for lookup in self.wanted)
        return list(dict.fromkeys((*wanted, *self.refreshed, *self.sure)))


class SourceQueue:
    """Asks one source for what is in line: one request at a time, as full as may be, no faster than its terms."""

    def __init__(
        self,
        db: Database,
        source: PaperSource,
        clock: Clock,
        settled: Callable[[Collection[PaperId]], Awaitable[None]],
    ) -> None:
        self._db = db
        self._source = source
        self._clock = clock
        self._settled = settled
        self._random = Random()  # noqa: S311 - spreads retries, guards nothing
        self._wake = asyncio.Event()
        self._to_refresh: dict[PaperId, None] = {}
        self._in_doubt = False
        self._surely_exists = source.surely_exists
        self.failures = 0
        """In a row, over all processes, as seen at most a minute ago."""

    @property
    def source_name(self) -> str:
        return self._source.name

    @property
    def schemes(self) -> frozenset[str]:
        return self._source.schemes

    @property
    def hold_seconds(self) -> float:
        """How long a request shuts the gate at most."""
        return self._source.timeout_seconds + _HOLD_MARGIN_SECONDS

    def wake(self) -> None:
        """Something was put in line."""
        self._wake.set()

    def refresh(self, ids: Iterable[PaperId]) -> None:
        """Asks for known papers again, in places that no unknown one needs. Forgotten in a restart."""
        new = dict.fromkeys(islice(ids, _MOST_REFRESHED - len(self._to_refresh)))
        if new:
            self._to_refresh.update(new)
            self._wake.set()

    async def run(self) -> None:
        """Serves the line until cancelled."""
        while True:
            try:
                await self._until_due()
                await self._turn()
            except Unavailable as away:  # the database has said so to the log
                log.info("Asking %s waits: %s", self.source_name, away)
                await self._clock.sleep(_AFTER_SURPRISE_SECONDS)
            except Exception:
                log.exception("Asking %s went wrong; going on in %g s", self.source_name, _AFTER_SURPRISE_SECONDS)
                await self._clock.sleep(_AFTER_SURPRISE_SECONDS)

    async def _until_due(self) -> None:
        while True:
            self._wake.clear()
            async with self._db.read() as conn:
                due_at = await lookups.next_due(conn)
                gate = await source_gates.state(conn, self.source_name)
            self.failures = gate.failures
            now = self._clock.now()
            seconds = _LOOK_AGAIN_SECONDS
            if self._to_refresh:
                due_at = now
            if due_at is not None:
                starts_at = max(due_at, gate.next_at)
                if starts_at <= now:
                    await self._clock.sleep(GATHER_SECONDS)
                    return
                seconds = min(seconds, (starts_at - now).total_seconds())
                if due_at <= now and not gate.failures:
                    # another process asks; its hold ends with its answer, long before the time it is set for
                    seconds = min(seconds, self._source.pause_seconds)
            await sleep_unless(self._wake, self._clock, seconds)

    async def _turn(self) -> None:
        batch = await self._take()
        if not batch.ids:
            return
        try:
            answer = await self._source.fetch(batch.ids)
            if answer.doubtful and batch.sure:
                raise SourceFailed("does not even know a paper that surely exists")  # noqa: TRY301 - one handler
        except SourceFailed as failure:
            await self._record_failure(batch, failure)
            await self._settled([])  # whoever waits looks how long it will take now
        except BaseException:
            # cancelled, or a mistake of ours: others need not wait until the hold ends by itself
            async with self._db.write() as conn:
                await self._open_gate(conn, self._clock.now())
            raise
        else:
            await self._record(batch, answer)

    async def _take(self) -> _Batch:
        """Shuts the gate and takes what is due, if the gate is open. Rows of papers that are known by now (a crash
        came between storing and settling, or another link led there) are settled first, without asking."""
        sure = (self._surely_exists,) if self._in_doubt else ()
        places = self._source.batch - len(sure)
        async with self._db.write() as conn:
            now = self._clock.now()
            due = await lookups.due(conn, now, places)
            known = await papers.by_ids(conn, [lookup.id for lookup in due])
            wanted = company([lookup for lookup in due if lookup.id not in known])
            apart = bool(wanted) and wanted[0].apart
            refreshed = [] if apart else list(islice(self._to_refresh, places - len(wanted)))
            nothing = known or not (wanted or refreshed)
            if apart and _needs_proof(await source_gates.state(conn, self.source_name), wanted):
                wanted, sure = [], (self._surely_exists,)
            if nothing or await source_gates.reserve(conn, self.source_name, now, self.hold_seconds) is not None:
                wanted, refreshed, sure = [], [], ()
        await self._settle(list(known), [])
        for paper in refreshed:
            del self._to_refresh[paper]
        return _Batch(wanted, refreshed, sure)

    async def _record(self, batch: _Batch, answer: Answer) -> None:
        answered_at = self._clock.now()
        if answer.doubtful:
            log.info("%s had nothing at all for %d ids; asking again", self.source_name, len(batch.ids))
            self._in_doubt = True
            async with self._db.write() as conn:
                await self._open_gate(conn, answered_at)
            return
        self._in_doubt = False
        asked = {lookup.id: lookup for lookup in batch.wanted}
        found = {paper: answer.papers[paper] for paper in (*asked, *batch.refreshed) if paper in answer.papers}
        missing = [lookup for paper, lookup in asked.items() if paper in answer.missing]
        left_out = [
            lookup
            for paper, lookup in asked.items()
            if paper not in found and paper not in answer.missing and paper not in answer.unasked
        ]
        texts = await asyncio.to_thread(_readable, found.values())
        async with self._db.write() as conn:
            for paper, (title, abstract) in zip(found.values(), texts, strict=True):
                await papers.upsert(conn, paper, title_text=title, abstract_text=abstract, now=answered_at)
            await mark_missing(conn, missing, answered_at)
            await put_back(conn, left_out, answered_at, "left it out of a cut answer", self._random)
            await source_gates.release(
                conn, self.source_name, answered_at + timedelta(seconds=self._source.pause_seconds), 0
            )
        self._surely_exists = next(iter(found), self._surely_exists)
        await self._settle([paper for paper in found if paper in asked], [lookup.id for lookup in missing])

    async def _record_failure(self, batch: _Batch, failure: SourceFailed) -> None:
        now = self._clock.now()
        async with self._db.write() as conn:
            gate = await source_gates.state(conn, self.source_name)
            if failure.may_be_one_id and _is_proven(gate, batch):
                missing = await after_fault_of_its_own(conn, batch.wanted, now, failure, self._random)
                failures, opens_at = 0, now + timedelta(seconds=self._source.pause_seconds)
            else:
                missing, failures = [], gate.failures + 1
                opens_at = self._opens_after(failure, failures, now)
                await after_failure(conn, batch.wanted, now, failure, self._random)
            since = (gate.failing_since or now) if failures else None
            await source_gates.release(conn, self.source_name, opens_at, failures, since)
        log.warning(
            "%s %s (%d in a row); %d papers wait, next request not before %s",
            self.source_name,
            failure.reason,
            failures,
            len(batch.wanted),
            opens_at.isoformat(timespec="seconds"),
        )
        await self._settle([], missing)

    def _opens_after(self, failure: SourceFailed, failures: int, now: datetime) -> datetime:
        return opens_after_failure(
            now,
            failures=failures,
            pause_seconds=self._source.pause_seconds,
            throttled=failure.throttled,
            retry_after=failure.retry_after,
            random=self._random,
        )

    async def _settle(self, known: Sequence[PaperId], missing: Sequence[PaperId]) -> None:
        """Tells who waits, and only then takes the known ones out of line."""
        if known or missing:
            await self._settled([*known, *missing])
        if known:
            async with self._db.write() as conn:
                await lookups.done(conn, known)

    async def _open_gate(self, conn: Connection, now: datetime) -> None:
        gate = await source_gates.state(conn, self.source_name)
        opens_at = now + timedelta(seconds=self._source.pause_seconds)
        await source_gates.release(conn, self.source_name, opens_at, gate.failures, gate.failing_since)


def _needs_proof(gate: Gate, apart: Sequence[Lookup]) -> bool:
    """Whether a paper that surely exists is asked for first: what fails next would otherwise say nothing of the ids,
    or nothing of the service."""
    return rests(gate.failures) or (gate.failures > 0 and len(apart) == 1)


def _is_proven(gate: Gate, batch: _Batch) -> bool:
    """Whether the one id that was asked for is what failed: it was put apart, and the request before was answered."""
    return gate.failures == 0 and len(batch.ids) == 1 and bool(batch.wanted) and batch.wanted[0].apart


def _readable(found: Iterable[Paper]) -> list[tuple[str, str]]:
    """Takes up to 50 ms for one abstract full of TeX, so not for the event loop."""
    return [(readable(paper.title), readable(paper.abstract)) for paper in found]
