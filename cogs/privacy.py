"""`/privacy ignore-me`: a member's say over what the bot takes notice of."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer
from bot.client import PaperBot

Interaction = discord.Interaction[PaperBot]


class Privacy(commands.Cog):
    """Everybody's own choice, in every server at once."""

    privacy = app_commands.Group(name="privacy", description="What I may know of you.", guild_only=True)

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @privacy.command(name="ignore-me", description="I neither answer nor record what you post, in any server.")
    @app_commands.describe(ignore="False to be noticed again")
    async def ignore_me(self, interaction: Interaction, ignore: bool = True) -> None:
        """Commands go on working: they are asked for."""
        async with Answer(interaction) as answer:
            await self.bot.services.servers.ignore_member(interaction.user.id, ignore=ignore)
            await answer.say(
                "From now on I neither answer nor record your messages, in any server. Undo it with "
                "/privacy ignore-me ignore: False."
                if ignore
                else "I answer links in your messages again."
            )


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Privacy(bot))
