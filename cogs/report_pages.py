"""`/reports`: what members found, a page or one at a time, and as a file."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.export.reports import ReportFormat
from bot.paper_option import FETCH_SECONDS, PaperText
from bot.views.custom_ids import Press
from bot.views.one_report import history_views, remove_view, report_views
from bot.views.reading_list import sentence_view
from bot.views.report_page import page_view
from bot.views.reports import KEPT, UNHIDDEN, export_view, removed_words

Interaction = discord.Interaction[PaperBot]


class ReportPages(commands.Cog):
    """All of it private, as what a member sees depends on who they are."""

    reports_ = app_commands.Group(
        name="reports", description="What members found when they tried papers.", guild_only=True
    )

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.reports = bot.services.reports
        self.pages = bot.services.report_pages

    async def cog_load(self) -> None:
        """Names the buttons."""
        self.bot.buttons.add(
            **{
                "reports": self.press_page,
                "reports-of": self.press_of,
                "report-read": self.press_read,
                "report-said": self.press_said,
                "report-history": self.press_history,
                "report-remove": self.press_remove,
                "report-gone": self.press_gone,
                "report-keep": self.press_keep,
                "report-unhide": self.press_unhide,
            }
        )

    @reports_.command(description="Show what members found when they tried a paper.")
    @app_commands.describe(paper="Left out: the paper of this thread, or else the recent reports on all papers")
    async def show(self, interaction: Interaction, paper: PaperText | None = None) -> None:
        """Of one paper."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            if paper is not None:
                found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
                number = found.number
            else:
                number = await self.bot.services.discussions.paper_of(server_id, interaction.channel_id or 0) or 0
            await answer.show(await self._page(interaction, number, 0))

    @reports_.command(description="Show the recent reports on all papers.")
    async def recent(self, interaction: Interaction) -> None:
        """The first page."""
        async with Answer(interaction) as answer:
            await answer.show(await self._page(interaction, 0, 0))

    @reports_.command(description="All reports as a file, without any name, to study or publish.")
    @app_commands.describe(format="CSV for spreadsheets, JSON for programs")
    async def export(self, interaction: Interaction, format: ReportFormat) -> None:  # noqa: A002 - the option's name
        """For all: everybody may read what is in it."""
        guild = interaction.guild
        async with Answer(interaction) as answer:
            made = await self.pages.export(server_of(interaction), format, guild.name if guild else "")
            file = discord.File(io.BytesIO(made.content), filename=made.name)
            await answer.show(export_view(format, made), file=file)

    async def press_page(self, interaction: Interaction, press: Press) -> None:
        """Turns the page."""
        async with Answer(interaction, update=True) as answer:
            await answer.change(await self._page(interaction, press.number_at(1), press.number))

    async def press_of(self, interaction: Interaction, press: Press) -> None:
        """Of the paper of a card."""
        async with Answer(interaction) as answer:
            await answer.show(await self._page(interaction, press.number, 0))

    async def press_read(self, interaction: Interaction, press: Press) -> None:
        """All of one report."""
        await self._show_one(interaction, press.number, 0)

    async def press_said(self, interaction: Interaction, press: Press) -> None:
        """More answers."""
        await self._show_one(interaction, press.number, press.number_at(1))

    async def press_history(self, interaction: Interaction, press: Press) -> None:
        """What it said before."""
        async with Answer(interaction) as answer:
            edits = await self.pages.history(
                server_of(interaction), press.number, interaction.user.id, manager=is_manager(interaction)
            )
            await answer.show(*history_views(press.number, edits, press.number_at(1)))

    async def press_remove(self, interaction: Interaction, press: Press) -> None:
        """Asks first."""
        async with Answer(interaction) as answer:
            told = await self.pages.to_remove(server_of(interaction), press.number, interaction.user.id)
            await answer.show(remove_view(told))

    async def press_gone(self, interaction: Interaction, press: Press) -> None:
        """The author is sure."""
        server_id = server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            removed = await self.reports.remove(server_id, press.number, interaction.user.id)
            if removed.until is None:
                self.bot.refresher.changed(server_id, removed.paper)
            await answer.change(sentence_view(removed_words(removed)))

    async def press_keep(self, interaction: Interaction, _press: Press) -> None:
        """The author thought better of it."""
        async with Answer(interaction, update=True) as answer:
            await answer.change(sentence_view(KEPT))

    async def press_unhide(self, interaction: Interaction, press: Press) -> None:
        """A manager shows it again."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            number = await self.reports.unhide(
                server_id, press.number, interaction.user.id, manager=is_manager(interaction)
            )
            self.bot.refresher.changed(server_id, number)
            await answer.say(UNHIDDEN)

    async def _show_one(self, interaction: Interaction, report_id: int, page: int) -> None:
        async with Answer(interaction) as answer:
            told, paper = await self.pages.one(
                server_of(interaction), report_id, interaction.user.id, manager=is_manager(interaction)
            )
            await answer.show(*report_views(told, paper, page=page))

    async def _page(self, interaction: Interaction, number: int, page: int) -> discord.ui.LayoutView:
        server_id, user_id, manager = server_of(interaction), interaction.user.id, is_manager(interaction)
        if number:
            return page_view(await self.pages.of_paper(server_id, number, user_id, manager=manager, page=page))
        return page_view(await self.pages.recent(server_id, user_id, manager=manager, page=page))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(ReportPages(bot))
