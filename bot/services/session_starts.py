"""Whose turn it is to begin a session with Discord's gateway, where several processes share a bot.

Discord counts the IDENTIFYs of all connections together: one in five seconds for each remainder of the shard's number
divided by `max_concurrency`, and op 9 for one that comes sooner (developers/events/gateway#identifying and
#sharding-max-concurrency). The library only spaces those of its own process.

A process holds its bucket from before the IDENTIFY until READY; the five seconds begin with READY, which no IDENTIFY
comes after. So a process that is slow between its turn and its IDENTIFY cannot make the next one come too soon. Who
dies meanwhile holds up the others for ten seconds.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Unavailable
from bot.storage import source_gates
from bot.storage.database import Database

SECONDS_APART = 5.25
"""Discord's five, and what the clocks of two machines may differ by."""

HOLD_SECONDS = 10.0

log = logging.getLogger(__name__)


class SessionStarts:
    """One row of the gates that arXiv's pace is kept with, for each bucket."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._held: dict[str, datetime] = {}

    async def turn(self, application_id: int, bucket: int) -> None:
        """Returns when this process may IDENTIFY a shard of the bucket. Without the database it keeps Discord's pace
        for itself alone: two that meet by bad luck are told so by Discord and try again."""
        gate = _gate(application_id, bucket)
        while True:
            now = self._clock.now()
            until = now + timedelta(seconds=HOLD_SECONDS)
            try:
                async with self._db.write() as conn:
                    taken_until = await source_gates.reserve(conn, gate, now, HOLD_SECONDS)
            except Unavailable as away:
                log.info("Connecting without a turn among the processes: %s", away)
                await self._clock.sleep(SECONDS_APART)
                return
            if taken_until is None:
                self._held[gate] = until
                return
            await self._clock.sleep((taken_until - now).total_seconds())

    async def began(self, application_id: int, bucket: int) -> None:
        """Discord has answered with READY: the next may come five seconds from now. Nothing changes when the hold is
        over, since somebody else may have the turn."""
        gate = _gate(application_id, bucket)
        until, now = self._held.pop(gate, None), self._clock.now()
        if until is not None and now < until:
            async with self._db.write() as conn:
                await source_gates.release(conn, gate, now + timedelta(seconds=SECONDS_APART), 0)


def _gate(application_id: int, bucket: int) -> str:
    return f"discord {application_id} {bucket}"
