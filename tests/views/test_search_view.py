"""Pages of what a search found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.reading_list import Community, Entry, Note
from bot.domain.search import Reach, Result, SearchPage
from bot.domain.search_text import search_words
from bot.services.search import PAGE_SIZE
from bot.views.custom_ids import parse_text
from bot.views.search import search_view
from tests.storage.examples import GRACE, NOW, make_paper
from tests.views.layouts import (
    ALL_KNOWN,
    BIGGEST,
    COMMUNITIES,
    buttons,
    components_of,
    empty,
    longest,
    sound,
    stored,
    walk,
)

NOTE = Note(user_id=GRACE, text="Attention *works*. It does!", at=NOW)


def page(
    *papers: Paper,
    words: tuple[str, ...] = ("attention",),
    reach: Reach = "all",
    number: int = 0,
    total: int | None = None,
    community: Community = ALL_KNOWN,
    notes: tuple[Note, ...] = (),
    more: bool = False,
) -> SearchPage:
    results = tuple(
        Result(Entry(paper=stored(paper, BIGGEST - place), community=community), notes)
        for place, paper in enumerate(papers)
    )
    return SearchPage(words, reach, number, results, len(results) if total is None else total, more)


def heading(found: SearchPage) -> str:
    return sound(search_view(found, size=PAGE_SIZE))[0].removeprefix("### Search\n")


@pytest.mark.parametrize("community", COMMUNITIES)
@pytest.mark.parametrize("reach", ["all", "beginning", "any"])
def test_the_longest_and_the_emptiest_page_fit(reach: Reach, community: Community) -> None:
    note = Note(user_id=BIGGEST, text=("*" * 40 + " attention ") * 30, at=NOW)
    words = ("attention", *(f"{number}" * 5 for number in range(11)))
    for make in (longest, empty):
        found = page(
            *(
                make(f"2401.{n:05}").model_copy(update={"abstract": ("*" * 40 + " attention ") * 90})
                for n in range(PAGE_SIZE)
            ),
            words=words,
            reach=reach,
            number=19,
            total=100,
            community=community,
            notes=(note,),
            more=True,
        )
        sound(search_view(found, size=PAGE_SIZE))


def test_a_result_says_what_matched_and_who_noted_it() -> None:
    paper = make_paper().model_copy(update={"abstract": "Nothing here. A model of attentions, *only*. More."})
    texts = sound(search_view(page(paper, notes=(NOTE,), number=1, total=6), size=PAGE_SIZE))
    assert texts == [
        "### Search\n6 papers with **attention**",
        "6\\. **Attention Is All You Need**\n-# Ashish Vaswani, Noam Shazeer · 2026 · ▲ 99999 · one, two\n"
        f"A model of **attentions**, \\*only\\*.\n📝 <@{GRACE}>: **Attention** \\*works\\*.",
    ]


def test_a_note_without_the_words_is_left_out() -> None:
    (_, text) = sound(search_view(page(make_paper(), words=("vaswani",), notes=(NOTE,)), size=PAGE_SIZE))
    assert len(text.splitlines()) == 2


def test_the_heading_says_what_was_looked_for() -> None:
    paper = make_paper()
    assert heading(page(words=("c", "plus"))) == "No paper of this server has **c plus**. Try fewer or other words."
    assert heading(page(paper)) == "1 paper with **attention**"
    assert heading(page(paper, reach="beginning")) == "1 paper with **attention…**"
    assert heading(page(paper, words=("a", "b"), reach="any", total=2)) == (
        "No paper has all of **a b**. 2 papers with some of these words:"
    )
    assert heading(page(paper, total=100, more=True)) == (
        "More than 100 papers with **attention**. One more word finds fewer:"
    )
    assert heading(page(paper, words=())) == "The paper with that id:"


def test_pages_are_turned_by_buttons_that_carry_the_words() -> None:
    view = search_view(page(number=1, total=11, words=("a", "b")), size=PAGE_SIZE)
    found = [one for one in walk(components_of(view)) if "label" in one]
    assert [(one["custom_id"], one["disabled"]) for one in found] == [
        ("pc:1:search:0:a b", False),
        ("pc:1:search-place", True),
        ("pc:1:search:2:a b", False),
    ]
    assert buttons(search_view(page(total=5), size=PAGE_SIZE)) == {}


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_every_search_comes_back_from_a_button(typed: str) -> None:
    words = search_words(typed)
    if words:
        view = search_view(page(words=words, number=18, total=100), size=PAGE_SIZE)
        sound(view, by_description=False)
        press = parse_text(buttons(view)["▶"])
        assert press is not None
        assert press.arguments[0] == "19"
        assert search_words(press.arguments[1]) == words
