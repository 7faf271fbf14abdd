"""The message menu **Save papers**: all that a message names goes on the list. Discord sends the message along, so it
works without the message content intent."""

from __future__ import annotations

from typing import TypeAlias

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.paper_cards import Form
from bot.errors import NotUnderstood
from bot.paper_option import FETCH_SECONDS
from bot.services.saving import SavedPapers
from bot.views.message_text import papers_named, papers_shown
from bot.views.save_papers import MENU, NO_PAPERS, saved_view

Interaction: TypeAlias = discord.Interaction[PaperBot]


class SavePapers(commands.Cog):
    """One entry in the menu of every message."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.saving = bot.services.saving
        self.menu = app_commands.ContextMenu(name=MENU, callback=self.save_papers)
        self.menu.guild_only = True

    async def cog_load(self) -> None:
        """A menu is not found by itself, as the commands of a cog are."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Takes it out again."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def save_papers(self, interaction: Interaction, message: discord.Message) -> None:
        """Private: the cards in the channel show the room what is saved."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            saved = await self._save(server_id, interaction.user.id, message)
            for paper in saved.new:
                self.bot.refresher.changed(server_id, paper.number)
            await answer.show(saved_view(saved, interaction.user.id))

    async def _save(self, server_id: int, user_id: int, message: discord.Message) -> SavedPapers:
        own = self.bot.user is not None and message.author.id == self.bot.user.id
        if own:
            seen = [(number, Form.FULL) for number in papers_shown(message)]
            cards = await self.bot.services.cards.cards_on(server_id, message.id, seen)
            if cards:
                return await self.saving.save(server_id, user_id, [card.paper for card in cards])
        named = papers_named(message)
        if not named:
            raise NotUnderstood(NO_PAPERS)
        return await self.saving.save_named(server_id, user_id, named, wait_seconds=FETCH_SECONDS)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(SavePapers(bot))
