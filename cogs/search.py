"""`/search`: full text over this server's papers."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.reports import Learned
from bot.services.search import PAGE_SIZE
from bot.views.custom_ids import Press
from bot.views.search import search_view, turned

Interaction = discord.Interaction[PaperBot]


class Search(commands.Cog):
    """Words in, pages out."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Names the button."""
        self.bot.buttons.add(search=self.press_search)

    @app_commands.command(description="Find papers of this server by words, best first.")
    @app_commands.describe(
        words="Words of titles, authors, abstracts, tags or notes; or an id or a link",
        learned="Only papers of which members told so",
    )
    @app_commands.guild_only()
    async def search(self, interaction: Interaction, words: str, learned: Learned | None = None) -> None:
        """Private, so that everybody can page at their own pace."""
        async with Answer(interaction) as answer:
            page = await self.bot.services.search.find(server_of(interaction), words, learned=learned)
            await answer.show(search_view(page, size=PAGE_SIZE))

    async def press_search(self, interaction: Interaction, press: Press) -> None:
        """Turns the page, in the server where the button was pressed."""
        page, words, learned = turned(press)
        async with Answer(interaction, update=True) as answer:
            found = await self.bot.services.search.find(server_of(interaction), words, page, learned)
            await answer.change(search_view(found, size=PAGE_SIZE))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Search(bot))
