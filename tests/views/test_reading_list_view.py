"""Pages of the list, and the question before a paper is taken off."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.reading_list import SORTS, STATUSES, Community, Entry, EntryPage, Listing, Status
from bot.domain.tags import MAX_TAG_LENGTH, parse_tags
from bot.errors import NotUnderstood
from bot.services.reading_list import PAGE_SIZE
from bot.views.custom_ids import Press, parse_text
from bot.views.reading_list import page_view, sentence_view, turned, unsave_view
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
        listing = Listing("discussed", tag="*" * 30, saved_by=BIGGEST, status="want to read")
        sound(page_view(found, listing, number=10**9, size=PAGE_SIZE))


def test_papers_of_other_sources_fit() -> None:
    papers = [make_paper("10.1000/" + "ü" * 300, scheme="doi") for _ in range(PAGE_SIZE)]
    sound(page_view(page(*papers), Listing(), number=0, size=PAGE_SIZE))


def test_a_line_says_what_the_list_knows() -> None:
    view = page_view(page(make_paper(), total=7), Listing(), number=1, size=5)
    heading, line = sound(view)
    assert heading == "### Reading list\n7 papers"
    assert line == (
        "6\\. **Attention Is All You Need**\n-# Ashish Vaswani, Noam Shazeer · 2026 · ▲ 99999 · "
        "99999 read · 99999 reading · "
        f"saved by <@{BIGGEST}> · one, two · <#{BIGGEST}> · [arXiv](https://arxiv.org/abs/1706.03762)"
    )


def test_an_empty_list_says_how_to_fill_it() -> None:
    def said(listing: Listing) -> str:
        (text,) = sound(page_view(page(), listing, number=0, size=5))
        return text.partition("\n")[2]

    assert said(Listing()) == "No papers yet. Press **Save** on a card, or use /save."
    assert said(Listing(tag="c*", saved_by=ADA)).startswith(f"No papers tagged c\\* saved by <@{ADA}> yet.")
    assert said(Listing(status="read")) == (
        "No papers that you have read yet. Mark papers with /status, or behind **More** on a card."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [("want to read", "that you want to read"), ("reading", "that you are reading"), ("read", "that you have read")],
)
def test_a_page_by_status_says_so_and_what_is_not_on_the_list(status: Status, words: str) -> None:
    found = page(make_paper(), community=NOTHING_KNOWN)
    heading, line = sound(page_view(found, Listing(status=status), number=0, size=5))
    assert heading == f"### Reading list\n1 paper {words}"
    assert " · not on the list · " in line
    assert "▲" not in line


def test_pages_are_turned_by_buttons_that_carry_the_filters() -> None:
    def turns(number: int, total: int) -> list[tuple[str, bool]]:
        listing = Listing("title", tag="rl", saved_by=ADA, status="read")
        view = page_view(page(total=total), listing, number=number, size=5)
        found = [one for one in walk(components_of(view)) if "label" in one]
        return [(one["custom_id"], one["disabled"]) for one in found]

    assert turns(0, 5) == []
    assert turns(1, 11) == [
        (f"pc:1:list:0:title:{ADA}:rl:read", False),
        ("pc:1:list-place", True),
        (f"pc:1:list:2:title:{ADA}:rl:read", False),
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
        listing = Listing("discussed", tag=tag, saved_by=BIGGEST, status="want to read")
        view = page_view(page(total=10**9), listing, number=10**8, size=5)
        sound(view)
        press = parse_text(buttons(view)["▶"])
        assert press is not None
        assert turned(press) == (10**8 + 1, listing)


def test_the_first_buttons_knew_no_status_and_still_turn() -> None:
    assert turned(Press("list", ("2", "title", "5", "rl"))) == (2, Listing("title", "rl", 5))
    assert turned(Press("list", ("0", "votes", "", ""))) == (0, Listing())


@given(st.lists(st.sampled_from(["1", "x", "", "votes", "read", "-1"]), max_size=7))
@settings(max_examples=60, deadline=None)
def test_an_id_that_nobody_made_leads_nowhere(arguments: list[str]) -> None:
    to = turned(Press("list", tuple(arguments)))
    assert to is None or (to[1].sort in SORTS and to[1].status in (None, *STATUSES))


@given(hostile_texts, hostile_texts, st.lists(st.sampled_from(TAGS), max_size=9))
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_paper_or_tag_is_active(title: str, author: str, tags: list[str]) -> None:
    def shown_for(title: str, author: str, tags: list[str]) -> list[str]:
        known = ALL_KNOWN.model_copy(update={"tags": tuple(tags)})
        found = page(make_paper(title=title, authors=(author,)), community=known)
        return sound(page_view(found, Listing(), number=0, size=5))

    assert active(shown_for(title, author, tags)) == active(shown_for("a", "b", ["c"]))


def test_many_tags_are_cut_between_two() -> None:
    known = ALL_KNOWN.model_copy(update={"tags": tuple(f"tag number {n} of many" for n in range(40))})
    view = page_view(page(make_paper(), community=known), Listing(), number=0, size=5)
    tags = sound(view)[1].split(" · ")[6]
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


def test_taking_off_says_that_statuses_stay() -> None:
    (said,) = sound(unsave_view(stored(make_paper()), Community(saved_at=ALL_KNOWN.saved_at, votes=1, read=1)))
    assert said.endswith("Its 1 vote would be lost. What members have read or are reading stays marked.")


def test_a_sentence_takes_the_place_of_a_layout() -> None:
    assert sound(sentence_view("**A** stays on the list.")) == ["**A** stays on the list."]
