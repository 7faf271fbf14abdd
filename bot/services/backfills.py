"""Reading history into the list of mentions: page after page, each with its cursor in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from bot.clock import Clock, sleep_unless
from bot.domain.backfill import Place, Problem, Reading
from bot.domain.paper_cards import HeardMessage
from bot.domain.papers import PaperId
from bot.errors import DoneElsewhere, NotFound
from bot.services.fetching import PaperFetcher
from bot.services.paper_cards import PaperCards
from bot.storage import backfill_readings, backfills, lookups
from bot.storage.database import Database
from bot.storage.shards import Shards

LOOK_SECONDS = 60.0
"""What another process added, or left when it died, is seen this soon."""

FED_AT_ONCE = 50
"""Papers from history that stand in line at a time: half a request to arXiv, so a new link waits for none of them."""

FEED_SECONDS = 3.0

_OVER = "That reading is over. Start another with `/backfill`."


class Page(NamedTuple):
    """What was read of a place: `last_id` is where to go on, `messages` how many there
    were, `heard` those with papers."""

    last_id: int
    messages: int
    heard: Sequence[HeardMessage] = ()


class Backfills:
    """Rows decide: one place at a time in each server, worked on by one process, and the cursor moves once."""

    def __init__(
        self, db: Database, cards: PaperCards, fetcher: PaperFetcher, clock: Clock, *, shards: Shards | None = None
    ) -> None:
        self._db = db
        self._cards = cards
        self._fetcher = fetcher
        self._clock = clock
        self._shards = shards
        self._change = asyncio.Event()
        self._unknown: dict[PaperId, None] | None = None
        """Papers without metadata, in the order of their mentions; None before the database was asked for them."""
        self._fed_at: datetime | None = None

    # --- what managers ask for

    async def begin(
        self, server_id: int, channel_id: int, *, reading_id: int, asked_by: int, most: int | None
    ) -> Reading:
        """The reading of this channel that is not over yet, else a new one. Two processes may hear of one command:
        DoneElsewhere for the second."""
        async with self._db.write() as conn:
            found = await backfill_readings.find(conn, server_id, channel_id)
            if found is not None and found.id == reading_id:
                raise DoneElsewhere
            if found is None or found.state == "done":
                await backfills.begin(
                    conn,
                    server_id=server_id,
                    channel_id=channel_id,
                    reading_id=reading_id,
                    asked_by=asked_by,
                    most=most,
                    now=self._clock.now(),
                )
                found = await backfill_readings.get(conn, server_id, reading_id)
        self._change.set()
        assert found is not None  # noqa: S101 - it was just made
        return found

    async def answered(self, reading: Reading, channel_id: int, message_id: int) -> None:
        """The message that is to show how it goes on."""
        async with self._db.write() as conn:
            await backfills.answered(conn, reading, channel_id, message_id, self._clock.now())
        self._change.set()

    async def stop(self, server_id: int, reading_id: int) -> Reading:
        """Reads no further until somebody lets it go on. A page under way is not recorded."""
        async with self._db.write() as conn:
            await backfills.turn(
                conn, server_id, reading_id, before=("running",), after="stopped", now=self._clock.now()
            )
        return await self._changed(server_id, reading_id)

    async def go_on(self, server_id: int, reading_id: int) -> Reading:
        """From where it stopped."""
        async with self._db.write() as conn:
            await backfills.turn(
                conn, server_id, reading_id, before=("stopped", "paused"), after="running", now=self._clock.now()
            )
        return await self._changed(server_id, reading_id)

    async def _changed(self, server_id: int, reading_id: int) -> Reading:
        self._change.set()
        found = await self.get(server_id, reading_id)
        if found is None:
            raise NotFound(_OVER)
        return found

    async def get(self, server_id: int, reading_id: int) -> Reading | None:
        """How it stands."""
        async with self._db.read() as conn:
            return await backfill_readings.get(conn, server_id, reading_id)

    # --- the work

    async def claim(self) -> Place | None:
        """The place to read a page of, leased to the caller."""
        now = self._clock.now()
        async with self._db.read() as conn:  # most of the time there is nothing, and a read disturbs nobody
            due_at = await backfills.next_due(conn, shards=self._shards)
        if due_at is None or due_at > now:
            return None
        async with self._db.write() as conn:
            await backfills.end_where_removed(conn, now)
            return await backfills.claim(conn, now, shards=self._shards)

    async def keep(self, place: Place) -> bool:
        """Keeps the lease for longer; whether there is still something to do with it."""
        async with self._db.write() as conn:
            return await backfills.renew(conn, place, self._clock.now())

    async def found_start(self, place: Place, after_id: int) -> None:
        """Where the newest messages begin that are wanted."""
        async with self._db.write() as conn:
            await backfills.advance(conn, place, after_id=after_id, messages=0, mentions=0, now=self._clock.now())

    async def record(self, place: Place, page: Page, *, last: bool, threads: Collection[int] = ()) -> None:
        """Notes the papers of a page, once, and how far the place is read. After the `last` one its threads follow."""
        now = self._clock.now()
        async with self._db.write() as conn:
            if not await backfills.renew(conn, place, now):
                return
            new = await self._cards.note_history(conn, place.server_id, page.heard)
            await backfills.advance(conn, place, after_id=page.last_id, messages=page.messages, mentions=new, now=now)
            if last:
                await backfills.add_threads(conn, place, threads, now)
                await backfills.finish(conn, place, None, now)
        named = dict.fromkeys(link.paper for message in page.heard for link in message.links)
        if named and self._unknown is not None:
            known = await self._fetcher.get(named)
            self._unknown |= {
                paper: None for paper in named if paper not in known and paper.scheme in self._fetcher.schemes
            }

    async def end(self, place: Place, problem: Problem) -> None:
        """There is nothing more to be had of this place."""
        async with self._db.write() as conn:
            await backfills.finish(conn, place, problem, self._clock.now())

    async def pause(self, place: Place, problem: Problem) -> None:
        """A manager has to do something before the reading can go on."""
        async with self._db.write() as conn:
            await backfills.turn(
                conn,
                place.server_id,
                place.reading_id,
                before=("running",),
                after="paused",
                problem=problem,
                now=self._clock.now(),
            )

    async def wait(self, place: Place, seconds: float) -> None:
        """It cannot be read now."""
        async with self._db.write() as conn:
            await backfills.wait(conn, place, self._clock.now() + timedelta(seconds=seconds))

    # --- telling

    async def untold(self) -> list[Reading]:
        """Readings whose message does not say yet that they ended, stopped or paused."""
        async with self._db.read() as conn:
            found = await backfills.untold(conn, self._clock.now(), shards=self._shards)
            return [reading for each in found if (reading := await backfill_readings.get(conn, *each)) is not None]

    async def told(self, reading: Reading, *, again_in: float | None = None) -> None:
        """Its message does now, or is to be tried again in so many seconds."""
        again_at = None if again_in is None else self._clock.now() + timedelta(seconds=again_in)
        async with self._db.write() as conn:
            await backfills.told(conn, reading, again_at=again_at)

    async def unanswered(self, reading: Reading) -> None:
        """Its message is gone."""
        async with self._db.write() as conn:
            await backfills.unanswered(conn, reading)

    # --- metadata

    async def feed(self) -> None:
        """Puts some of the papers that history brought in line, when nobody else stands there. They come by and by,
        and whoever posts a link meanwhile is served first."""
        now = self._clock.now()
        if self._unknown is None:
            self._unknown = {}
            async with self._db.read() as conn:
                self._unknown |= dict.fromkeys(await backfill_readings.unknown_papers(conn, self._fetcher.schemes))
        if not self._unknown or (self._fed_at is not None and now - self._fed_at < timedelta(seconds=FEED_SECONDS)):
            return
        self._fed_at = now
        async with self._db.read() as conn:
            due_at = await lookups.next_due(conn)
        if due_at is not None and due_at <= now:
            return
        some = list(islice(self._unknown, FED_AT_ONCE))
        async with self._db.write() as conn:
            await lookups.wait(conn, some, now)
        for paper in some:
            del self._unknown[paper]
        self._fetcher.wake()

    async def wait_for_work(self) -> None:
        """Returns when there may be something to do."""
        self._change.clear()
        async with self._db.read() as conn:
            due_at = await backfills.next_due(conn, shards=self._shards)
        seconds = LOOK_SECONDS if due_at is None else (due_at - self._clock.now()).total_seconds()
        most = FEED_SECONDS if self._unknown else LOOK_SECONDS
        await sleep_unless(self._change, self._clock, max(0.0, min(seconds, most)))
