"""What reports leave outside the private pages: in papers' threads, and with authors of hidden ones."""

from __future__ import annotations

import discord
from discord import ui

from bot.domain.report_views import ReportView
from bot.domain.reports import SYMBOLS
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal_within
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.reading_list import sentence_view


def question_view(report: ReportView, asker_id: int, text: str, *, answer_id: int) -> ui.LayoutView:
    """A question to the reporter, where the paper is talked about."""
    whom = f"<@{report.author_id}>" if report.author_id is not None else "whoever wrote the report without a name"
    about = f"{SYMBOLS[report.words.outcome]} {report.words.outcome} · {literal_within(report.words.setting, 200)}"
    view = sentence_view(f"<@{asker_id}> asks {whom} about a report:\n-# {about}\n{literal_within(text, 1200)}")
    # the second argument tells this message from others about the same report
    view.add_item(
        ui.ActionRow(
            ui.Button(label="Answer", custom_id=custom_id("report-answer", report.id, answer_id)),
            ui.Button(label="Read the report", custom_id=custom_id("report-read", report.id, answer_id)),
        )
    )
    return view


def tried_view(paper: StoredPaper, round_id: int) -> ui.LayoutView:
    """A week after the meeting."""
    view = sentence_view(
        f"### Did anyone try it?\n**{card_text.name(paper, 400)}**\n"
        "Whether it worked or not, tell the next one who wants to: in which setting, and what happened."
    )
    view.add_item(
        ui.ActionRow(
            ui.Button(
                label="I tried this",
                style=discord.ButtonStyle.primary,
                custom_id=custom_id("tried", paper.number, round_id),
            )
        )
    )
    return view


def hidden_view(paper: StoredPaper, reason: str, *, server_id: int, server_name: str) -> ui.LayoutView:
    """To the author alone, in a direct message: it says nothing that others could read there."""
    view = sentence_view(
        f"A manager of **{literal_within(server_name, 200)}** hid your report on **{card_text.name(paper, 400)}** "
        f"from the other members:\n{literal_within(reason, 600)}\n"
        "You can contest that once: /reports show there, then **Read**."
    )
    view.add_item(ui.ActionRow(ui.Button(label="Go there", url=f"{card_text.JUMP_URL}/{server_id}")))
    return view
