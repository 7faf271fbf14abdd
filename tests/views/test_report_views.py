"""Pages and forms of reports: the longest texts fit, and nothing that members typed is active."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given, settings

from bot.domain.report_sums import ReportSum
from bot.domain.report_views import AnswerView, ReportView
from bot.domain.reports import (
    ANSWER_LENGTH,
    HAPPENED_LENGTH,
    LINE_LENGTH,
    LINK_LENGTH,
    MADE_WORK_LENGTH,
    REASON_LENGTH,
    SETTING_LENGTH,
    TRIED_LENGTH,
    Confirmation,
    Edit,
    Words,
)
from bot.services.report_pages import PAGE_SIZE, ReportPage, Told
from bot.services.reports import Saved
from bot.views import one_report, report_forms, report_page, report_threads, reports
from tests.storage.examples import NOW, make_paper
from tests.views.layouts import BIGGEST, active, buttons, hostile_texts, longest, sound, stored

LONGEST = "does not work in production"


def words(text: str) -> Words:
    """All of it as long as it may be, where the text is long enough."""
    return Words(
        outcome=LONGEST,
        setting=text[:SETTING_LENGTH],
        tried=text[:TRIED_LENGTH],
        happened=text[:HAPPENED_LENGTH],
        made_work=text[:MADE_WORK_LENGTH],
        link="https://example.org/" + "_" * (LINK_LENGTH - 20),
    )


def report(text: str, **changes: Any) -> ReportView:
    view = ReportView(
        id=BIGGEST,
        paper=BIGGEST,
        author_id=BIGGEST,
        anonymous=False,
        mine=True,
        words=words(text),
        at=NOW,
        edited=True,
        waits_until=NOW,
        hidden_reason=text[:REASON_LENGTH],
        contested_with=text[:ANSWER_LENGTH],
        may_contest=False,
        may_hide=False,
    )
    return view.model_copy(update=changes)


def told(text: str, *, answers: int = 30, manager: bool = True, **changes: Any) -> Told:
    """With as much as others can say to it."""
    answer = AnswerView(
        id=BIGGEST,
        user_id=BIGGEST,
        kind="answer",
        text=text[:ANSWER_LENGTH],
        says_author=True,
        made_difference=True,
        at=NOW,
        waits=True,
        mine=True,
    )
    confirmation = Confirmation(user_id=BIGGEST, line=text[:LINE_LENGTH] or None, at=NOW)
    all_answers = tuple(answer.model_copy(update={"id": BIGGEST - n}) for n in range(answers))
    return Told(report(text, **changes), (confirmation,) * 40, all_answers, confirmed=False, manager=manager)


def page(each: Told, *, of_paper: bool = False) -> ReportPage:
    paper = stored(longest())
    total = ReportSum(works=99_999, partly=99_999, fails=99_999, people=99_999, latest=NOW)
    shown = tuple(
        each._replace(report=each.report.model_copy(update={"id": each.report.id - n})) for n in range(PAGE_SIZE)
    )
    return ReportPage(3, 99, shown, {BIGGEST: paper}, paper if of_paper else None, total)


STARS, LINES = "*" * 1000, "- a\n" * 250


@pytest.mark.parametrize("text", [STARS, LINES, "word " * 200], ids=["stars", "lines", "words"])
@pytest.mark.parametrize("of_paper", [False, True])
@pytest.mark.parametrize("manager", [False, True])
def test_the_longest_page_fits(text: str, of_paper: bool, manager: bool) -> None:
    for changes in ({}, {"mine": False, "may_hide": True}, {"contested_with": None, "may_contest": True}):
        sound(report_page.page_view(page(told(text, manager=manager, **changes), of_paper=of_paper)))


def test_an_ordinary_page_leaves_nothing_out() -> None:
    text = "word " * 200
    ordinary = told(text, hidden_reason=None, contested_with=None, waits_until=None)
    for shown in sound(report_page.page_view(page(ordinary)))[1:]:
        assert len(shown) <= 680
        for part in (f"⛔ **{LONGEST}** · word", "\nword word", "💡 What made the difference: word", "30 answers"):
            assert part in shown


@pytest.mark.parametrize("text", [STARS, LINES], ids=["stars", "lines"])
@pytest.mark.parametrize("manager", [False, True])
@pytest.mark.parametrize("answers", [0, 1, 3, 30])
def test_all_of_the_longest_report_fits(text: str, manager: bool, answers: int) -> None:
    for changes in ({}, {"mine": False, "may_hide": True}, {"contested_with": None, "may_contest": True}):
        each = told(text, answers=answers, manager=manager, **changes)
        views = one_report.report_views(each, stored(longest()), page=answers)
        texts = [text for view in views for text in sound(view)]
        assert "".join(texts).count("\\*" if text is STARS else "\\- a") >= 1000 // 4


def test_its_words_are_all_there() -> None:
    each = told("word " * 200)
    said = "".join(text for view in one_report.report_views(each, stored(make_paper())) for text in sound(view))
    for text in (each.report.words.tried, each.report.words.happened, each.report.words.made_work):
        assert text.strip() in said


@pytest.mark.parametrize("text", [STARS, LINES, "a"], ids=["stars", "lines", "short"])
@pytest.mark.parametrize("shown", [0, 1, 2, 99])
def test_earlier_words_are_all_there_one_change_at_a_time(text: str, shown: int) -> None:
    edits = [Edit(at=NOW, before=words(text).model_copy(update={"setting": f"Setting {n}"})) for n in range(3)]
    views = one_report.history_views(5, edits, shown)
    said = "".join(text for view in views for text in sound(view))
    at = min(shown, 2)
    assert f"Earlier words ({at + 1} / 3)" in said
    assert f"Setting {at}" in said
    assert "**What made it work**" in said
    assert buttons(views[-1]) == {
        "Later": f"pc:1:report-history:5:{at - 1}",
        "Earlier": f"pc:1:report-history:5:{at + 1}",
    }
    assert buttons(one_report.history_views(5, edits[:1], 0)[-1]) == {}
    assert sound(one_report.history_views(5, [], 0)[0]) == ["It said nothing else before."]


def test_removing_says_what_goes_too() -> None:
    for answers, confirmed, lost in (
        (0, 0, None),
        (0, 2, "2 same here"),
        (1, 0, "1 answer"),
        (2, 1, "2 answers, 1 same"),
    ):
        full = told("a", answers=answers)
        (said,) = sound(one_report.remove_view(full._replace(confirmations=full.confirmations[:confirmed])))
        assert (lost or "report?") in said
        assert ("goes too" in said) == (lost is not None)


@pytest.mark.parametrize("outcome", ["did not reproduce", "partly", "reproduced"])
def test_one_that_did_not_work_is_shown_with_what_may_explain_it(outcome: str) -> None:
    """An author's answer first, until somebody says what made the difference."""
    each = told("a", answers=1)
    (answer,) = each.answers
    first = answer.model_copy(update={"text": "No idea.", "says_author": False, "made_difference": False})
    author = answer.model_copy(update={"text": "The wrong split.", "made_difference": False})
    question = author.model_copy(update={"text": "Which split?", "kind": "question"})
    shown = each.report.model_copy(update={"words": each.report.words.model_copy(update={"outcome": outcome})})

    def summary(*answers: AnswerView) -> str:
        return sound(report_page.page_view(page(each._replace(report=shown, answers=answers))))[1]

    works = outcome == "reproduced"
    assert (f"↳ <@{BIGGEST}>, says to be an author, answers: The wrong split." in summary(first, author)) != works
    assert (f"↳ <@{BIGGEST}> answers: No idea." in summary(first)) != works
    assert "↳" not in summary(question)
    marked = summary(author, first.model_copy(update={"made_difference": True}))
    assert "💡 What made the difference: No idea." in marked
    assert "↳" not in marked


def all_views(text: str) -> Iterator[ui.LayoutView]:
    """Everything that shows what members typed to others."""
    each = told(text, mine=False)
    paper = stored(make_paper())
    yield report_page.page_view(page(each))
    yield report_page.page_view(page(each, of_paper=True))
    yield from one_report.report_views(each, paper)
    yield from one_report.history_views(5, [Edit(at=NOW, before=words(text))], 0)
    yield report_threads.question_view(each.report, 7, text[:ANSWER_LENGTH], answer_id=8)
    yield report_threads.hidden_view(paper, text[:REASON_LENGTH], server_id=1, server_name=text[:100])
    yield reports.saved_view(Saved(each.report, new=True, shown_at=NOW), paper, ask_link=True)


@given(hostile_texts)
@settings(max_examples=40, deadline=None)
def test_nothing_that_was_typed_is_active(text: str) -> None:
    def shown(typed: str) -> list[str]:
        return [part for view in all_views(typed) for part in sound(view, by_description=False)]

    assert set(active(shown(f"a {text} a"))) <= set(active(shown("a")))


@pytest.mark.parametrize("text", [STARS, LINES], ids=["stars", "lines"])
def test_what_stands_in_threads_and_with_authors_fits(text: str) -> None:
    sound(report_threads.question_view(report(text), BIGGEST, text[:ANSWER_LENGTH], answer_id=BIGGEST))
    sound(report_threads.tried_view(stored(longest()), BIGGEST))
    sound(report_threads.hidden_view(stored(longest()), text[:REASON_LENGTH], server_id=BIGGEST, server_name="*" * 100))
    sound(reports.saved_view(Saved(report(text), new=None, shown_at=NOW), stored(longest()), ask_link=True))


def without_a_name(text: str) -> list[str]:
    each = told(text, author_id=None, anonymous=True, mine=False)
    quiet = each._replace(
        confirmations=(), answers=tuple(answer.model_copy(update={"user_id": None}) for answer in each.answers)
    )
    paper = stored(make_paper(), 5)
    views = [
        report_page.page_view(page(quiet)),
        *one_report.report_views(quiet, paper),
        report_threads.question_view(quiet.report, 7, text, answer_id=8),
    ]
    return [part for view in views for part in sound(view, by_description=False)]


def test_one_without_a_name_mentions_nobody_but_who_asks() -> None:
    texts = without_a_name("a")
    assert [text for text in texts if "<@" in text] == [texts[-1]]
    assert texts[-1].startswith("<@7> asks whoever wrote the report without a name")
    assert any("the reporter, says to be an author, answers: a" in text for text in texts)


def fields(modal: ui.Modal) -> dict[str, Any]:
    return {item.component.custom_id: item.component for item in modal.children if isinstance(item, ui.Label)}  # type: ignore[attr-defined]  # all of ours are


@pytest.mark.parametrize("outcome", ["", LONGEST])
def test_the_form_holds_what_is_there(outcome: str) -> None:
    known = report("x" * 1000)
    form = report_forms.report_form(report_forms.Asked(BIGGEST, outcome, ""), report_forms.texts_of(known), known=known)
    found = fields(form)
    assert len(form.children) == 5, "as many as Discord takes"
    assert ("link" in found) == bool(outcome)
    for name in ("setting", "tried", "happened", "made_work"):
        assert found[name].default == getattr(known.words, name)
    assert len(form.custom_id) <= 100


def test_the_form_offers_to_leave_out_the_name_only_to_who_has_none_yet() -> None:
    for known, options in ((None, 12), (report("a"), 6)):
        menu = fields(report_forms.report_form(report_forms.Asked(5), {}, known=known))["outcome"]
        assert len(menu.options) == options
        assert [option.default for option in menu.options].count(True) == (known is not None)
        for option in menu.options:
            assert report_forms.chosen_outcome(option.value)[1] == ("no-name" if "without" in option.label else "")


@pytest.mark.parametrize("text", ["x" * 1000, "*" * 1000, "- a\n" * 250])
def test_a_refused_form_keeps_the_longest_texts(text: str) -> None:
    texts = {name: getattr(words(text), name) for name in ("setting", "tried", "happened", "made_work", "link")}
    view = report_forms.again_view("x" * 200, report_forms.Asked(BIGGEST, LONGEST, "no-name"), texts)
    sound(view)
    for action, short in report_forms.SHORT.items():
        sound(report_forms.short_again_view("x" * 200, action, BIGGEST, text[: short.most]))


def test_every_short_form_is_within_limits() -> None:
    for action, short in report_forms.SHORT.items():
        form = report_forms.short_form(action, BIGGEST, "x" * short.most)
        assert len(form.title) <= 45
        (text, *_) = fields(form).values()
        assert (text.max_length, text.required) == (short.most, short.needed)
        assert text.style is (discord.TextStyle.paragraph if short.long else discord.TextStyle.short)
