"""One thread for each paper and server, opened when somebody wants to talk."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from bot.clock import Clock
from bot.storage import discussions, resource_lists, resources
from bot.storage.database import Database


class ThreadClaim(NamedTuple):
    """Either the thread there is, or whether the caller may open it now."""

    thread_id: int | None
    may_open: bool


class Discussions:
    """Finds a paper's thread, or gives one caller the right to open it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def claim(self, server_id: int, number: int, channel_id: int) -> ThreadClaim:
        """The thread, or the claim on opening it (which ends by itself when the caller dies)."""
        async with self._db.write() as conn:
            thread_id = await discussions.thread_of(conn, server_id, number)
            if thread_id is not None:
                return ThreadClaim(thread_id, may_open=False)
            won = await discussions.claim(conn, server_id, number, channel_id, self._clock.now())
        return ThreadClaim(None, may_open=won)

    async def opened(self, server_id: int, number: int, thread_id: int) -> None:
        """The claimed thread is there; what the server collected of the paper is due in it."""
        async with self._db.write() as conn:
            await discussions.record(conn, server_id, number, thread_id)
            if await resources.number_of(conn, server_id, number):
                await resource_lists.changed(conn, server_id, number)

    async def not_opened(self, server_id: int, number: int) -> None:
        """It could not be opened: the claim is given back."""
        async with self._db.write() as conn:
            await discussions.release(conn, server_id, number)

    async def without_paper(self, server_id: int, thread_ids: Collection[int]) -> list[int]:
        """Those of the threads that are no paper's discussion, so far as is recorded."""
        async with self._db.read() as conn:
            taken = await discussions.recorded(conn, server_id, thread_ids)
        return [thread_id for thread_id in thread_ids if thread_id not in taken]

    async def paper_of(self, server_id: int, thread_id: int) -> int | None:
        """The paper whose thread it is, if any."""
        async with self._db.read() as conn:
            return await discussions.paper_of(conn, server_id, thread_id)

    async def gone(self, server_id: int, thread_ids: Collection[int]) -> list[int]:
        """Threads were deleted. Returns the numbers of their papers, whose cards should say so."""
        async with self._db.write() as conn:
            return await discussions.thread_gone(conn, server_id, thread_ids)
