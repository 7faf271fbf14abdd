"""Tells the room how a round ended: announcement, thread, pinned card, scheduled event, and the reminder later.

Each thing is recorded as soon as it is there. What Discord refuses for good (a permission that is missing, a channel
without threads) is left out and the rest goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from bot.domain.occurrences import Occurrence
from bot.domain.paper_cards import Card
from bot.domain.rounds import Round
from bot.domain.text import shorten
from bot.errors import Unavailable, UserError
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.permissions import SaidOnce
from bot.posting.replies import PASSING, is_passing
from bot.posting.threads import DiscussionThreads
from bot.services.cards import Cards
from bot.services.rounds import Rounds, Shown
from bot.services.servers import Servers
from bot.views.paper_cards import cards_view, shown_on
from bot.views.rounds import REMINDER, event_text, nobody_voted, plain_title, reminder_view, result_view

log = logging.getLogger(__name__)

_EVENT_NAME_LENGTH = 100
_MEETING = timedelta(hours=1)
"""Discord wants an end for an event that is somewhere else than in a voice channel
(developers/resources/guild-scheduled-event, field requirements by entity type)."""


class Announcer:
    """The end of a round, as the room sees it."""

    def __init__(
        self,
        client: discord.Client,
        rounds: Rounds,
        cards: Cards,
        servers: Servers,
        threads: DiscussionThreads,
    ) -> None:
        self._client = client
        self._rounds = rounds
        self._cards = cards
        self._servers = servers
        self._threads = threads
        self._messages = OwnMessages(client)
        self._said = SaidOnce()

    async def tell(self, shown: Shown, *, again: bool) -> None:
        """Carries out what is not recorded yet. `again` says that an earlier try may have got further than that."""
        round_ = shown.round
        channel = self._client.get_partial_messageable(round_.channel_id, guild_id=round_.server_id)
        try:
            result = await self._result(shown, channel, again=again)
        except discord.HTTPException as refused:
            if is_passing(refused):
                raise
            log.warning("Could not announce round %d in channel %d: %s", round_.number, round_.channel_id, refused)
            await self._rounds.done(round_.id)
            return
        guild = self._client.get_guild(round_.server_id)
        if round_.winner is not None and guild is not None:
            card = await self._cards.card(round_.server_id, round_.winner)
            thread_id = await self._thread(round_, card, guild, result)
            if thread_id is not None:
                await self._pinned_card(round_, card, thread_id, again=again)
            await self._event(shown, guild, thread_id, again=again)
            await self._show_again(round_.id)
        await self._rounds.done(round_.id)

    async def remind(self, due: Occurrence) -> str:
        """The day before the meeting."""
        assert due.round_id is not None  # noqa: S101 - reminders are made for a round
        shown = await self._rounds.shown(due.round_id)
        round_ = shown.round
        if round_.meeting_at is None or round_.winner is None:
            return "skipped: no meeting"
        for place in filter(None, (round_.thread_id, round_.channel_id)):  # the thread may be deleted or locked
            channel = self._client.get_partial_messageable(place, guild_id=round_.server_id)
            try:
                await self._messages.post_once(
                    channel,
                    nonce=f"pc:r{round_.id}:remind",
                    again=due.attempts > 1,
                    since=due.due_at,
                    is_it=has_button("present", round_.id, REMINDER),
                    view=reminder_view(shown, round_.meeting_at),
                )
            except discord.HTTPException as refused:
                if is_passing(refused):
                    raise
                continue
            return "reminded"
        return "skipped: no place takes a message"

    async def presenters_changed(self, shown: Shown) -> None:
        """The announcement and the event name who presents. Left as they are while Discord is away: the member has
        their answer, and the next change shows this one too."""
        try:
            await self._show_again(shown.round.id)
            guild = self._client.get_guild(shown.round.server_id)
            if shown.round.event_id is not None and guild is not None:
                event = guild.get_scheduled_event(shown.round.event_id)
                event = event or await guild.fetch_scheduled_event(shown.round.event_id)
                await event.edit(description=event_text(shown))
        except (discord.HTTPException, *PASSING) as failed:
            log.info("Not everything names who presents round %d: %s", shown.round.id, failed)

    async def _result(self, shown: Shown, channel: discord.PartialMessageable, *, again: bool) -> discord.Message:
        round_ = shown.round
        if round_.result_message_id is not None:
            return await channel.fetch_message(round_.result_message_id)
        role = await self._role(round_)
        result = await self._messages.post_once(
            channel,
            nonce=f"pc:r{round_.id}:result",
            again=again,
            since=round_.decided_at or round_.made_at,
            is_it=has_button("present", round_.id) if round_.winner is not None else _says(nobody_voted(round_)),
            view=result_view(shown, role_id=role),
            allowed_mentions=_only(role),
        )
        await self._rounds.told(round_.id, "result_message_id", result.id)
        return result

    async def _role(self, round_: Round) -> int | None:
        """Whom a winner is told to, besides those who read the channel anyway."""
        if round_.winner is None:
            return None
        role_id = (await self._servers.settings(round_.server_id)).ping_role_id
        guild = self._client.get_guild(round_.server_id)
        deleted = role_id is not None and guild is not None and guild.get_role(role_id) is None
        return None if deleted else role_id

    async def _thread(self, round_: Round, card: Card, guild: discord.Guild, result: discord.Message) -> int | None:
        try:
            thread_id = await self._threads.find_or_open(card, guild=guild, message=result, from_message=True)
        except Unavailable:
            raise  # somebody is opening it right now
        except (UserError, discord.HTTPException) as refused:
            if isinstance(refused, discord.HTTPException) and is_passing(refused):
                raise
            log.info("No thread for the winner of round %d: %s", round_.id, refused)
            return None
        if thread_id != round_.thread_id:
            await self._rounds.told(round_.id, "thread_id", thread_id)
        return thread_id

    async def _pinned_card(self, round_: Round, card: Card, thread_id: int, *, again: bool) -> None:
        number = card.paper.number
        thread = self._client.get_partial_messageable(thread_id, guild_id=round_.server_id)
        try:
            message_id = round_.card_message_id
            if message_id is None:
                message = await self._messages.post_once(
                    thread,
                    nonce=f"pc:r{round_.id}:card",
                    again=again,
                    since=round_.decided_at or round_.made_at,
                    is_it=lambda message: [shown for shown, _ in shown_on(message)] == [number],
                    view=cards_view([card], round_.server_id),
                )
                await self._cards.shown(round_.server_id, thread_id, message.id, [card])
                await self._rounds.told(round_.id, "card_message_id", message.id)
                message_id = message.id
            await thread.get_partial_message(message_id).pin()
        except discord.Forbidden:
            self._said.warn(round_.channel_id, "post the winner's card in its thread and pin it")
        except discord.HTTPException as refused:
            if is_passing(refused):
                raise
            log.info("The card of round %d is not pinned: %s", round_.id, refused)

    async def _event(self, shown: Shown, guild: discord.Guild, thread_id: int | None, *, again: bool) -> None:
        round_ = shown.round
        if round_.meeting_at is None or round_.event_id is not None or round_.winner is None:
            return
        name = shorten(f"Reading: {plain_title(shown.papers[round_.winner])}", _EVENT_NAME_LENGTH)
        try:
            event_id = await self._event_there(guild, name, round_.meeting_at) if again else None
            if event_id is None:
                event = await guild.create_scheduled_event(
                    name=name,
                    start_time=round_.meeting_at,
                    end_time=round_.meeting_at + _MEETING,
                    entity_type=discord.EntityType.external,
                    privacy_level=discord.PrivacyLevel.guild_only,
                    location=f"https://discord.com/channels/{guild.id}/{thread_id or round_.channel_id}",
                    description=event_text(shown),
                )
                event_id = event.id
        except discord.Forbidden:
            self._said.warn(round_.channel_id, "create events")
            return
        except discord.HTTPException as refused:
            if is_passing(refused):
                raise
            log.warning("No event for round %d: %s", round_.id, refused)
            return
        await self._rounds.told(round_.id, "event_id", event_id)

    async def _event_there(self, guild: discord.Guild, name: str, start: datetime) -> int | None:
        for event in await guild.fetch_scheduled_events(with_counts=False):
            if event.name == name and event.start_time == start and event.creator_id == guild.me.id:
                return event.id
        return None

    async def _show_again(self, round_id: int) -> None:
        """Edits the announcement to what is true now; a changed message mentions nobody anew."""
        shown = await self._rounds.shown(round_id)
        round_ = shown.round
        if round_.result_message_id is None:
            return
        channel = self._client.get_partial_messageable(round_.channel_id, guild_id=round_.server_id)
        role = await self._role(round_)
        view = result_view(shown, thread_id=round_.thread_id, role_id=role)
        view.stop()
        try:
            await channel.get_partial_message(round_.result_message_id).edit(view=view, allowed_mentions=_only(role))
        except (discord.NotFound, discord.Forbidden):
            log.info("The announcement of round %d is gone", round_id)


def _only(role_id: int | None) -> discord.AllowedMentions:
    """This role is told, and nobody else."""
    return discord.AllowedMentions(
        everyone=False, users=False, roles=False if role_id is None else [discord.Object(role_id)]
    )


def _says(words: str) -> Callable[[discord.Message], bool]:
    def says(message: discord.Message) -> bool:
        texts = discord.ui.LayoutView.from_message(message).walk_children()
        return any(isinstance(text, discord.ui.TextDisplay) and words in text.content for text in texts)

    return says
