"""Carries out what is due: the one loop behind all weekly work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import discord

from bot.clock import Clock
from bot.domain.occurrences import Kind, Occurrence
from bot.errors import UserError
from bot.posting.replies import PASSING, is_passing
from bot.services.occurrences import Occurrences
from bot.tree import report

log = logging.getLogger(__name__)

Handler = Callable[[Occurrence], Awaitable[str | datetime]]
"""Carries one out. A text is how it ended; a time is when to look at it again. It may be called again for the same
occurrence after a crash, and must then go on where it was."""

_AT_ONCE = 10
_SECONDS = 90.0
"""Well inside the lease: nobody else may be at work on the same one."""
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 5.0, 600.0
_DOUBLINGS = 7
"""More would only make large numbers."""
_PAUSE_AFTER_FAILURE_SECONDS = 5.0


class OccurrenceRunner:
    """Cogs say what is done for each kind; kinds that nobody has named are left alone."""

    def __init__(self, occurrences: Occurrences, clock: Clock) -> None:
        self._occurrences = occurrences
        self._clock = clock
        self._handlers: dict[Kind, Handler] = {}
        self._under_way: dict[asyncio.Task[None], int] = {}
        self._finishing = False

    def add(self, kind: Kind, handler: Handler) -> None:
        """What is done for this kind."""
        self._handlers[kind] = handler

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do now, as far as this process knows."""
        return not self._under_way and (not self._handlers or self._occurrences.quiet)

    async def run(self) -> None:
        """Works off what is due, for ever. Cancelling is safe at any point."""
        while not self._finishing:
            try:
                await self._turn()
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens in one turn
                await report(error, during="looking for what is due")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)

    async def finish(self, seconds: float) -> None:
        """Before the connection closes: lets what is under way come to its end. Begins nothing more."""
        self._finishing = True
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=seconds)

    async def _turn(self) -> None:
        if len(self._under_way) >= _AT_ONCE:
            await asyncio.wait(tuple(self._under_way), return_when=asyncio.FIRST_COMPLETED)
            return
        kinds = tuple(self._handlers)
        due = await self._occurrences.claim_due(kinds, _AT_ONCE - len(self._under_way))
        if not due:
            await self._occurrences.wait_for_work(kinds)
        for each in due:
            if each.server_id in self._under_way.values():
                continue  # the clock jumped past its lease while it was carried out: it is found again if need be
            task = asyncio.create_task(self._carry_out(each), name="occurrence")
            self._under_way[task] = each.server_id
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._occurrences.changed()  # the same server may have more

    async def _carry_out(self, due: Occurrence) -> None:
        try:
            if self._finishing:
                await self._occurrences.again(due, self._clock.now())  # whoever comes next need not wait for the lease
                return
            ended = await self._try(due)
            if isinstance(ended, str):
                await self._occurrences.finish(due, ended)
            else:
                await self._occurrences.again(due, ended)
        except Exception as error:  # noqa: BLE001 - the lease ends, and it is found again
            await report(error, during=f"recording the {due.kind} of server {due.server_id}")

    async def _try(self, due: Occurrence) -> str | datetime:
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._handlers[due.kind](due)
        except discord.HTTPException as error:
            if not is_passing(error):
                await report(error, during=f"the {due.kind} of server {due.server_id}")
            else:
                log.info("Discord is away, the %s of server %d waits: %s", due.kind, due.server_id, error)
        except PASSING as error:
            log.info("Discord is away, the %s of server %d waits: %s", due.kind, due.server_id, error)
        except UserError as refused:  # of which `report` thinks that somebody reads it
            log.warning("The %s of server %d waits: %s", due.kind, due.server_id, refused.sentence)
        except Exception as error:  # noqa: BLE001 - one occurrence must not hold up the others
            await report(error, during=f"the {due.kind} of server {due.server_id}")
        wait = min(_FIRST_WAIT_SECONDS * 2 ** min(due.attempts - 1, _DOUBLINGS), _LONGEST_WAIT_SECONDS)
        return self._clock.now() + timedelta(seconds=wait)
