"""`/help`: what you can do here, by what you may."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import FOR_MANAGERS, Answer
from bot.client import PaperBot
from bot.views.help import HelpLine, help_view

Interaction = discord.Interaction[PaperBot]


class Help(commands.Cog):
    """Made from the commands themselves, so that it cannot be out of date."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @app_commands.command(description="What I do, and the commands you can use here.")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """Private."""
        async with Answer(interaction) as answer:
            await answer.show(help_view(list(_usable(self.bot.tree, interaction.permissions))))


def _usable(tree: app_commands.CommandTree[PaperBot], mine: discord.Permissions) -> Iterator[HelpLine]:
    for command in tree.walk_commands():
        if not isinstance(command, app_commands.Command):
            continue
        needed = (command.root_parent or command).default_permissions
        if command.extras == FOR_MANAGERS:
            needed = discord.Permissions(manage_guild=True)
        if needed is None or needed <= mine or mine.administrator:
            yield HelpLine(command.qualified_name, command.description)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Help(bot))
