"""`/help`: what you can do here, by what you may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import FOR_MANAGERS, Answer
from bot.client import PaperBot
from bot.views.custom_ids import Press
from bot.views.help import MENUS, HelpLine, help_view

Interaction = discord.Interaction[PaperBot]


class Help(commands.Cog):
    """Made from the commands themselves, so that it cannot be out of date."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Names the menu."""
        self.bot.buttons.add(help=self.press_help)

    @app_commands.command(description="What to do first, and the commands you can use here.")
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """Private."""
        async with Answer(interaction) as answer:
            await answer.show(help_view(list(_usable(self.bot.tree, interaction.permissions))))

    async def press_help(self, interaction: Interaction, press: Press) -> None:
        """Turns to another section, by what the member may by now."""
        async with Answer(interaction, update=True) as answer:
            lines = list(_usable(self.bot.tree, interaction.permissions))
            await answer.change(help_view(lines, next(iter(press.values), "")))


def _usable(tree: app_commands.CommandTree[PaperBot], mine: discord.Permissions) -> Iterator[HelpLine]:
    """By the permissions commands ask for; which of them an admin lent to whom, Discord does not tell."""
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command) and _allowed(command, mine):
            yield HelpLine(command.qualified_name, command.description)
    for menu in tree.walk_commands(type=discord.AppCommandType.message):
        if _allowed(menu, mine):
            yield HelpLine(menu.name, MENUS[menu.name], menu=True)


def _allowed(
    command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, mine: discord.Permissions
) -> bool:
    root = command if isinstance(command, app_commands.ContextMenu) else command.root_parent or command
    needed = root.default_permissions
    if command.extras == FOR_MANAGERS:
        needed = discord.Permissions(manage_guild=True)
    return needed is None or needed <= mine or mine.administrator


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Help(bot))
