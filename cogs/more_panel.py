"""The More button on cards: a private panel with the member's status, tags, notes, the citation and the abstract."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.reading_list import STATUSES, Status
from bot.domain.tags import parse_tags
from bot.errors import NotFound, NotUnderstood
from bot.forms import Submitted
from bot.services.reading_list import NOT_ON_LIST
from bot.views.custom_ids import Press
from bot.views.paper_details import (
    FIELD,
    NO_STATUS,
    NO_SUCH_STATUS,
    abstract_views,
    citation_view,
    more_view,
    note_form,
    tags_form,
)

Interaction = discord.Interaction[PaperBot]


class MorePanel(commands.Cog):
    """Whatever is changed there shows in the panel at once, and on cards a moment later."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.readers = bot.services.readers

    async def cog_load(self) -> None:
        """Names buttons, menu and forms."""
        self.bot.buttons.add(
            more=self.press_more,
            abstract=self.press_abstract,
            cite=self.press_cite,
            status=self.choose_status,
            tags=self.press_tags,
            note=self.press_note,
        )
        self.bot.forms.add(tags=self.submit_tags, note=self.submit_note)

    async def press_more(self, interaction: Interaction, press: Press) -> None:
        """What else can be done with the paper."""
        async with Answer(interaction) as answer:
            await answer.show(await self._panel(interaction, press.number))

    async def press_abstract(self, interaction: Interaction, press: Press) -> None:
        """The whole abstract, for the one who asks."""
        async with Answer(interaction) as answer:
            await answer.show(*abstract_views(await self.bot.services.papers.by_number(press.number)))

    async def press_cite(self, interaction: Interaction, press: Press) -> None:
        """BibTeX, for the one who asks."""
        async with Answer(interaction) as answer:
            await answer.show(citation_view(await self.bot.services.papers.by_number(press.number)))

    async def choose_status(self, interaction: Interaction, press: Press) -> None:
        """The member's own, set or taken away."""
        server_id = server_of(interaction)
        async with Answer(interaction, update=True) as answer:
            chosen = _status(press)
            changed = await self.readers.set_status(server_id, press.number, interaction.user.id, chosen)
            if changed:
                self.bot.refresher.changed(server_id, press.number)
            await answer.change(await self._panel(interaction, press.number))

    async def press_tags(self, interaction: Interaction, press: Press) -> None:
        """Opens the form with the tags as they are."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            mine = await self.readers.view(server_id, press.number, interaction.user.id)
            if not mine.saved:
                raise NotFound(NOT_ON_LIST)
            await answer.ask(tags_form(press.number, mine.tags))

    async def press_note(self, interaction: Interaction, press: Press) -> None:
        """Opens the form with the member's note as it is."""
        server_id, user_id = server_of(interaction), interaction.user.id
        async with Answer(interaction) as answer:
            mine = await self.readers.view(server_id, press.number, user_id)
            if not mine.saved:
                raise NotFound(NOT_ON_LIST)
            await answer.ask(note_form(press.number, mine.note_of(user_id)))

    async def submit_tags(self, interaction: Interaction, form: Submitted) -> None:
        """In place of all that were there."""
        server_id, number = server_of(interaction), form.press.number
        async with Answer(interaction, update=True) as answer:
            await self.bot.services.reading_list.set_tags(server_id, number, parse_tags(form.texts[FIELD]))
            self.bot.refresher.changed(server_id, number)
            await answer.change(await self._panel(interaction, number))

    async def submit_note(self, interaction: Interaction, form: Submitted) -> None:
        """In place of the member's earlier one."""
        server_id, number = server_of(interaction), form.press.number
        async with Answer(interaction, update=True) as answer:
            await self.readers.set_note(server_id, number, interaction.user.id, form.texts[FIELD])
            self.bot.refresher.changed(server_id, number)
            await answer.change(await self._panel(interaction, number))

    async def _panel(self, interaction: Interaction, number: int) -> discord.ui.LayoutView:
        found = await self.bot.services.papers.by_number(number)
        return more_view(found, await self.readers.view(server_of(interaction), number, interaction.user.id))


def _status(press: Press) -> Status | None:
    chosen = next(iter(press.values), "")
    for status in STATUSES:
        if status == chosen:
            return status
    if chosen == NO_STATUS:
        return None
    raise NotUnderstood(NO_SUCH_STATUS)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(MorePanel(bot))
