"""What a member reads after they did something with a report, and the file of all."""

from __future__ import annotations

from datetime import datetime

from discord import ui
from discord.utils import format_dt

from bot.domain.export.reports import ReportFile, ReportFormat
from bot.domain.reports import SYMBOLS
from bot.domain.stored_paper import StoredPaper
from bot.services.reports import Removed, Saved
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.reading_list import sentence_view
from bot.views.report_lines import count

KEPT = "Your report stands."
CONFIRMED = "You are counted with this report."
UNCONFIRMED = "You are no longer counted with this report."
HIDDEN = "Only its author and managers see it now. The author is told your reason privately and can contest once."
UNHIDDEN = "Everybody sees this report again."
TAKEN_AWAY = "It is taken away."


def removed_words(removed: Removed) -> str:
    """It is done."""
    if removed.until is None:
        return "Your report is gone."
    return f"Your report is gone for you; others see it go {format_dt(removed.until, 'R')}, with the next batch."


def saved_view(saved: Saved, paper: StoredPaper, *, ask_link: bool) -> ui.LayoutView:
    """It stands. `ask_link`: the form had no room for a link."""
    view = sentence_view(_saved(saved, paper))
    if ask_link:
        add = custom_id("report-link", saved.report.id)
        view.add_item(ui.ActionRow(ui.Button(label="Add a link", custom_id=add)))
    return view


def _saved(saved: Saved, paper: StoredPaper) -> str:
    what = f"{SYMBOLS[saved.report.words.outcome]} {saved.report.words.outcome}, on **{card_text.name(paper, 400)}**"
    if saved.new is None:
        return f"Nothing changed: {what}."
    words = f"{'Thank you' if saved.new else 'Changed'}: {what}."
    if saved.shown_at is not None:
        words += f" Others see it {format_dt(saved.shown_at, 'R')}, with everything else that has no name by then."
    if saved.report.hidden:
        words += " It is hidden by a manager; see why with /reports show."
    return words


def answered_words(shown_at: datetime | None) -> str:
    """An answer stands."""
    return (
        "Your answer stands under the report."
        if shown_at is None
        else ("Your answer comes under the report on the full hour, as the reporter's.")
    )


def asked_words(thread_id: int) -> str:
    """A question is posted."""
    return f"Asked in <#{thread_id}>."


def difference_words(marked: bool) -> str:
    """Of an answer."""
    return "That made the difference: it stands with the report now." if marked else "It made no difference, then."


def contested_words(shown_at: datetime | None) -> str:
    """Managers will see it."""
    when = "now" if shown_at is None else "from the full hour on"
    return f"Managers see {when} why you think it should be shown."


def export_view(wanted: ReportFormat, made: ReportFile) -> ui.LayoutView:
    """A sentence and the file."""
    view = sentence_view(
        f"What members found as {wanted}, {count(made.reports, 'report') or 'no reports'}. No names are in it, and no "
        "time finer than a day.\n-# Only you see this message."
    )
    view.add_item(ui.File(f"attachment://{made.name}"))
    return view
