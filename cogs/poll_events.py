"""What Discord tells of polls. Each event only makes a round be looked at sooner: it would be anyway when it is due."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import PaperBot


class PollEvents(commands.Cog):
    """Counted, deleted, cleared away, gone with its channel."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.rounds = bot.services.rounds

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A poll of ours may have its final count."""
        if payload.message.poll is not None and payload.message.author.id == self._own_id:
            await self._look(payload.message_id)

    @commands.Cog.listener()
    async def on_poll_result(self, message: discord.Message) -> None:
        """Discord announces the result of a poll in the name of its author (message type 46)."""
        about = message.reference
        if message.author.id == self._own_id and about is not None and about.message_id is not None:
            await self._look(about.message_id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Somebody may have deleted a poll."""
        await self._look(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A poll may be among what a moderator cleared away."""
        await self._look_in(payload.channel_id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """The poll went with its channel."""
        await self._look_in(channel.id)

    @property
    def _own_id(self) -> int | None:
        return self.bot.user.id if self.bot.user is not None else None

    async def _look(self, message_id: int) -> None:
        found = await self.rounds.of_poll(message_id)
        if found is not None and found.running:
            await self.rounds.look(found.id)

    async def _look_in(self, channel_id: int) -> None:
        for round_id in await self.rounds.running_in(channel_id):
            await self.rounds.look(round_id)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(PollEvents(bot))
