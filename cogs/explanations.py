"""`/explain` and what members do with each other's explanations."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.explanations import read_draft
from bot.forms import Submitted
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.views.custom_ids import Press
from bot.views.explanations import (
    EXPLAIN,
    LEVEL,
    REMOVE,
    SHOW,
    TEXT,
    VOTE,
    explanation_form,
    page_view,
    write_view,
    written_words,
)

Interaction = discord.Interaction[PaperBot]


class Explanations(commands.Cog):
    """The best stands on the card, so cards follow whatever changes here."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.explanations = bot.services.explanations

    async def cog_load(self) -> None:
        """Names buttons and form."""
        self.bot.buttons.add(
            **{EXPLAIN: self.press_explain, SHOW: self.press_show, VOTE: self.press_vote, REMOVE: self.press_remove}
        )
        self.bot.forms.add(**{EXPLAIN: self.submit})

    @app_commands.command(description="Say in plain words what a paper is about. The best explanation is on its card.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def explain(self, interaction: Interaction, paper: PaperText) -> None:
        """Opens the form; a paper that takes long to fetch gets a button for it instead."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            own = await self.explanations.own(server_id, found.number, interaction.user.id)
            if interaction.response.is_done():
                await answer.show(write_view(found))
            else:
                await answer.ask(explanation_form(found.number, own))

    async def press_explain(self, interaction: Interaction, press: Press) -> None:
        """The same from the panel behind More."""
        server_id, number = server_of(interaction), press.number
        async with Answer(interaction) as answer:
            own = await self.explanations.own(server_id, number, interaction.user.id)
            await answer.ask(explanation_form(number, own))

    async def submit(self, interaction: Interaction, form: Submitted) -> None:
        """In place of the member's earlier one."""
        server_id, number = server_of(interaction), form.press.number
        async with Answer(interaction) as answer:
            draft = read_draft(next(iter(form.chosen[LEVEL]), ""), form.texts[TEXT])
            new = await self.explanations.put(server_id, number, interaction.user.id, draft)
            self.bot.refresher.changed(server_id, number)
            await answer.say(written_words(await self.bot.services.papers.by_number(number), new=new))

    async def press_show(self, interaction: Interaction, press: Press) -> None:
        """All of a paper, for the one who asks; from a page of them, in its place."""
        turning = len(press.arguments) > 1
        async with Answer(interaction, update=turning) as answer:
            page = await self._page(interaction, press.number, press.number_at(1) if turning else 0)
            await (answer.change(page) if turning else answer.show(page))

    async def press_vote(self, interaction: Interaction, press: Press) -> None:
        """Votes, moves the vote, or takes it back."""
        server_id, user_id = server_of(interaction), interaction.user.id
        page, voted = press.number_at(1), press.number_at(2)
        async with Answer(interaction, update=True) as answer:
            number = await self.explanations.vote(server_id, voted, user_id, interaction_id=interaction.id)
            self.bot.refresher.changed(server_id, number)
            await answer.change(await self._page(interaction, number, page))

    async def press_remove(self, interaction: Interaction, press: Press) -> None:
        """By its author or a manager."""
        server_id, user_id = server_of(interaction), interaction.user.id
        page, removed = press.number_at(1), press.number_at(2)
        async with Answer(interaction, update=True) as answer:
            number = await self.explanations.remove(server_id, removed, user_id, manager=is_manager(interaction))
            self.bot.refresher.changed(server_id, number)
            await answer.change(await self._page(interaction, number, page))

    async def _page(self, interaction: Interaction, number: int, page: int) -> discord.ui.LayoutView:
        server_id, user_id = server_of(interaction), interaction.user.id
        paper = await self.bot.services.papers.by_number(number)
        found = await self.explanations.page(server_id, number, user_id, page)
        return page_view(paper, found, user_id=user_id, manager=is_manager(interaction))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Explanations(bot))
