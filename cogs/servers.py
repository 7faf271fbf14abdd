"""Joining and leaving servers, and the first words there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import discord
from discord.ext import commands

from bot.client import PaperBot
from bot.posting.welcome import Welcomer


class Servers(commands.Cog):
    """Keeps the list of servers the bot is in."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.servers = bot.services.servers
        self.welcomer = Welcomer(bot, bot.services.servers)

    async def cog_load(self) -> None:
        """Names what is done when a welcome is due."""
        self.bot.occurrences.add("welcome", self.welcomer.welcome)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Invited, or invited again."""
        await self.servers.joined({guild.id: _joined_at(guild) or self.bot.clock.now()})

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A server may have invited the bot while it was away."""
        here = [guild for guild in self.bot.guilds if guild.shard_id == shard_id]
        await self.servers.joined(dict(_dated(here)))

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Back from an outage, in which the bot may have been invited. At the start, all are looked at together."""
        if self.bot.is_ready():
            await self.servers.joined(dict(_dated([guild])))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed."""
        await self.servers.left(guild.id)


def _dated(guilds: Iterable[discord.Guild]) -> Iterable[tuple[int, datetime]]:
    for guild in guilds:
        joined_at = _joined_at(guild)
        if joined_at is not None:
            yield guild.id, joined_at


def _joined_at(guild: discord.Guild) -> datetime | None:
    """When the bot joined; None while Discord has not told, in an outage of the server's."""
    me: discord.Member | None = guild.me  # typed as always there, which it is once Discord has sent all
    return None if me is None else me.joined_at


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Servers(bot))
