"""`/list` and the buttons that turn its pages."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.reading_list import Listing, Sort, Status
from bot.domain.reports import Learned
from bot.domain.tags import parse_tag
from bot.errors import NotUnderstood
from bot.posting.thread_counts import ThreadCounts
from bot.services.reading_list import PAGE_SIZE
from bot.tag_option import TagText
from bot.views.custom_ids import Press
from bot.views.reading_list import CANNOT_TURN, page_view, turned

Interaction = discord.Interaction[PaperBot]


class ListPages(commands.Cog):
    """Private, so that everybody can page at their own pace."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.list = bot.services.reading_list
        self.threads = ThreadCounts(bot, bot.services.reading_list, bot.clock)

    async def cog_load(self) -> None:
        """Names the buttons."""
        self.bot.buttons.add(list=self.press_list)

    @app_commands.command(name="list", description="Page through this server's reading list.")
    @app_commands.describe(
        status="Only papers that you marked so with /status, on the list or not",
        tag="Only papers with this tag",
        sort="Which come first; votes when left out",
        saved_by="Only papers that this member saved",
        learned="Only papers of which members told so, on the list or not",
    )
    @app_commands.guild_only()
    async def list_(  # noqa: PLR0917 - the options of the command
        self,
        interaction: Interaction,
        status: Status | None = None,
        tag: TagText | None = None,
        sort: Sort = "votes",
        saved_by: discord.User | None = None,
        learned: Learned | None = None,
    ) -> None:
        """The first page."""
        async with Answer(interaction) as answer:
            listing = Listing(
                sort=sort,
                tag=None if tag is None else parse_tag(tag),
                saved_by=saved_by.id if saved_by else None,
                status=status,
                learned=learned,
            )
            if sort == "discussed":
                await self.threads.refresh(server_of(interaction))
            await answer.show(await self._page(interaction, listing, 0))

    async def press_list(self, interaction: Interaction, press: Press) -> None:
        """Turns the page."""
        async with Answer(interaction, update=True) as answer:
            to = turned(press)
            if to is None:
                raise NotUnderstood(CANNOT_TURN)
            number, listing = to
            await answer.change(await self._page(interaction, listing, number))

    async def _page(self, interaction: Interaction, listing: Listing, number: int) -> discord.ui.LayoutView:
        page = await self.list.page(server_of(interaction), interaction.user.id, listing, number)
        return page_view(page.found, listing, number=page.number, size=PAGE_SIZE)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(ListPages(bot))
