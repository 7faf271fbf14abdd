"""`/export`: the reading list as a file."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.export.files import Format
from bot.views.export import export_view

Interaction = discord.Interaction[PaperBot]


class Export(commands.Cog):
    """For all: whoever may use commands here can read the list anyway."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @app_commands.command(description="This server's reading list as a file, for you alone.")
    @app_commands.describe(format="BibTeX, RIS and CSL-JSON for reference managers, CSV for spreadsheets")
    @app_commands.guild_only()
    async def export(self, interaction: Interaction, format: Format) -> None:  # noqa: A002 - the option's name
        """What it holds: docs/decisions/0013."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            made = await self.bot.services.exports.file(
                server_id,
                format,
                server_name=interaction.guild.name if interaction.guild else "",
                most_bytes=interaction.filesize_limit,
            )
            file = discord.File(io.BytesIO(made.content), filename=made.name)
            await answer.show(export_view(format, made.name, made.entries), file=file)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Export(bot))
