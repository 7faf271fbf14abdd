"""What reports leave in a paper's thread: questions to reporters, and once whether anyone tried a winner."""

from __future__ import annotations

from contextlib import suppress

import discord

from bot.domain.occurrences import Occurrence
from bot.errors import NotAllowed
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.replies import is_passing
from bot.posting.threads import DiscussionThreads
from bot.services.cards import Cards
from bot.services.report_answers import Answered
from bot.services.rounds import Rounds
from bot.views.report_threads import question_view, tried_view


class ReportThreads:
    """Opens the thread where there is none."""

    def __init__(self, client: discord.Client, rounds: Rounds, cards: Cards, threads: DiscussionThreads) -> None:
        self._client = client
        self._rounds = rounds
        self._cards = cards
        self._threads = threads
        self._messages = OwnMessages(client)

    async def find(
        self, guild: discord.Guild, number: int, message: discord.Message, asker: discord.Member | discord.User
    ) -> int:
        """The paper's thread, opened beside the message when there is none. UserError where that cannot be, or where
        `asker` may not write: the bot says nothing there in their place."""
        card = await self._cards.card(guild.id, number)
        await _check_may_write(guild, card.community.thread_id or message.channel.id, asker)
        return await self._threads.find_or_open(card, guild=guild, message=message)

    async def ask(self, guild_id: int, thread_id: int, asked: Answered, asker_id: int, text: str) -> None:
        """Posts a question. The reporter is the only one it pings, and one without a name is not."""
        thread = self._client.get_partial_messageable(thread_id, guild_id=guild_id)
        whom = [] if asked.ask is None else [discord.Object(asked.ask)]
        view = question_view(asked.report, asker_id, text, answer_id=asked.id)
        view.stop()
        await thread.send(
            view=view,
            nonce=f"pc:q{asked.id}"[:25],
            allowed_mentions=discord.AllowedMentions(everyone=False, roles=False, users=whom),
        )

    async def anyone(self, due: Occurrence) -> str:
        """A week after a winner was talked about."""
        assert due.round_id is not None  # noqa: S101 - made for a round
        round_ = (await self._rounds.shown(due.round_id)).round
        if round_.winner is None or round_.thread_id is None:
            return "skipped: no thread"
        card = await self._cards.card(round_.server_id, round_.winner)
        try:
            await self._messages.post_once(
                self._client.get_partial_messageable(round_.thread_id, guild_id=round_.server_id),
                nonce=f"pc:r{round_.id}:tried",
                again=due.attempts > 1,
                since=due.due_at,
                is_it=has_button("tried", round_.winner, round_.id),
                view=tried_view(card.paper, round_.id),
            )
        except discord.HTTPException as refused:
            if is_passing(refused):
                raise
            return "skipped: the thread takes no message"
        return "asked"


async def _check_may_write(guild: discord.Guild, place_id: int, asker: discord.Member | discord.User) -> None:
    """An archived thread is known to Discord only. What Discord does not tell of takes no message either."""
    place = guild.get_channel_or_thread(place_id)
    if place is None:
        with suppress(discord.HTTPException):
            place = await guild.fetch_channel(place_id)
    if place is None or not isinstance(asker, discord.Member):
        return
    with suppress(discord.ClientException):  # a thread whose channel is not known
        theirs = place.permissions_for(asker)
        if not (theirs.view_channel and theirs.send_messages_in_threads):
            raise NotAllowed(f"A question goes into the paper's thread. A manager can let you write in <#{place_id}>.")
