"""The engine of all weekly work: what comes due, that it is carried out once, and what comes after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import Clock, sleep_unless
from bot.domain.occurrences import Kind, Occurrence, Schedule, ScheduleKind, too_late
from bot.domain.schedule import next_occurrence
from bot.storage import occurrences, schedules, servers
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""What another process added is seen this soon; also how soon a machine that slept notices the time."""

BETWEEN = timedelta(days=5)
"""A change of the zone must not let a week have two of a kind."""

_ZONES_APART = timedelta(hours=26)
"""From UTC-12 to UTC+14."""

_KINDS: dict[ScheduleKind, Kind] = {"poll": "poll", "digest": "digest"}
"""What makes something due. A meeting does not: it belongs to a winner."""


TOO_LATE = "skipped: too late"


class Plan(NamedTuple):
    """A schedule, and when it is due next."""

    schedule: Schedule
    due_at: datetime


class Occurrences:
    """Rows decide: each is claimed by one process at a time, and finished once."""

    def __init__(self, db: Database, clock: Clock, *, shards: Shards | None = None) -> None:
        self._db = db
        self._clock = clock
        self._shards = shards
        self._change = asyncio.Event()
        self._next: datetime | None = None
        self._waiting = False

    # --- schedules

    async def set_schedule(
        self,
        server_id: int,
        kind: ScheduleKind,
        *,
        weekday: int,
        minute: int,
        channel_id: int | None = None,
        hours: int | None = None,
        candidates: int | None = None,
    ) -> datetime:
        """Every week from now on, in the server's zone; gives the first time. An earlier schedule of the kind ends,
        but what is due already stays due."""
        plan = Schedule(
            server_id=server_id,
            kind=kind,
            weekday=weekday,
            minute=minute,
            channel_id=channel_id,
            hours=hours,
            candidates=candidates,
        )
        now = self._clock.now()
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, now)
            await schedules.put(conn, plan)
            due_at = await self._replan(conn, plan, after=now)
        self.changed()
        return due_at

    async def unschedule(self, server_id: int, kind: ScheduleKind) -> bool:
        """No more from now on; whether there was a schedule."""
        async with self._db.write() as conn:
            if kind in _KINDS:
                await occurrences.call_off(conn, server_id, _KINDS[kind], self._clock.now())
            return await schedules.remove(conn, server_id, kind)

    async def schedules(self, server_id: int) -> list[Plan]:
        """What the server does every week."""
        now = self._clock.now()
        async with self._db.read() as conn:
            settings = await servers.get(conn, server_id)
            plans = []
            for plan in await schedules.of_server(conn, server_id):
                kind = _KINDS.get(plan.kind)
                due_at = await occurrences.next_due(conn, server_id, kind) if kind is not None else None
                plans.append(Plan(plan, due_at or next_occurrence(plan.weekly(settings.timezone), now)))
            return plans

    async def set_timezone(self, server_id: int, zone: str) -> None:
        """Schedules are wall-clock times, so what is to come moves with the zone."""
        now = self._clock.now()
        async with self._db.write() as conn:
            await servers.ensure(conn, server_id, now)
            await servers.set_timezone(conn, server_id, zone)
            for plan in await schedules.of_server(conn, server_id):
                if plan.kind in _KINDS:
                    await self._replan(conn, plan, after=await self._not_before(conn, server_id, _KINDS[plan.kind]))
        self.changed()

    async def _not_before(self, conn: Connection, server_id: int, kind: Kind) -> datetime:
        """The next after a change of the zone is later than this. One that was planned sooner after the last, by a
        new schedule or after one by hand, only moves as far as the zones are apart."""
        now = self._clock.now()
        last = await occurrences.last_begun(conn, server_id, kind, now)
        planned = await occurrences.next_due(conn, server_id, kind)
        if last is None:
            return now
        apart = last + BETWEEN
        if planned is not None and planned > now:
            apart = min(apart, planned - _ZONES_APART - timedelta(minutes=1))
        return max(now, apart)

    async def _replan(self, conn: Connection, plan: Schedule, *, after: datetime) -> datetime:
        settings = await servers.get(conn, plan.server_id)
        due_at = next_occurrence(plan.weekly(settings.timezone), after)
        kind = _KINDS.get(plan.kind)
        if kind is not None:
            await occurrences.call_off(conn, plan.server_id, kind, self._clock.now())
            await occurrences.add(conn, plan.server_id, kind, due_at)
        return due_at

    # --- what is due

    async def claim_due(self, kinds: Collection[Kind], limit: int) -> list[Occurrence]:
        """What this process is to carry out now: one of each server at a time. What is too late is skipped, with a
        line in the log; of everything scheduled the next is entered, so that every week has its own row."""
        claimed: dict[int, Occurrence] = {}
        now = self._clock.now()
        async with self._db.read() as conn:  # most of the time there is nothing, and a read disturbs nobody
            next_wake = await occurrences.next_wake(conn, now, kinds=kinds, shards=self._shards)
        if next_wake is None or next_wake > now:
            return []
        async with self._db.write() as conn:
            while not claimed:
                due = await occurrences.claim_due(conn, now, kinds=kinds, shards=self._shards, limit=limit)
                if not due:
                    break
                waiting = []
                for each in due:
                    if each.server_id in claimed:
                        waiting.append(each.id)
                        continue
                    await self._enter_next(conn, each)
                    if too_late(each, now) and not each.begun:
                        await occurrences.finish(conn, each.id, TOO_LATE, now)
                        log.warning(
                            "The %s of server %d, due at %s: %s", each.kind, each.server_id, each.due_at, TOO_LATE
                        )
                    else:
                        claimed[each.server_id] = each
                if waiting:
                    await occurrences.put_back(conn, waiting, now)
        return list(claimed.values())

    async def _enter_next(self, conn: Connection, due: Occurrence) -> None:
        if due.kind not in ("poll", "digest") or due.begun:
            return
        plan = await schedules.get(conn, due.server_id, due.kind)
        if plan is None or await occurrences.has_later(conn, due.server_id, due.kind, due.due_at):
            return
        settings = await servers.get(conn, due.server_id)
        await occurrences.add(
            conn, due.server_id, due.kind, next_occurrence(plan.weekly(settings.timezone), due.due_at)
        )

    async def finish(self, due: Occurrence, outcome: str) -> None:
        """It is dealt with."""
        async with self._db.write() as conn:
            await occurrences.finish(conn, due.id, outcome, self._clock.now())
        if outcome.startswith("skipped"):
            log.info("The %s of server %d, due at %s: %s", due.kind, due.server_id, due.due_at, outcome)

    async def again(self, due: Occurrence, at: datetime) -> None:
        """It is to be looked at again then."""
        async with self._db.write() as conn:
            await occurrences.again(conn, due, at)
        self.changed()

    def changed(self) -> None:
        """Something may be due sooner than was thought."""
        self._change.set()

    @property
    def quiet(self) -> bool:
        """Whether nothing is due, as far as this process knows."""
        return self._waiting and not self._change.is_set() and (self._next is None or self._next > self._clock.now())

    async def wait_for_work(self, kinds: Collection[Kind]) -> None:
        """Returns when something may be due."""
        self._change.clear()
        async with self._db.read() as conn:
            self._next = await occurrences.next_wake(conn, self._clock.now(), kinds=kinds, shards=self._shards)
        seconds = LOOK_SECONDS
        if self._next is not None:
            seconds = min(seconds, (self._next - self._clock.now()).total_seconds())
        self._waiting = True
        try:
            await sleep_unless(self._change, self._clock, max(0.0, seconds))
        finally:
            self._waiting = False
