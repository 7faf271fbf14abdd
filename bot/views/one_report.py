"""All of one report, what others say to it, and what it said before. Shown privately: it depends on who looks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import discord
from discord import ui
from discord.utils import format_dt

from bot.domain.report_views import AnswerView, ReportView
from bot.domain.reports import SYMBOLS, Confirmation, Edit, Words
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal, literal_within
from bot.services.report_pages import Told
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.reading_list import sentence_view
from bot.views.report_lines import by_whom, count, notices, one_line, who

View = ui.LayoutView
Button = ui.Button[View]

_WORDS = 3700
"""Characters of words in one message."""
_ANSWERS_SHOWN, _ANSWER, _CONFIRMED = 3, 900, 700
"""Together within the 4,000 characters of a message."""
_NAMES_SHOWN = 10


def report_views(told: Told, paper: StoredPaper, *, page: int = 0) -> list[View]:
    """Its words, in as many messages as they take, then what others say to it, with the buttons."""
    report = told.report
    head = f"### {SYMBOLS[report.words.outcome]} {report.words.outcome}\n{card_text.name(paper, 300)}\n-# {who(report)}"
    texts = _packed(["\n".join((head, *notices(report, reason=600, contested=1000))), *_blocks(report.words)])
    return [*map(sentence_view, texts), _said_view(told, page)]


def _blocks(words: Words) -> list[str]:
    parts = (
        ("Setting", words.setting),
        ("Tried", words.tried),
        ("What happened", words.happened),
        ("What made it work", words.made_work),
        ("Link", words.link or ""),
    )
    return [f"**{label}**\n{literal(text)}" for label, text in parts if text]


def _packed(blocks: Sequence[str]) -> list[str]:
    """As few messages as hold them."""
    packed = [""]
    for block in blocks:
        if packed[-1] and len(packed[-1]) + len(block) + 1 > _WORDS:
            packed.append(block)
        else:
            packed[-1] = f"{packed[-1]}\n{block}".strip()
    return packed


def _said_view(told: Told, page: int) -> View:
    report = told.report
    view = View(timeout=None)
    first = sorted(told.answers, key=lambda answer: not answer.made_difference)
    pages = max(1, math.ceil(len(first) / _ANSWERS_SHOWN))
    at = max(0, min(page, pages - 1))
    view.add_item(ui.TextDisplay(_confirmed(told.confirmations)))
    for answer in first[at * _ANSWERS_SHOWN : (at + 1) * _ANSWERS_SHOWN]:
        view.add_item(ui.TextDisplay(_answer(answer)))
        buttons: list[Button] = []
        if (report.mine or told.manager) and answer.kind == "answer":
            label = "Made no difference" if answer.made_difference else "Made the difference"
            buttons.append(Button(label=label, custom_id=custom_id("report-difference", answer.id)))
        if answer.mine or told.manager:
            buttons.append(Button(label="Take away", custom_id=custom_id("report-answer-away", answer.id)))
        if buttons:
            view.add_item(ui.ActionRow(*buttons))
    if pages > 1:
        more = custom_id("report-said", report.id, (at + 1) % pages)
        view.add_item(ui.ActionRow(Button(label=f"More answers ({at + 1} / {pages})", custom_id=more)))
    for row in _rows(told):
        view.add_item(ui.ActionRow(*row))
    return view


def _rows(told: Told) -> list[list[Button]]:
    report = told.report
    talk = [_press("Answer", "report-answer", report)]
    own: list[Button] = []
    if report.mine:
        own += [
            Button(label="Edit", custom_id=custom_id("tried", report.paper)),
            _press("Link", "report-link", report),
            _press("Remove", "report-remove", report),
        ]
    else:
        same = ("Take back same here", "report-unsame") if told.confirmed else ("Same here", "report-same")
        talk = [_press(*same, report), *talk, _press("Ask", "report-ask", report)]
    if report.may_contest:
        own.append(_press("Contest", "report-contest", report))
    if report.may_hide:
        own.append(_press(*(("Show again", "report-unhide") if report.hidden else ("Hide", "report-hide")), report))
    if report.edited and (report.mine or report.may_hide):
        own.append(Button(label="Earlier words", custom_id=custom_id("report-history", report.id, 0)))
    return [row for row in (talk, own) if row]


def _press(label: str, action: str, report: ReportView) -> Button:
    danger = action in ("report-remove", "report-hide")
    style = discord.ButtonStyle.danger if danger else discord.ButtonStyle.secondary
    return Button(label=label, style=style, custom_id=custom_id(action, report.id))


def _confirmed(confirmations: Sequence[Confirmation]) -> str:
    if not confirmations:
        return "-# Nobody else tells of the same yet."
    names = ", ".join(f"<@{each.user_id}>" for each in confirmations[:_NAMES_SHOWN])
    left = len(confirmations) - _NAMES_SHOWN
    lines = [f"Same here: {names}" + (f" and {left} more" if left > 0 else "")]
    for each in confirmations:
        if each.line:
            line = f"-# <@{each.user_id}>: {literal_within(one_line(each.line), 200)}"
            if sum(len(other) + 1 for other in (*lines, line)) > _CONFIRMED:
                break
            lines.append(line)
    return "\n".join(lines)


def _answer(answer: AnswerView) -> str:
    mark = "💡 **What made the difference**\n" if answer.made_difference else ""
    waits = f"\n-# Others see it {format_dt(answer.at, 'R')}." if answer.waits else ""
    return f"{mark}{by_whom(answer)}: {literal_within(answer.text, _ANSWER)}{waits}"


def history_views(report_id: int, edits: Sequence[Edit], page: int) -> list[View]:
    """What it said before, all of it, one change at a time; the latest is page 0."""
    if not edits:
        return [sentence_view("It said nothing else before.")]
    at = max(0, min(page, len(edits) - 1))
    edit = edits[at]
    before = edit.before
    head = (
        f"### Earlier words ({at + 1} / {len(edits)})\n"
        f"-# until {format_dt(edit.at, 'f')}\n{SYMBOLS[before.outcome]} **{before.outcome}**"
    )
    views = [sentence_view(text) for text in _packed([head, *_blocks(before)])]
    if len(edits) > 1:
        views[-1].add_item(
            ui.ActionRow(
                _older("Later", at - 1, len(edits), report_id), _older("Earlier", at + 1, len(edits), report_id)
            )
        )
    return views


def _older(label: str, to: int, pages: int, report_id: int) -> Button:
    return Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id("report-history", report_id, to))


def remove_view(told: Told) -> View:
    """Says what goes with it, and asks."""
    same = f"{len(told.confirmations)} same here" if told.confirmations else ""
    lost = ", ".join(filter(None, (count(len(told.answers), "answer"), same)))
    view = sentence_view("Remove your report?" + (f" What others said to it goes too: {lost}." if lost else ""))
    view.add_item(
        ui.ActionRow(
            _press("Remove", "report-gone", told.report),
            Button(label="Keep it", custom_id=custom_id("report-keep", told.report.id)),
        )
    )
    return view
