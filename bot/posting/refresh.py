"""Keeps the counts on cards current wherever a server shows the same paper."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import discord

from bot.clock import Clock
from bot.errors import Unavailable
from bot.posting.replies import NO_PINGS, PASSING, is_passing
from bot.services.cards import Cards
from bot.services.paper_cards import PaperCards
from bot.tree import report
from bot.views.paper_cards import cards_view

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.5
"""A burst of votes becomes one edit: this long after the first."""

_PAUSE_SECONDS = 5.0
"""After Discord, or the database, stumbled over one, before the next try."""


class CardRefresher:
    """Messages whose cards are out of date are edited once, however many changes came in between."""

    def __init__(self, client: discord.Client, cards: Cards, paper_cards: PaperCards, clock: Clock) -> None:
        self._client = client
        self._cards = cards
        self._paper_cards = paper_cards
        self._clock = clock
        self._later: set[asyncio.Task[None]] = set()
        self._stale: dict[int, tuple[int, int]] = {}
        self._changed: dict[tuple[int, int], set[int | None]] = {}
        """Server and paper, and on which message each change was made that shows it by itself."""
        self._changes: Counter[int] = Counter()
        self._wake = asyncio.Event()
        self._editing = False

    @property
    def idle(self) -> bool:
        """Whether every card is up to date, as far as this process knows."""
        return not self._wake.is_set() and not self._changed and not self._stale and not self._editing

    def pressing(self, server_id: int, message: discord.Message) -> AbstractAsyncContextManager[None]:
        """Around the answer to a press that changes its message."""
        return self._changing(message.id, server_id, message.channel.id)

    def changed(self, server_id: int, number: int, *, current: int | None = None) -> None:
        """A paper's standing changed: every recent message that shows it follows, but `current`, which has it."""
        self._changed.setdefault((server_id, number), set()).add(current)
        self._wake.set()

    @asynccontextmanager
    async def follows(self, server_id: int, number: int, *, current: int | None = None) -> AsyncIterator[None]:
        """Around the answer to who changed a paper's standing: the cards follow also when Discord does not take that
        answer, and then so does `current`, the message it would have changed."""
        try:
            yield
        except Exception:
            self.changed(server_id, number)
            raise
        self.changed(server_id, number, current=current)

    async def run(self) -> None:
        """Edits what is out of date, until it is cancelled."""
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(SETTLE_SECONDS)
                self._editing = True
                self._wake.clear()
                await self._look_up()
                await self._edit_stale()
                self._editing = False
        finally:
            for waiting in self._later:
                waiting.cancel()

    async def _edit_stale(self) -> None:
        stale, self._stale = self._stale, {}
        for message_id, (server_id, channel_id) in stale.items():
            try:
                async with self._changing(message_id, server_id, channel_id):
                    await self._edit(server_id, channel_id, message_id)
            except Exception as error:  # noqa: BLE001 - the loop must outlive one message
                await report(error, during="refreshing cards")
                if isinstance(error, Unavailable):
                    self._try_later(self._add, message_id, server_id, channel_id)

    async def _look_up(self) -> None:
        """Which messages show what has changed, asked once for many votes on one card."""
        changed, self._changed = self._changed, {}
        for (server_id, number), made_on in changed.items():
            try:
                showing = await self._cards.showing(server_id, number)
            except Exception as error:  # noqa: BLE001 - as above
                await report(error, during="refreshing cards")
                if isinstance(error, Unavailable):
                    self._try_later(self.changed, server_id, number)
                continue
            for shown in showing:
                if made_on != {shown.message_id}:
                    self._stale[shown.message_id] = (server_id, shown.channel_id)

    @asynccontextmanager
    async def _changing(self, message_id: int, server_id: int, channel_id: int) -> AsyncIterator[None]:
        """Two changes of one message at the same time may reach Discord in any order, so the message is then edited
        once more with what is true."""
        overlapping = self._changes[message_id] > 0
        self._changes[message_id] += 1
        try:
            yield
        finally:
            self._changes[message_id] -= 1
            if not self._changes[message_id]:
                del self._changes[message_id]
            if overlapping:
                self._add(message_id, server_id, channel_id)

    def _add(self, message_id: int, server_id: int, channel_id: int) -> None:
        self._stale[message_id] = (server_id, channel_id)
        self._wake.set()

    def _try_later(self, again: Callable[..., None], *arguments: int) -> None:
        async def wait() -> None:
            await self._clock.sleep(_PAUSE_SECONDS)
            again(*arguments)

        task = asyncio.create_task(wait(), name="refresh later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _edit(self, server_id: int, channel_id: int, message_id: int) -> None:
        cards = await self._cards.cards_on(server_id, message_id, [])
        if not cards:
            return
        view = cards_view(cards, server_id)
        view.stop()
        channel = self._client.get_partial_messageable(channel_id, guild_id=server_id)
        try:
            await channel.get_partial_message(message_id).edit(view=view, allowed_mentions=NO_PINGS)
        except discord.NotFound:
            await self._paper_cards.deleted(server_id, [message_id])
        except (discord.HTTPException, *PASSING) as error:
            log.info("Could not refresh a card in channel %d: %s", channel_id, error)
            if not isinstance(error, discord.HTTPException) or is_passing(error):
                self._try_later(self._add, message_id, server_id, channel_id)
            # Else an archived thread, say: the next press on that card brings it up to date.
