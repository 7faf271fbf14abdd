"""Joining and leaving servers."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import PaperBot


class Servers(commands.Cog):
    """Keeps the list of servers the bot is in."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.servers = bot.services.servers

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Invited, or invited again."""
        await self.servers.joined(guild.id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed."""
        await self.servers.left(guild.id)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Servers(bot))
