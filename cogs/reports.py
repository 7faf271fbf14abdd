"""`/report`, its form, and what becomes due because of reports."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.occurrences import Occurrence
from bot.domain.report_words import read_link, read_words
from bot.domain.reports import LINK_LENGTH, SETTING_LENGTH, Outcome
from bot.errors import UserError
from bot.forms import Submitted
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.posting.hidden_reports import HiddenReports
from bot.posting.reports import ReportThreads
from bot.posting.threads import DiscussionThreads
from bot.views.custom_ids import Press
from bot.views.report_forms import (
    AGAIN,
    FORM,
    NAME,
    NO_NAME,
    OUTCOME,
    TOO_SLOW,
    UNSAVED,
    Asked,
    again_view,
    asked_in,
    chosen_outcome,
    kept_texts,
    report_form,
    texts_of,
)
from bot.views.reports import saved_view

Interaction = discord.Interaction[PaperBot]


class Reports(commands.Cog):
    """Nothing that a member typed is lost: a form that is refused keeps it."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.reports = bot.services.reports
        threads = DiscussionThreads(bot.services.discussions, bot.services.cards)
        self.threads = ReportThreads(bot, bot.services.rounds, bot.services.cards, threads)
        self.hidden = HiddenReports(bot, bot.services.reports, bot.services.papers)

    async def cog_load(self) -> None:
        """Names buttons, form, and what is due."""
        self.bot.buttons.add(**{"tried": self.press_tried, AGAIN: self.press_again})
        self.bot.forms.add(**{FORM: self.submit})
        self.bot.occurrences.add("tried", self.threads.anyone)
        self.bot.occurrences.add("reports", self.publish)
        self.bot.occurrences.add("hidden", self.hidden.tell)

    @app_commands.command(description="Tell what happened when you tried a paper. One report for each paper.")
    @app_commands.describe(
        paper=PAPER_DESCRIPTION,
        outcome="What it came to; a form then asks for the words",
        setup="Your setting: data, model, code, hardware",
        link="To code, a log or a write-up",
        anonymous="True to leave out your name, for managers too; shown on the full hour",
    )
    @app_commands.guild_only()
    async def report(  # noqa: PLR0917 - the options of the command
        self,
        interaction: Interaction,
        paper: PaperText,
        outcome: Outcome,
        setup: app_commands.Range[str, 1, SETTING_LENGTH] | None = None,
        link: app_commands.Range[str, 1, LINK_LENGTH] | None = None,
        anonymous: bool | None = None,
    ) -> None:
        """Opens the form; a paper that is new is fetched first, and the form opened by a button then."""
        server_id, user_id = server_of(interaction), interaction.user.id
        async with Answer(interaction) as answer:
            read_link(link)
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            known = await self.reports.own(server_id, found.number, user_id)
            given = {"setting": setup, "link": link}
            texts = texts_of(known) | {name: text for name, text in given.items() if text}
            asked = Asked(found.number, outcome, "" if anonymous is None else NO_NAME if anonymous else NAME)
            if interaction.response.is_done():
                await answer.show(again_view(TOO_SLOW, asked, texts))
            else:
                await answer.ask(report_form(asked, texts, known=known))

    async def press_tried(self, interaction: Interaction, press: Press) -> None:
        """The form that asks for the outcome too, with what the member wrote before."""
        async with Answer(interaction) as answer:
            known = await self.reports.own(server_of(interaction), press.number, interaction.user.id)
            await answer.ask(report_form(Asked(press.number), texts_of(known), known=known))

    async def press_again(self, interaction: Interaction, press: Press) -> None:
        """With what the message under the button keeps."""
        asked = asked_in(press)
        async with Answer(interaction) as answer:
            await answer.ask(report_form(asked, kept_texts(interaction.message), known=None))

    async def submit(self, interaction: Interaction, form: Submitted) -> None:
        """Saves it, or says why not and keeps it."""
        asked = asked_in(form.press)
        if OUTCOME in form.chosen:
            outcome, name = chosen_outcome(next(iter(form.chosen[OUTCOME]), ""))
            asked = Asked(asked.number, outcome, name)
        texts = dict(form.texts)
        async with Answer(interaction) as answer:
            try:
                await self._save(interaction, answer, asked, texts)
            except UserError as refused:
                await answer.show(again_view(refused.sentence, asked, texts))
            except Exception:
                await answer.show(again_view(UNSAVED, asked, texts))
                raise

    async def _save(self, interaction: Interaction, answer: Answer, asked: Asked, texts: Mapping[str, str]) -> None:
        server_id, user_id = server_of(interaction), interaction.user.id
        known = await self.reports.own(server_id, asked.number, user_id)
        link = texts.get("link", (known.words.link or "") if known is not None else "")
        words = read_words(texts, asked.outcome, link)
        anonymous = None if not asked.name else asked.name == NO_NAME
        saved = await self.reports.save(server_id, asked.number, user_id, words, anonymous=anonymous)
        paper = await self.bot.services.papers.by_number(asked.number)
        ask_link = "link" not in texts and not words.link
        if not saved.report.anonymous:
            self.bot.refresher.changed(server_id, asked.number)
        await answer.show(saved_view(saved, paper, ask_link=ask_link))

    async def publish(self, due: Occurrence) -> str:
        """The batch of reports without a name."""
        for number in await self.reports.publish(due):
            self.bot.refresher.changed(due.server_id, number)
        return "shown"


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Reports(bot))
