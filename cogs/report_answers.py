"""What members say to a report: same here, an answer, a question; and managers who hide one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import discord
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.report_rules import Saying, check_may
from bot.domain.report_words import read_line, read_link, read_text
from bot.domain.reports import ANSWER_LENGTH, LINE_LENGTH, REASON_LENGTH
from bot.errors import NotFound, UserError
from bot.forms import Submitted
from bot.posting.reports import ReportThreads
from bot.posting.threads import DiscussionThreads
from bot.views.custom_ids import Press, Unreadable
from bot.views.report_forms import (
    PAGE_GONE,
    SHORT,
    TEXT,
    UNSAVED,
    WHO,
    WORDS_AGAIN,
    kept_texts,
    short_again_view,
    short_form,
)
from bot.views.reports import (
    CONFIRMED,
    HIDDEN,
    TAKEN_AWAY,
    UNCONFIRMED,
    answered_words,
    asked_words,
    contested_words,
    difference_words,
    saved_view,
)

Interaction = discord.Interaction[PaperBot]
Take = Callable[[Interaction, Answer, int, Submitted], Awaitable[None]]

_SAYINGS: Mapping[str, Saying] = {
    "report-same": "same",
    "report-answer": "answer",
    "report-ask": "ask",
    "report-link": "link",
    "report-hide": "hide",
    "report-contest": "contest",
}
"""By the name of the form."""


class ReportAnswers(commands.Cog):
    """Short forms, which keep what was typed when they are refused."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.reports = bot.services.reports
        self.pages = bot.services.report_pages
        self.answers = bot.services.report_answers
        threads = DiscussionThreads(bot.services.discussions, bot.services.cards)
        self.threads = ReportThreads(bot, bot.services.rounds, bot.services.cards, threads)
        self._takes: Mapping[str, Take] = {
            "report-same": self._confirm,
            "report-answer": self._answer,
            "report-ask": self._ask,
            "report-link": self._link,
            "report-hide": self._hide,
            "report-contest": self._contest,
        }

    async def cog_load(self) -> None:
        """Names buttons and forms."""
        self.bot.buttons.add(
            **dict.fromkeys(SHORT, self.press_form),
            **{
                WORDS_AGAIN: self.press_again,
                "report-unsame": self.press_unsame,
                "report-difference": self.press_difference,
                "report-answer-away": self.press_away,
            },
        )
        self.bot.forms.add(**dict.fromkeys(SHORT, self.submit))

    async def press_form(self, interaction: Interaction, press: Press) -> None:
        """Opens the form of that button, for who may send it."""
        server_id, user_id, manager = server_of(interaction), interaction.user.id, is_manager(interaction)
        async with Answer(interaction) as answer:
            saying = _SAYINGS[press.action]
            view = await self.pages.check_may(saying, server_id, press.number, user_id, manager=manager)
            there = view.words.link or "" if saying == "link" else ""
            await answer.ask(short_form(press.action, press.number, there))

    async def press_again(self, interaction: Interaction, press: Press) -> None:
        """With what the message under the button keeps."""
        action = press.text_at(0)
        if action not in SHORT:
            raise Unreadable(f"no form {action!r} has a button")
        async with Answer(interaction) as answer:
            await answer.ask(short_form(action, press.number_at(1), kept_texts(interaction.message).get(TEXT, "")))

    async def submit(self, interaction: Interaction, form: Submitted) -> None:
        """Does what the form was for, or says why not and keeps what was typed."""
        action, report_id, text = form.press.action, form.press.number, form.texts[TEXT]
        async with Answer(interaction) as answer:
            try:
                await self._takes[action](interaction, answer, report_id, form)
            except UserError as refused:
                await answer.show(short_again_view(refused.sentence, action, report_id, text))
            except Exception:
                await answer.show(short_again_view(UNSAVED, action, report_id, text))
                raise

    async def press_unsame(self, interaction: Interaction, press: Press) -> None:
        """Takes it back."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            number = await self.answers.unconfirm(server_id, press.number, interaction.user.id)
            self.bot.refresher.changed(server_id, number)
            await answer.say(UNCONFIRMED)

    async def press_difference(self, interaction: Interaction, press: Press) -> None:
        """This answer explains the outcome, or does not."""
        async with Answer(interaction) as answer:
            marked = await self.answers.made_difference(
                server_of(interaction), press.number, interaction.user.id, manager=is_manager(interaction)
            )
            await answer.say(difference_words(marked))

    async def press_away(self, interaction: Interaction, press: Press) -> None:
        """An answer goes."""
        async with Answer(interaction) as answer:
            await self.answers.take_away(
                server_of(interaction), press.number, interaction.user.id, manager=is_manager(interaction)
            )
            await answer.say(TAKEN_AWAY)

    async def _confirm(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        server_id, line = server_of(interaction), read_line(form.texts[TEXT], LINE_LENGTH)
        number = await self.answers.confirm(server_id, report_id, interaction.user.id, line)
        self.bot.refresher.changed(server_id, number)
        await answer.say(CONFIRMED)

    async def _answer(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        answered = await self.answers.answer(
            server_of(interaction),
            report_id,
            interaction.user.id,
            read_text(form.texts[TEXT], ANSWER_LENGTH),
            says_author=bool(form.chosen.get(WHO)),
            manager=is_manager(interaction),
            interaction_id=interaction.id,
        )
        await answer.say(answered_words(answered.shown_at))

    async def _ask(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        """The thread first, so that nothing stands where it cannot be asked."""
        server_id, guild, user_id = server_of(interaction), interaction.guild, interaction.user.id
        message, text = interaction.message, read_text(form.texts[TEXT], ANSWER_LENGTH)
        assert guild is not None  # noqa: S101 - it comes from a server
        if message is None:  # a private page may be dismissed while somebody types
            raise NotFound(PAGE_GONE)
        told, _ = await self.pages.one(server_id, report_id, user_id, manager=is_manager(interaction))
        check_may("ask", told.report)
        thread_id = await self.threads.find(guild, told.report.paper, message, interaction.user)
        asked = await self.answers.ask(
            server_id, report_id, user_id, text, manager=is_manager(interaction), interaction_id=interaction.id
        )
        await self.threads.ask(server_id, thread_id, asked, user_id, text)
        self.bot.refresher.changed(server_id, told.report.paper)
        await answer.say(asked_words(thread_id))

    async def _link(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        server_id, link = server_of(interaction), read_link(form.texts[TEXT])
        saved = await self.reports.set_link(server_id, report_id, interaction.user.id, link)
        paper = await self.bot.services.papers.by_number(saved.report.paper)
        await answer.show(saved_view(saved, paper, ask_link=False))

    async def _hide(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        server_id, reason = server_of(interaction), read_text(form.texts[TEXT], REASON_LENGTH)
        number = await self.reports.hide(
            server_id, report_id, interaction.user.id, reason, manager=is_manager(interaction)
        )
        self.bot.refresher.changed(server_id, number)
        await answer.say(HIDDEN)

    async def _contest(self, interaction: Interaction, answer: Answer, report_id: int, form: Submitted) -> None:
        words = read_text(form.texts[TEXT], ANSWER_LENGTH)
        seen_at = await self.reports.contest(server_of(interaction), report_id, interaction.user.id, words)
        await answer.say(contested_words(seen_at))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(ReportAnswers(bot))
