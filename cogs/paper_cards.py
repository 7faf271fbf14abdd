"""Watches channels for papers and answers with cards; `/paper` and the buttons on every card."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.paper_cards import HeardMessage
from bot.errors import NotAllowed, Unavailable
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.posting.hearing import take_in
from bot.posting.hints import Hints
from bot.views.custom_ids import Press
from bot.views.limits import NO_CARDS_FOR_NOW
from bot.views.paper_cards import NOT_YOURS, cards_view

Interaction = discord.Interaction[PaperBot]

_LOOKS, _LOOK_AGAIN_SECONDS = 20, 0.1


class PaperCards(commands.Cog):
    """Links in messages, and the cards they lead to."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.cards = bot.services.paper_cards
        self.hints = Hints(bot, bot.clock)
        self._background: list[asyncio.Task[None]] = []

    async def cog_load(self) -> None:
        """Starts what works in the background and names the buttons."""
        self.bot.buttons.add(
            dismiss=self.press_dismiss,
            show=self.press_show,
        )
        self.cards.on_left_out = self._say_once
        self.cards.is_crowded = self.bot.replies.is_crowded
        for work in (self._post_replies(), self.bot.refresher.run(), self.bot.away.run()):
            self._background.append(asyncio.create_task(work))

    async def cog_unload(self) -> None:
        """Ends it; whatever was under way is found again by its row."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _post_replies(self) -> None:
        await self.bot.wait_until_ready()
        await self.bot.replies.run()

    @commands.Cog.listener()
    async def on_paper_message(self, heard: HeardMessage) -> None:
        """A member said something that names papers."""
        with self._or_later(heard.server_id):
            await self.bot.replies.follow(heard.message_id, self.cards.heard(heard))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed, or Discord added something to it."""
        heard = take_in(self.bot, payload.message)
        if heard is not None:
            by_author = payload.message.edited_at is not None
            with self._or_later(heard.server_id):
                await self.bot.replies.follow(heard.message_id, self.cards.edited(heard, by_author=by_author))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        if payload.guild_id is not None:
            with self._or_later(payload.guild_id):
                await self.cards.deleted(payload.guild_id, [payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator cleaned up."""
        if payload.guild_id is not None:
            with self._or_later(payload.guild_id):
                await self.cards.deleted(payload.guild_id, list(payload.message_ids))

    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session begins."""
        self.bot.away.connected(shard_id)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session: what was posted before it was missed, and what was counted may not have been shown."""
        since = await self.bot.away.back(shard_id)
        if since is not None:
            for server_id, number in await self.bot.services.reading_list.changed_since(since):
                if self.bot.get_guild(server_id) is not None:
                    self.bot.refresher.changed(server_id, number)

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """An outage of Discord's, in which nothing is heard from this server."""
        self.bot.away.server_lost(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """It is over. At the start, all servers are looked at together."""
        if self.bot.is_ready():
            await self.bot.away.server_back(guild)

    @commands.Cog.listener()
    async def on_shard_resumed(self, shard_id: int) -> None:
        """The old session goes on."""
        self.bot.away.resumed(shard_id)

    @commands.Cog.listener()
    async def on_shard_disconnect(self, shard_id: int) -> None:
        """From here on messages are missed."""
        self.bot.away.lost(shard_id)

    @app_commands.command(description="Show a paper to everyone here, with what this server knows about it.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def paper(self, interaction: Interaction, paper: PaperText) -> None:
        """Answers in public."""
        server_id = server_of(interaction)
        async with Answer(interaction, private=False) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            card = await self.bot.services.cards.card(server_id, found.number)
            message_id = await answer.show(cards_view([card], server_id))
        if message_id is not None and interaction.channel_id is not None:
            await self.bot.services.cards.shown(server_id, interaction.channel_id, message_id, [card])

    async def press_show(self, interaction: Interaction, press: Press) -> None:
        """The card, for the one who asks."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            card = await self.bot.services.cards.card(server_id, press.number)
            await answer.show(cards_view([card], server_id))

    async def press_dismiss(self, interaction: Interaction, press: Press) -> None:
        """Takes the card away: for who posted the link (or asked for the card), or a manager."""
        server_id, message = server_of(interaction), interaction.message
        assert message is not None  # noqa: S101 - a press comes from a button, which stands on a message
        manager, user_id = is_manager(interaction), interaction.user.id
        async with Answer(interaction, update=True) as answer:
            if await self._is_reply(server_id, message):
                plan = await self.cards.dismiss(server_id, message.id, press.number, user_id=user_id, manager=manager)
                await answer.nothing()
                if plan is not None:
                    await self.bot.replies.carry_out(plan)
                return
            asked = message.interaction_metadata
            if not manager and (asked is None or asked.user.id != user_id):
                raise NotAllowed(NOT_YOURS)
            await answer.vanish()
            await self.cards.deleted(server_id, [message.id])

    async def _is_reply(self, server_id: int, message: discord.Message) -> bool:
        """A card can be pressed before it is recorded: Discord's preview of the link is hidden in between."""
        for _ in range(_LOOKS):
            if await self.cards.is_reply(server_id, message.id):
                return True
            if message.reference is None:
                return False
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        return False

    @contextmanager
    def _or_later(self, server_id: int) -> Iterator[None]:
        try:
            yield
        except Unavailable:
            self.bot.away.unwritten(server_id)

    async def _say_once(self, heard: HeardMessage) -> None:
        """Never to a bot: two that answer each other do not end."""
        guild = self.bot.get_guild(heard.server_id)
        channel = None if guild is None else guild.get_channel_or_thread(heard.channel_id)
        if isinstance(channel, discord.abc.Messageable) and not heard.from_bot:
            await self.hints.give(channel.get_partial_message(heard.message_id), NO_CARDS_FOR_NOW)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(PaperCards(bot))
