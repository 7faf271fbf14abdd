"""Which lists of resources in papers' threads are out of date, and who brings them up to date."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import Clock, sleep_unless
from bot.domain.resources import ListClaim, Resource
from bot.storage import resource_lists, resources
from bot.storage.database import Database
from bot.storage.shards import Shards

_LOOK_SECONDS = 60.0
"""How soon a change is seen that another process made, or one that died."""


class ResourceLists:
    """Claims lists for one caller at a time, over all processes."""

    def __init__(self, db: Database, clock: Clock, *, shards: Shards | None = None) -> None:
        self._db = db
        self._clock = clock
        self._shards = shards
        self._wake = asyncio.Event()

    @property
    def woken(self) -> bool:
        """Whether something is to be looked at."""
        return self._wake.is_set()

    def wake(self) -> None:
        """Something changed just now."""
        self._wake.set()

    async def wait_for_work(self) -> None:
        """Returns when there may be something to do."""
        await sleep_unless(self._wake, self._clock, _LOOK_SECONDS)

    async def claim(self) -> ListClaim | None:
        """A list that is to be posted or edited, if there is any."""
        self._wake.clear()
        async with self._db.read() as conn:
            if not await resource_lists.next_due(conn, self._shards):
                return None
        async with self._db.write() as conn:
            return await resource_lists.claim(conn, self._clock.now(), self._shards)

    async def resources(self, claimed: ListClaim) -> list[Resource]:
        """What the list should show."""
        async with self._db.read() as conn:
            return await resources.of_paper(conn, claimed.server_id, claimed.paper_number)

    async def shown(self, claimed: ListClaim, message_id: int | None) -> None:
        """This message shows it; None where there is nothing to show, or nowhere to show it."""
        async with self._db.write() as conn:
            await resource_lists.record(conn, claimed, message_id)

    async def message_gone(self, claimed: ListClaim) -> ListClaim:
        """Somebody deleted the message: a new one takes its place."""
        async with self._db.write() as conn:
            return await resource_lists.message_gone(conn, claimed, self._clock.now())

    async def wait(self, claimed: ListClaim, seconds: float) -> None:
        """Discord is away."""
        async with self._db.write() as conn:
            await resource_lists.wait(conn, claimed, self._clock.now() + timedelta(seconds=seconds))
