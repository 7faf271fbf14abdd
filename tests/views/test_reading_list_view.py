"""Pages of the list, and the question before a paper is taken off."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.reading_list import Community, Entry, EntryPage
from bot.domain.tags import MAX_TAG_LENGTH, parse_tags
from bot.errors import NotUnderstood
from bot.services.reading_list import PAGE_SIZE
from bot.views.custom_ids import parse_text
from bot.views.reading_list import page_view, sentence_view, unsave_view
from tests.storage.examples import ADA, make_paper
from tests.views.layouts import (
    ALL_KNOWN,
    BIGGEST,
    COMMUNITIES,
    NOTHING_KNOWN,
    active,
    buttons,
    components_of,
    empty,
    hostile_texts,
    longest,
    sound,
    stored,
    walk,
)

TAGS = ["*a*", "`", "<@1>", "@everyone", "||", "\\", "- x"]


def page(*papers: Paper, total: int | None = None, community: Community = ALL_KNOWN) -> EntryPage:
    entries = tuple(Entry(paper=stored(paper, BIGGEST - n), community=community) for n, paper in enumerate(papers))
    return EntryPage(entries, len(entries) if total is None else total)


@pytest.mark.parametrize("community", COMMUNITIES)
@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE])
def test_the_longest_and_the_emptiest_page_fit(count: int, community: Community) -> None:
    for make in (longest, empty):
        found = page(*(make(f"2401.{n:05}") for n in range(count)), total=BIGGEST, community=community)
        sound(page_view(found, number=10**9, size=PAGE_SIZE, sort="newest", tag="*" * 30, saved_by=BIGGEST))


def test_papers_of_other_sources_fit() -> None:
    papers = [make_paper("10.1000/" + "ü" * 300, scheme="doi") for _ in range(PAGE_SIZE)]
    sound(page_view(page(*papers), number=0, size=PAGE_SIZE, sort="votes", tag=None, saved_by=None))


def test_a_line_says_what_the_list_knows() -> None:
    view = page_view(page(make_paper(), total=7), number=1, size=5, sort="votes", tag=None, saved_by=None)
    heading, line = sound(view)
    assert heading == "### Reading list\n7 papers"
    assert line == (
        "6\\. **Attention Is All You Need**\n-# Ashish Vaswani, Noam Shazeer · 2026 · ▲ 99999 · "
        f"saved by <@{BIGGEST}> · one, two · <#{BIGGEST}> · [arXiv](https://arxiv.org/abs/1706.03762)"
    )


def test_an_empty_list_says_how_to_fill_it() -> None:
    def said(tag: str | None, saved_by: int | None) -> str:
        (text,) = sound(page_view(page(), number=0, size=5, sort="votes", tag=tag, saved_by=saved_by))
        return text.partition("\n")[2]

    assert said(None, None) == "No papers yet. Press **Save** on a card, or use /save."
    assert said("c*", ADA).startswith(f"No papers tagged c\\* saved by <@{ADA}> yet.")


def test_pages_are_turned_by_buttons_that_carry_the_filters() -> None:
    def turns(number: int, total: int) -> list[tuple[str, bool]]:
        view = page_view(page(total=total), number=number, size=5, sort="title", tag="rl", saved_by=ADA)
        found = [one for one in walk(components_of(view)) if "label" in one]
        return [(one["custom_id"], one["disabled"]) for one in found]

    assert turns(0, 5) == []
    assert turns(1, 11) == [
        (f"pc:1:list:0:title:{ADA}:rl", False),
        ("pc:1:list-place", True),
        (f"pc:1:list:2:title:{ADA}:rl", False),
    ]
    assert [disabled for _, disabled in turns(0, 11)] == [True, True, False]
    assert [disabled for _, disabled in turns(2, 11)] == [False, True, True]


@given(st.text(max_size=2 * MAX_TAG_LENGTH))
@settings(max_examples=40, deadline=None)
def test_every_tag_that_a_member_can_set_comes_back_from_a_button(typed: str) -> None:
    try:
        tags = parse_tags(typed)
    except NotUnderstood:
        return
    for tag in tags:
        view = page_view(page(total=99), number=0, size=5, sort="newest", tag=tag, saved_by=BIGGEST)
        sound(view)
        press = parse_text(buttons(view)["▶"])
        assert press is not None
        assert press.arguments == ("1", "newest", str(BIGGEST), tag)


@given(hostile_texts, hostile_texts, st.lists(st.sampled_from(TAGS), max_size=9))
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_paper_or_tag_is_active(title: str, author: str, tags: list[str]) -> None:
    def shown_for(title: str, author: str, tags: list[str]) -> list[str]:
        known = ALL_KNOWN.model_copy(update={"tags": tuple(tags)})
        found = page(make_paper(title=title, authors=(author,)), community=known)
        return sound(page_view(found, number=0, size=5, sort="votes", tag=None, saved_by=None))

    assert active(shown_for(title, author, tags)) == active(shown_for("a", "b", ["c"]))


def test_many_tags_are_cut_between_two() -> None:
    known = ALL_KNOWN.model_copy(update={"tags": tuple(f"tag number {n} of many" for n in range(40))})
    view = page_view(page(make_paper(), community=known), number=0, size=5, sort="votes", tag=None, saved_by=None)
    tags = sound(view)[1].split(" · ")[4]
    assert tags.startswith("tag number 0 of many, tag number 1 of many")
    assert tags.endswith("of many and 34 more")


def test_taking_off_asks_and_says_what_is_lost() -> None:
    lost = Community(saved_at=ALL_KNOWN.saved_at, votes=1, notes=2, tags=("a", "b", "c"))
    view = unsave_view(stored(make_paper(), 5), lost)
    assert sound(view) == [
        "Take **Attention Is All You Need** off the list? Its 1 vote, 2 notes, 3 tags would be lost."
    ]
    assert buttons(view) == {"Take it off": "pc:1:unsave:5", "Keep it": "pc:1:keep:5"}
    assert sound(unsave_view(stored(make_paper()), NOTHING_KNOWN)) == [
        "Take **Attention Is All You Need** off the list?"
    ]
    for make in (longest, empty):
        sound(unsave_view(stored(make()), ALL_KNOWN))


def test_a_sentence_takes_the_place_of_a_layout() -> None:
    assert sound(sentence_view("**A** stays on the list.")) == ["**A** stays on the list."]
