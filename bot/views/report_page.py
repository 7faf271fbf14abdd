"""A page of what members found, a few lines for each report. Shown privately: it depends on who looks."""

from __future__ import annotations

import math

from discord import ui

from bot.domain.reports import GROUPS
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal_within
from bot.services.report_pages import PAGE_SIZE, ReportPage, Told
from bot.views import card_text
from bot.views.custom_ids import custom_id
from bot.views.report_lines import by_whom, count, notices, one_line, outcome, who
from bot.views.report_sums import sum_words

View = ui.LayoutView
Button = ui.Button[View]

_SUMMARY = 680
"""Characters for each report: five and the heading stay within the 4,000 of a message."""
_HAPPENED, _EXPLAINED = 260, 200
_FEWEST = 20
"""Characters below which words tell nothing."""

_NONE_YET = "Nobody told yet. Did you try a paper? Tell with /report, or **I tried this** behind **More** on a card."


def page_view(page: ReportPage) -> View:
    """Reports of one paper or the recent ones of all; the buttons carry what is needed, so they work for ever."""
    container: ui.Container[View] = ui.Container()
    container.add_item(ui.TextDisplay(_heading(page)))
    for told in page.told:
        of_paper = page.papers[told.report.paper] if page.paper is None else None
        read = Button(label="Read", custom_id=custom_id("report-read", told.report.id))
        container.add_item(ui.Section(ui.TextDisplay(_summary(told, of_paper)), accessory=read))
    view = View(timeout=None)
    view.add_item(container)
    number = page.paper.number if page.paper is not None else 0
    if page.paper is not None:
        mine = any(told.report.mine for told in page.told)
        label = "Change mine" if mine else "I tried this"
        view.add_item(ui.ActionRow(Button(label=label, custom_id=custom_id("tried", number))))
    pages = math.ceil(page.total / PAGE_SIZE)
    if pages > 1:
        view.add_item(
            ui.ActionRow(
                _turn("◀", page.number - 1, pages, number),
                Button(label=f"{page.number + 1} / {pages}", disabled=True, custom_id=custom_id("reports-place")),
                _turn("▶", page.number + 1, pages, number),
            )
        )
    return view


def _turn(label: str, to: int, pages: int, number: int) -> Button:
    return Button(label=label, disabled=not 0 <= to < pages, custom_id=custom_id("reports", to, number))


def _heading(page: ReportPage) -> str:
    if page.paper is None:
        return "### What members found lately" + ("" if page.total else f"\n{_NONE_YET}")
    lines = [f"### {card_text.name(page.paper, 400)}", sum_words(page.sum) if page.sum else ""]
    return "\n".join(filter(None, [*lines, "" if page.total else _NONE_YET]))


def _summary(told: Told, paper: StoredPaper | None) -> str:
    """Whole lines only, so that nothing is cut inside a mention; what happened and what explains it have the room that
    the others leave."""
    report = told.report
    same = f"{len(told.confirmations)} same here" if told.confirmations else ""
    answers = sum(answer.kind == "answer" for answer in told.answers)
    small = " · ".join(filter(None, (who(report), same, count(answers, "answer"))))
    head = [f"**{card_text.name(paper, 120)}**" if paper is not None else "", outcome(report.words, 100)]
    foot = [f"-# {small}", *notices(report, reason=80, contested=80)]
    left = _SUMMARY - sum(len(line) + 1 for line in (*head, *foot))
    explained = _explained(told, min(_EXPLAINED, left))
    left -= len(explained) + 1
    happened = literal_within(one_line(report.words.happened), min(_HAPPENED, left)) if left >= _FEWEST else ""
    return "\n".join(filter(None, (*head, happened, explained, *foot)))


def _explained(told: Told, most: int) -> str:
    """The answer that made the difference. Of one that did not work also an answer that nobody has marked yet, an
    author's first: whoever reads that it failed reads with it what may explain it."""
    answers = [answer for answer in told.answers if answer.kind == "answer"]
    marked = next((answer for answer in answers if answer.made_difference), None)
    works = GROUPS[told.report.words.outcome] == "works"
    if not answers or (marked is None and works):
        return ""
    shown = marked or next((answer for answer in answers if answer.says_author), answers[0])
    head = f"↳ {by_whom(shown)}: " if marked is None else "💡 What made the difference: "
    room = most - len(head)
    return head + literal_within(one_line(shown.text), room) if room >= _FEWEST else ""
