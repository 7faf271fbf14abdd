"""From a member's file to papers on the list: an offer, the member's click, fetching, and one transaction at the end.

What died in between is found again by its row. Fetching writes nothing but papers, which are public; the list changes
in the last transaction alone, together with the row, so it changes once and wholly or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import Clock, sleep_unless
from bot.domain.import_entries import Item, ReadFile, Refused
from bot.domain.imports import GIVE_UP_AFTER, KEPT, Ended, Import, Offer, Result, Standing
from bot.domain.papers import PaperId
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import shorten
from bot.errors import NotFound
from bot.services.fetching import PaperFetcher
from bot.services.import_reading import FileReader
from bot.storage import imports, papers
from bot.storage.database import Connection, Database
from bot.storage.shards import Shards

GONE = "This import is not there any more. Use /import with the file again."

_WANTED_AT_ONCE = 100
"""As many as one request to arXiv takes: whoever pastes a link meanwhile waits for one of them, not for all."""
_ASKED_AT_ONCE = 100
_LOOK_SECONDS = 1.0
_RENEW_SECONDS = 10.0
_WAIT_SECONDS = 60.0


class Imports:
    """Who may is checked by Discord's command permissions for the file, and by the row for the buttons: only who was
    offered it, in that server, can press them."""

    def __init__(self, db: Database, fetcher: PaperFetcher, clock: Clock, *, shards: Shards | None = None) -> None:
        self._db = db
        self._fetcher = fetcher
        self._clock = clock
        self._shards = shards
        self._reader = FileReader()
        self._wake = asyncio.Event()
        self._finishing = False

    async def offer(self, server_id: int, user_id: int, data: bytes) -> Offer:
        """Reads a file and says what it would bring; raises NotUnderstood."""
        read = await self._reader.read(data)
        ids = [paper for item in read.items for paper in item.ids]
        async with self._db.read() as conn:
            here = await _numbers(conn, ids)
            listed = await imports.listed(conn, server_id, set(here.values()))
        items, refused = _fetchable(read, here, self._fetcher.schemes)
        wanted = _not_listed(items, here, listed)
        number = None
        if wanted:
            async with self._db.write() as conn:
                number = await imports.add(conn, server_id, user_id, wanted, self._clock.now())
            self._wake.set()
        known = sum(item.ids[0] in here for item in wanted)
        return Offer(
            id=number,
            kind=read.kind,
            new=len(wanted) - known,
            known=known,
            listed=len({here[item.ids[0]] for item in items if item.ids[0] in here} & listed),
            refused=refused,
            tags=tuple(dict.fromkeys(tag for item in wanted for tag in item.tags)),
            tags_left_out=read.tags_left_out,
            guessed=read.guessed,
        )

    async def start(self, number: int, server_id: int, user_id: int) -> Standing | Result:
        """The member pressed the button: from here on it runs, however often it is pressed."""
        async with self._db.write() as conn:
            await self._own(conn, number, server_id, user_id)
            await imports.start(conn, number, self._clock.now())
        self._wake.set()
        return await self.look(number, server_id, user_id)

    async def cancel(self, number: int, server_id: int, user_id: int) -> Result | None:
        """Nothing of it is left; the result when it was too late for that."""
        async with self._db.write() as conn:
            await self._own(conn, number, server_id, user_id)
            return None if await imports.cancel(conn, number) else await imports.result(conn, number)

    async def look(self, number: int, server_id: int, user_id: int) -> Standing | Result:
        """How far it is, or how it ended."""
        async with self._db.read() as conn:
            job = await self._own(conn, number, server_id, user_id)
            if job.state == "done":
                return await imports.result(conn, number)
            return await imports.standing(conn, number)

    # --- in the background

    @property
    def finishing(self) -> bool:
        """Whether the bot is about to close."""
        return self._finishing

    def finish(self) -> None:
        """Before the bot closes: whoever is at work lets go soon."""
        self._finishing = True
        self._wake.set()

    async def claim(self) -> Import | None:
        """One that is to be worked on, if there is any. What is older than a day is forgotten on the way."""
        now = self._clock.now()
        async with self._db.read() as conn:
            due_at = await imports.next_due(conn, now, self._shards)
            oldest = await imports.oldest(conn)
        stale = oldest is not None and oldest <= now - KEPT
        if not stale and (due_at is None or due_at > now):
            return None
        async with self._db.write() as conn:
            await imports.forget(conn, now - KEPT)
            return await imports.claim(conn, now, self._shards)

    async def wait_for_work(self) -> None:
        """Returns when there may be something to do."""
        self._wake.clear()
        now = self._clock.now()
        async with self._db.read() as conn:
            due_at = await imports.next_due(conn, now, self._shards)
        seconds = _WAIT_SECONDS if due_at is None else min(_WAIT_SECONDS, (due_at - now).total_seconds())
        if not self._finishing:
            await sleep_unless(self._wake, self._clock, max(0.0, seconds))

    async def work(self, job: Import) -> Ended | None:
        """Fetches what is unknown and then puts all on the list; None when it was cancelled, or the bot closes."""
        asked: set[PaperId] = set()
        settled, news_at, renewed_at = -1, self._clock.now(), self._clock.now()
        while not self._finishing:
            now = self._clock.now()
            async with self._db.read() as conn:
                standing = await imports.standing(conn, job.id)
                wanted = await imports.wanted(conn, job.id, _WANTED_AT_ONCE)
            if standing.settled != settled:
                settled, news_at = standing.settled, now
            if not wanted or now - news_at >= GIVE_UP_AFTER:
                return await self._end(job)
            if not asked.issuperset(wanted):
                asked.update(wanted)
                await self._fetcher.request(wanted)
            if now - renewed_at >= timedelta(seconds=_RENEW_SECONDS):
                renewed_at = now
                async with self._db.write() as conn:
                    if not await imports.renew(conn, job.id, now):
                        return None
            await self._clock.sleep(_LOOK_SECONDS)
        async with self._db.write() as conn:
            await imports.release(conn, job.id)
        return None

    async def _end(self, job: Import) -> Ended | None:
        async with self._db.write() as conn:
            saved = await imports.end(conn, job, self._clock.now())
        return None if saved is None else Ended(job.server_id, saved)

    async def _own(self, conn: Connection, number: int, server_id: int, user_id: int) -> Import:
        job = await imports.get(conn, number)
        if job is None or (job.server_id, job.user_id) != (server_id, user_id) or self._is_over(job.made_at, job):
            raise NotFound(GONE)
        return job

    def _is_over(self, made_at: datetime, job: Import) -> bool:
        return job.state == "asked" and self._clock.now() - made_at >= KEPT


async def _numbers(conn: Connection, ids: Sequence[PaperId]) -> dict[PaperId, int]:
    """Those that are known; a piece at a time, since each paper is read with its abstract."""
    known: dict[PaperId, StoredPaper] = {}
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        known.update(await papers.by_ids(conn, ids[start : start + _ASKED_AT_ONCE]))
    return {paper: stored.number for paper, stored in known.items()}


def _fetchable(
    read: ReadFile, here: dict[PaperId, int], schemes: frozenset[str]
) -> tuple[list[Item], tuple[Refused, ...]]:
    """Each item under the one id by which it can be had: one that is known, else one that a source reads."""
    items, refused = [], list(read.refused)
    for item in read.items:
        best = next((each for each in item.ids if each in here), None) or next(
            (each for each in item.ids if each.scheme in schemes), None
        )
        if best is not None:
            items.append(item.model_copy(update={"ids": (best,)}))
        else:
            named = shorten(str(item.ids[0]), 60)
            reason = f"I cannot fetch {named} yet, only papers of arXiv"
            refused.append(Refused(line=item.line, words=item.title, reason=reason))
    return items, tuple(sorted(refused, key=lambda each: each.line))


def _not_listed(items: Sequence[Item], here: dict[PaperId, int], listed: set[int]) -> list[Item]:
    """Papers for the list, each once, though the file may name one by two ids that are known to be the same."""
    wanted: dict[PaperId | int, Item] = {}
    for item in items:
        number = here.get(item.ids[0])
        if number not in listed:
            wanted.setdefault(item.ids[0] if number is None else number, item)
    return list(wanted.values())
