"""`/backfill`: reads a channel's history into the list of mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.backfill import MOST, Reading
from bot.errors import NotAllowed, Unavailable, UserError
from bot.posting.backfills import lacking
from bot.views.backfills import HIDDEN, MANAGERS_ONLY, UNREAD, reading_view
from bot.views.custom_ids import Press

Interaction = discord.Interaction[PaperBot]
Readable = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.Thread


class Backfill(commands.Cog):
    """What was shared before the bot was there."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.backfills = bot.services.backfills
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Goes on with what was under way, and names the buttons."""
        self.bot.buttons.add(**{"backfill-stop": self.press_stop, "backfill-go-on": self.press_go_on})
        self._work = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Ends it; it goes on from its rows."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _run(self) -> None:
        await self.bot.wait_until_ready()
        await self.bot.backfills.run()

    @app_commands.command(description="Note the papers in a channel's old messages. No cards are posted for them.")
    @app_commands.describe(
        channel="Its public threads and posts count too",
        limit="Only so many of the newest messages, of the channel and of each thread; all when left out",
    )
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def backfill(
        self, interaction: Interaction, channel: Readable, limit: app_commands.Range[int, 1, MOST] | None = None
    ) -> None:
        """Public: it is the room's history."""
        server_id = server_of(interaction)
        async with Answer(interaction, private=False) as answer:
            if not self.bot.intents.message_content:
                raise Unavailable(UNREAD)
            if lacking(channel):
                raise UserError(HIDDEN.format(channel=channel.mention))
            reading = await self.backfills.begin(
                server_id, channel.id, reading_id=interaction.id, asked_by=interaction.user.id, most=limit
            )
            message_id = await answer.show(reading_view(reading))
        if message_id is not None and interaction.channel_id is not None:
            await self.backfills.answered(reading, interaction.channel_id, message_id)

    async def press_stop(self, interaction: Interaction, press: Press) -> None:
        """For managers."""
        await self._turn(interaction, press, self.backfills.stop)

    async def press_go_on(self, interaction: Interaction, press: Press) -> None:
        """For managers."""
        await self._turn(interaction, press, self.backfills.go_on)

    async def _turn(
        self, interaction: Interaction, press: Press, turn: Callable[[int, int], Awaitable[Reading]]
    ) -> None:
        server_id = server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            if not is_manager(interaction):
                raise NotAllowed(MANAGERS_ONLY)
            await answer.change(reading_view(await turn(server_id, press.number)))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed that may just be on its way from history."""
        if payload.message.edited_at is not None:
            self.bot.backfills.edited(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone that may just be on its way from history."""
        self.bot.backfills.deleted(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many."""
        self.bot.backfills.deleted(*payload.message_ids)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Backfill(bot))
