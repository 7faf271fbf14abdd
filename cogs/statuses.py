"""`/status`: a member's own want to read, reading, read."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.views.changes import status_words

Interaction = discord.Interaction[PaperBot]


class Statuses(commands.Cog):
    """Whether the paper is on the list or not."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @app_commands.command(description="Mark a paper for yourself: want to read, reading, read. Only you see it.")
    @app_commands.describe(paper=PAPER_DESCRIPTION, status="How far you are with it; none takes the mark away")
    @app_commands.guild_only()
    async def status(
        self, interaction: Interaction, paper: PaperText, status: Literal["want to read", "reading", "read", "none"]
    ) -> None:
        """Fetches it when it is new."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            own = None if status == "none" else status
            changed = await self.bot.services.readers.set_status(server_id, found.number, interaction.user.id, own)
            if changed:
                self.bot.refresher.changed(server_id, found.number)
            await answer.say(status_words(found, own))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Statuses(bot))
