"""Reads channels' history in the background, a page at a time, and shows how far it is.

A page is one request, and one transaction that notes its papers and moves the cursor. Dying in between leaves a lease
that runs out; then the page is read again. discord.py waits by itself where Discord's rate limits say so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TypeVar

import discord

from bot.clock import Clock
from bot.domain.backfill import BEGINNING, PAGE, Place, Problem, Reading
from bot.domain.paper_cards import HeardMessage
from bot.posting.hearing import take_in
from bot.posting.permissions import known_permissions
from bot.posting.replies import NO_PINGS, PASSING, ReplyPoster, is_passing
from bot.services.backfills import Backfills, Page
from bot.services.paper_cards import PaperCards
from bot.tree import report
from bot.views.backfills import reading_view

log = logging.getLogger(__name__)

T = TypeVar("T")

SHOW_EVERY = timedelta(seconds=3)
PAUSE_SECONDS = 0.2
"""Between pages, so that what members do now comes first."""

_SECONDS = 50.0
"""For one request. Inside the lease: nobody else may be at work on the same place."""
_AWAY_SECONDS = 60.0
_FIRST_WAIT_SECONDS, _DOUBLINGS = 5.0, 6
_PAUSE_AFTER_FAILURE_SECONDS = 5.0


class BackfillReader:
    """One page at a time for all servers, in turn."""

    def __init__(
        self, client: discord.Client, backfills: Backfills, cards: PaperCards, replies: ReplyPoster, clock: Clock
    ) -> None:
        self._client = client
        self._backfills = backfills
        self._cards = cards
        self._replies = replies
        self._clock = clock
        self._step: asyncio.Task[None] | None = None
        self._finishing = False
        self._failures = 0
        self._shown: dict[int, datetime] = {}
        self._showing: asyncio.Task[bool] | None = None
        self._edited: dict[int, HeardMessage] = {}
        self._deleted: set[int] = set()

    def edited(self, message: discord.Message) -> None:
        """A message changed. The page under way may hold it as it was."""
        heard = take_in(self._client, message) if self._step is not None else None
        if heard is not None:
            self._edited[message.id] = heard

    def deleted(self, *message_ids: int) -> None:
        """Messages are gone. The page under way may hold them."""
        if self._step is not None:
            self._deleted.update(message_ids)

    async def run(self) -> None:
        """Reads whatever is asked for, for ever. Cancelling is safe at any point."""
        try:
            while not self._finishing:
                try:
                    await self._turn()
                except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens in one turn
                    await report(error, during="reading history")
                    await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
        finally:
            if self._showing is not None:
                self._showing.cancel()

    async def finish(self, seconds: float) -> None:
        """Before the connection closes: lets the page under way be recorded. Begins nothing more."""
        self._finishing = True
        if self._step is not None:
            await asyncio.wait((self._step,), timeout=seconds)

    async def _turn(self) -> None:
        await self._backfills.feed()
        for reading in await self._backfills.untold():
            await self._tell(reading)
        place = await self._backfills.claim()
        if place is None:
            await self._backfills.wait_for_work()
            return
        self._step = asyncio.create_task(self._read(place), name="history")
        try:
            await asyncio.shield(self._step)
        finally:
            self._step = None
        await self._show(place)
        await self._clock.sleep(PAUSE_SECONDS)

    # --- reading

    async def _read(self, place: Place) -> None:
        """Goes one step on, or says why it cannot."""
        self._edited.clear()
        self._deleted.clear()
        try:
            await self._go_on(place)
        except discord.NotFound:
            await self._backfills.end(place, "gone")
        except discord.Forbidden:
            await self._backfills.pause(place, "hidden")
        except (discord.HTTPException, *PASSING) as error:
            await self._wait(place, error)
        except Exception as error:  # noqa: BLE001 - one channel must not hold up the others
            await report(error, during=f"reading the history of channel {place.channel_id}")
            await self._backfills.wait(place, _AWAY_SECONDS)
        else:
            self._failures = 0

    async def _wait(self, place: Place, error: Exception) -> None:
        if isinstance(error, discord.HTTPException) and not is_passing(error):
            await report(error, during=f"reading the history of channel {place.channel_id}")
        seconds = _FIRST_WAIT_SECONDS * 2 ** min(self._failures, _DOUBLINGS)
        self._failures += 1
        log.info("Discord is away, the history of channel %d waits %.0f s: %s", place.channel_id, seconds, error)
        await self._backfills.wait(place, seconds)

    async def _go_on(self, place: Place) -> None:
        guild = self._client.get_guild(place.server_id)
        if guild is None or guild.unavailable:
            await self._backfills.wait(place, _AWAY_SECONDS)
        elif (problem := self._problem(guild, place)) is not None:
            await self._backfills.pause(place, problem)
        elif isinstance(root := guild.get_channel(place.channel_id), discord.ForumChannel):
            threads = await self._threads(place, root)
            await self._backfills.record(place, Page(place.after_id, 0), last=True, threads=threads)
        elif place.needs_start:
            await self._find_start(place)
        else:
            await self._read_page(place, guild)

    async def _find_start(self, place: Place) -> None:
        """Discord can be asked for the newest messages or for those after one, but not how many there are. So where
        the newest `most` begin is found by going back once and keeping nothing but an id: as many requests again as
        the reading takes. Recording on the way back would save them, but not be oldest first, and a reading that is
        stopped would leave a hole in the past; keeping the messages would not survive a restart."""
        channel = self._client.get_partial_messageable(place.channel_id, guild_id=place.server_id)
        before, left = place.reading_id, place.most or 0
        while left:
            wanted = min(PAGE, left)
            page = await _all(channel.history(limit=wanted, before=discord.Object(before), oldest_first=False))
            if len(page) < wanted:
                before = BEGINNING + 1
                break
            before, left = page[-1].id, left - wanted
            if self._finishing or not await self._backfills.keep(place):
                return
            await self._clock.sleep(PAUSE_SECONDS)
        await self._backfills.found_start(place, before - 1)

    async def _read_page(self, place: Place, guild: discord.Guild) -> None:
        channel = self._client.get_partial_messageable(place.channel_id, guild_id=place.server_id)
        after = discord.Object(place.after_id)
        given = await _all(channel.history(limit=PAGE, after=after, oldest_first=True))
        messages = [message for message in given if message.id < place.reading_id]
        last, threads = len(given) < PAGE or len(messages) < len(given), list[int]()
        if last:
            # without the permission to read history Discord gives an empty page, not an error
            if (problem := self._problem(guild, place)) is not None:
                await self._backfills.pause(place, problem)
                return
            root = guild.get_channel(place.channel_id)
            if isinstance(root, discord.TextChannel):
                threads = await self._threads(place, root)
        heard = [take_in(self._client, message, with_links_only=True) for message in messages]
        page = Page(
            last_id=messages[-1].id if messages else place.after_id,
            messages=len(messages),
            heard=[each for each in heard if each is not None],
        )
        await self._backfills.record(place, page, last=last, threads=threads)
        await self._catch_up(place.server_id, {message.id for message in messages})

    async def _catch_up(self, server_id: int, read: set[int]) -> None:
        """What changed while its page was on the way was not known yet when the event came."""
        if self._deleted & read:
            await self._cards.deleted(server_id, self._deleted & read)
        for message_id in self._edited.keys() & (read - self._deleted):
            await self._replies.follow(message_id, self._cards.edited(self._edited[message_id], by_author=True))

    async def _threads(self, place: Place, root: discord.TextChannel | discord.ForumChannel) -> list[int]:
        """The public threads that were there when it was asked for, archived or not. A private thread's history is
        its members' own."""
        found: set[int] = set()
        before: datetime | None = None
        while True:
            page = await _all(root.archived_threads(limit=PAGE, before=before))
            found.update(thread.id for thread in page)
            if len(page) < PAGE:
                break
            before = page[-1].archive_timestamp
            await self._backfills.keep(place)
        found.update(thread.id for thread in root.threads if not thread.is_private())
        return sorted(thread_id for thread_id in found if thread_id < place.reading_id)

    def _problem(self, guild: discord.Guild, place: Place) -> Problem | None:
        if not self._client.intents.message_content:
            return "unread"
        channel = guild.get_channel_or_thread(place.channel_id) or guild.get_channel(place.root_id)
        return "hidden" if channel is not None and lacking(channel) else None

    # --- telling

    async def _show(self, place: Place) -> None:
        """Now and then, how far it is, while the reading goes on: editing has limits of its own."""
        now = self._clock.now()
        shown = self._shown.get(place.reading_id)
        if (self._showing is not None and not self._showing.done()) or (shown is not None and now - shown < SHOW_EVERY):
            return
        self._shown[place.reading_id] = now
        reading = await self._backfills.get(place.server_id, place.reading_id)
        if reading is not None and reading.state == "running":
            self._showing = asyncio.create_task(self._edit(reading), name="history-shown")

    async def _tell(self, reading: Reading) -> None:
        """That it ended, stopped or paused."""
        if self._showing is not None:
            await asyncio.wait((self._showing,))  # the last word is to come last
        self._shown.pop(reading.id, None)
        done = await self._edit(reading)
        await self._backfills.told(reading, again_in=None if done else _AWAY_SECONDS)

    async def _edit(self, reading: Reading) -> bool:
        """Whether its message needs no other try. An interaction's token ends after 15 minutes; as the bot's own
        message in the channel it can be edited for ever."""
        if reading.answered_in is None or reading.message_id is None:
            return True
        channel = self._client.get_partial_messageable(reading.answered_in, guild_id=reading.server_id)
        view = reading_view(reading)
        view.stop()  # presses are found by custom_id: nothing of the view is to be kept in memory
        try:
            async with asyncio.timeout(_SECONDS):
                await channel.get_partial_message(reading.message_id).edit(view=view, allowed_mentions=NO_PINGS)
        except (discord.HTTPException, *PASSING) as error:
            log.info("Could not show the reading of channel %d: %s", reading.channel_id, error)
            if isinstance(error, discord.HTTPException) and not is_passing(error):
                await self._backfills.unanswered(reading)
                return True
            return False
        return True


async def _all(page: AsyncIterator[T]) -> list[T]:
    async with asyncio.timeout(_SECONDS):
        return [each async for each in page]


def lacking(channel: discord.abc.GuildChannel | discord.Thread) -> bool:
    """Whether the bot is known to miss what reading history takes."""
    mine = known_permissions(channel)
    return mine is not None and not (mine.view_channel and mine.read_message_history)
