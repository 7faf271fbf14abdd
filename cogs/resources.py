"""`/resource` and `/path`: what belongs to a paper, and what to read before it."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.resources import LINK_LENGTH, READ_FIRST, Kind, check_link
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperOption, PaperText
from bot.views.custom_ids import Press
from bot.views.resources import ALL, PATH, REMOVE, SHOW, added_words, page_view, path_view

Interaction = discord.Interaction[PaperBot]


class Resources(commands.Cog):
    """Also keeps the lists in papers' threads up to date."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.resources = bot.services.resources
        self._work: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Names the buttons, and goes on with the lists that were left undone."""
        self.bot.buttons.add(
            **{SHOW: self.press_show, ALL: self.press_show, REMOVE: self.press_remove, PATH: self.press_path}
        )
        self._work = asyncio.create_task(self._keep_lists())

    async def cog_unload(self) -> None:
        """What is under way is found again by its row."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    @app_commands.command(description="Add code, a video, a text, slides, data to a paper, or a paper to read first.")
    @app_commands.describe(
        paper=PAPER_DESCRIPTION,
        kind="What the link is",
        link="Its address; for a paper to read first also an id or words of its title",
    )
    @app_commands.guild_only()
    async def resource(
        self,
        interaction: Interaction,
        paper: PaperText,
        kind: Kind,
        link: app_commands.Range[str, 1, LINK_LENGTH],
    ) -> None:
        """Links are checked, never fetched."""
        server_id, user_id = server_of(interaction), interaction.user.id
        papers = self.bot.services.papers
        async with Answer(interaction) as answer:
            address = None if kind == READ_FIRST else check_link(link)
            found = await papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            if address is None:
                first = await papers.find(server_id, link, wait_seconds=FETCH_SECONDS)
                new = await self.resources.add_first(server_id, found.number, user_id, first.number)
                said = added_words(found, kind, new=new, first=first)
            else:
                new = await self.resources.add_link(server_id, found.number, user_id, kind, address)
                said = added_words(found, kind, new=new)
            await self._changed(server_id, found.number)
            await answer.say(said)

    @resource.autocomplete("link")
    async def offer_papers(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """This server's papers, where one to read first is meant."""
        if getattr(interaction.namespace, "kind", None) != READ_FIRST:
            return []
        return await PaperOption().autocomplete(interaction, typed)

    @app_commands.command(description="Show what to read before a paper, in order, and who here has read how much.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def path(self, interaction: Interaction, paper: PaperText) -> None:
        """Private: the asker's own marks stand in it."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            await answer.show(path_view(await self.resources.path(server_id, found.number, interaction.user.id)))

    async def press_show(self, interaction: Interaction, press: Press) -> None:
        """All of a paper, for the one who asks; from a page of them, in its place."""
        turning = len(press.arguments) > 1
        async with Answer(interaction, update=turning) as answer:
            page = await self._page(interaction, press.number, press.number_at(1) if turning else 0)
            await (answer.change(page) if turning else answer.show(page))

    async def press_path(self, interaction: Interaction, press: Press) -> None:
        """The same as the command."""
        async with Answer(interaction) as answer:
            path = await self.resources.path(server_of(interaction), press.number, interaction.user.id)
            await answer.show(path_view(path))

    async def press_remove(self, interaction: Interaction, press: Press) -> None:
        """By who added it, or a manager."""
        server_id, user_id = server_of(interaction), interaction.user.id
        page, removed = press.number_at(1), press.number_at(2)
        async with Answer(interaction, update=True) as answer:
            number = await self.resources.remove(server_id, removed, user_id, manager=is_manager(interaction))
            await self._changed(server_id, number)
            await answer.change(await self._page(interaction, number, page))

    async def _page(self, interaction: Interaction, number: int, page: int) -> discord.ui.LayoutView:
        paper = await self.bot.services.papers.by_number(number)
        found = await self.resources.page(server_of(interaction), number, page)
        return page_view(paper, found, user_id=interaction.user.id, manager=is_manager(interaction))

    async def _changed(self, server_id: int, number: int) -> None:
        self.bot.resource_lists.wake()
        self.bot.refresher.changed(server_id, number)

    async def _keep_lists(self) -> None:
        await self.bot.wait_until_ready()
        await self.bot.resource_lists.run()


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Resources(bot))
