"""Deletes what belonged to servers that removed the bot, once their time is over."""

from __future__ import annotations

import asyncio

from discord.ext import commands

from bot.client import PaperBot
from bot.posting.membership import forget_lost_servers
from bot.tree import report

DAY_SECONDS = 24 * 3600


class Retention(commands.Cog):
    """At the start and once a day."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.retention = bot.services.retention
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Starts it."""
        forget_lost_servers(self.bot)
        self._work = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Ends it; what is left is found the next time."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session: servers may have removed the bot while it was away."""
        present = [guild.id for guild in self.bot.guilds if guild.shard_id == shard_id]
        await self.retention.only_in(present, shard_id=shard_id, shard_count=self.bot.shard_count or 1)

    async def _run(self) -> None:
        await self.bot.wait_until_ready()
        while True:
            try:
                await self.retention.delete_due(lambda server_id: self.bot.get_guild(server_id) is not None)
            except Exception as error:  # noqa: BLE001 - tomorrow is another day
                await report(error, during="deleting the data of servers that removed the bot")
            await self.bot.clock.sleep(DAY_SECONDS)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Retention(bot))
