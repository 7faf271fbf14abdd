"""Keeps the weekly work going; what is done when something is due, each feature's cog says."""

from __future__ import annotations

import asyncio

from discord.ext import commands

from bot.client import PaperBot


class Occurrences(commands.Cog):
    """The loop behind polls, meetings and digests."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Starts it."""
        self._work = asyncio.create_task(self._run())

    async def cog_unload(self) -> None:
        """Ends it; whatever was under way is found again by its row."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _run(self) -> None:
        await self.bot.wait_until_ready()
        await self.bot.occurrences.run()


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Occurrences(bot))
