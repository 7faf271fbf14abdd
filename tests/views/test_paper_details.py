"""Full abstract, citation, and the menu behind More."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.reading_list import NOTE_LENGTH, STATUSES, Community, MemberView, Note, Status, TagChange
from bot.domain.tags import parse_tags
from bot.views.card_text import readers
from bot.views.changes import note_words, status_words, tags_words
from bot.views.paper_details import abstract_views, citation_view, more_view, note_form, tags_form
from sandbox.bodies import modal_problems
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids
from tests.domain.discord_markdown import shown
from tests.storage.examples import ADA, NOW, make_paper
from tests.views.layouts import (
    BIGGEST,
    LONG_TAGS,
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

HEADING = "### Attention Is All You Need\n"
NOTHING = MemberView(status=None, saved=False, tags=(), notes=())


def noted(*notes: Note) -> MemberView:
    return NOTHING._replace(saved=True, notes=notes)


def pages_of(abstract: str) -> list[str]:
    """The pages of an abstract as a reader sees them, the title taken away."""
    paper = stored(make_paper()).model_copy(update={"abstract_text": abstract})
    texts = [text for view in abstract_views(paper) for text in sound(view)]
    assert texts[0].startswith(HEADING)
    assert not any(HEADING in text for text in texts[1:])
    pages = [texts[0].removeprefix(HEADING), *texts[1:]]
    assert active(pages) == {}
    return [shown(page).text for page in pages]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_an_abstract_that_fits_is_one_page() -> None:
    assert pages_of("We propose α.") == ["We propose α."]
    assert len(pages_of("One sentence of many. " * 140)) == 1


def test_a_long_abstract_is_cut_between_sentences() -> None:
    first, second = pages_of("One sentence of many. " * 200)
    assert first.endswith("of many.")
    assert second.startswith("One sentence")


@pytest.mark.parametrize(
    "unit", ["a", "*", "word ", "…", "\u0301", "\U0001f1e9", "\U0001f468\u200d", "-", "a\n\n", ". "]
)
def test_the_pages_of_a_long_abstract_lose_nothing(unit: str) -> None:
    abstract = "x" + unit * (12_000 // len(unit)) + "y"
    assert squeezed("".join(pages_of(abstract))) == squeezed(abstract)


@given(st.lists(hostile_texts, max_size=6).map(lambda texts: "x" + "".join(texts) * 9 + "y"))
@settings(max_examples=15, deadline=None)
def test_the_pages_of_a_hostile_abstract_lose_nothing(abstract: str) -> None:
    text = abstract.replace("\r\n", "\n").replace("\r", "\n")
    assert squeezed("".join(pages_of(text))) == squeezed(text)


def test_a_paper_without_an_abstract_says_so() -> None:
    assert pages_of("") == ["This paper has no abstract."]
    assert pages_of(" \n ") == ["This paper has no abstract."]


@needs_records
def test_the_details_of_odd_records_fit() -> None:
    for n, paper in enumerate(all_papers()):
        if len(paper.abstract) > 2500 or (n % 50 == 0 and paper.id.value in odd_ids()):
            known = stored(paper)
            for view in (*abstract_views(known), citation_view(known), more_view(known, NOTHING)):
                sound(view, by_description=n % 10 == 0)


def test_a_citation_is_a_block_to_copy() -> None:
    (text,) = sound(citation_view(stored(make_paper())))
    assert text.startswith("```bibtex\n@misc{vaswani2026attention,\n")
    assert text.endswith("\n}\n```")


@given(st.text("`ab \n", max_size=30), hostile_texts)
@settings(max_examples=25, deadline=None)
def test_nothing_leaves_the_block_of_a_citation(title: str, author: str) -> None:
    paper = make_paper(title=title, authors=(author,)).model_copy(update={"journal_ref": title})
    (text,) = sound(citation_view(stored(paper)))
    assert [found.start() for found in re.finditer("```", text)] == [0, len(text) - 3]


@pytest.mark.parametrize("title", ["`{}`{}`", "`{}`{}`{}`", "\\verb|```|", "\\verb|````|", "\\verb|`````|"])
def test_backticks_that_come_together_only_when_read_stay_in_the_block(title: str) -> None:
    (text,) = sound(citation_view(stored(make_paper(title=title))))
    assert text.count("```") == 2


def test_a_citation_that_is_too_long_is_cut_and_stays_a_block() -> None:
    for title in ("`" * 9000, "a``" * 4000, longest().title * 9):
        (text,) = sound(citation_view(stored(make_paper(title=title))))
        assert text.endswith("\n```")


def test_more_leads_to_the_rest_and_names_the_paper() -> None:
    view = more_view(stored(make_paper(), 5), NOTHING)
    assert sound(view)[0] == "**Attention Is All You Need**"
    assert {label: leads for label, leads in buttons(view).items() if label not in (*STATUSES, "none")} == {
        "Tags": "pc:1:tags:5",
        "Note": "pc:1:note:5",
        "Cite": "pc:1:cite:5",
        "Full abstract": "pc:1:abstract:5",
        "I tried this": "pc:1:tried:5",
        "Reports": "pc:1:reports-of:5",
        "In plain words": "pc:1:explain:5",
        "Explanations": "pc:1:explanations:5",
        "Resources": "pc:1:resources:5",
    }


@pytest.mark.parametrize("status", [None, *STATUSES])
def test_the_menu_shows_the_own_status(status: Status | None) -> None:
    view = more_view(stored(make_paper(), 5), NOTHING._replace(status=status))
    sound(view)
    (menu,) = [part for part in walk(components_of(view)) if "options" in part]
    assert menu["custom_id"] == "pc:1:status:5"
    assert [option["value"] for option in menu["options"]] == ["want to read", "reading", "read", "none"]
    assert [option["value"] for option in menu["options"] if option["default"]] == ([status] if status else [])


def test_the_forms_hold_what_is_there_and_no_more_than_is_taken() -> None:
    tags, note = tags_form(5, LONG_TAGS), note_form(5, "n" * NOTE_LENGTH)
    for form, leads in ((tags, "pc:1:tags:5"), (note, "pc:1:note:5")):
        body = form.to_dict()
        assert body["custom_id"] == leads
        assert modal_problems(body) == []
    (field,) = [label["component"] for label in tags.to_dict()["components"]]
    assert parse_tags(field["value"]) == LONG_TAGS
    for empty_form in (tags_form(5, ()), note_form(5, "")):
        assert modal_problems(empty_form.to_dict()) == []


def test_more_shows_the_latest_notes_that_fit() -> None:
    few = [Note(user_id=n, text=f"note\n{n}", at=NOW) for n in (1, 2)]
    assert sound(more_view(stored(make_paper()), noted(*few)))[1] == "<@1>: note 1\n<@2>: note 2"
    many = [Note(user_id=BIGGEST - n, text="*" * 500, at=NOW) for n in range(40)]
    text = sound(more_view(stored(longest()), noted(*many)))[1]
    assert f"<@{BIGGEST - 39}>" in text
    assert text.endswith("\n-# and 38 older")


@given(hostile_texts)
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_paper_or_note_is_active(text: str) -> None:
    def shown_for(text: str) -> list[str]:
        mine = noted(Note(user_id=ADA, text=text, at=NOW))
        return sound(more_view(stored(make_paper(title=text)), mine._replace(tags=(text[:30] or "a",))))

    assert active(shown_for(text)) == active(shown_for("a"))


@pytest.mark.parametrize("make", [longest, empty])
def test_the_longest_and_the_emptiest_paper_fit(make: Callable[[], Paper]) -> None:
    known = stored(make())
    note = Note(user_id=BIGGEST, text="*" * 500, at=NOW)
    mine = MemberView(status="want to read", saved=True, tags=LONG_TAGS, notes=(note,) * 9)
    for view in (*abstract_views(known), citation_view(known), more_view(known, mine)):
        sound(view)


@pytest.mark.parametrize(
    ("read", "reading", "words"),
    [
        (0, 0, ""),
        (1, 0, "1 has read it"),
        (2, 1, "2 have read it, 1 is reading"),
        (0, 1, "1 is reading it"),
        (0, 3, "3 are reading it"),
    ],
)
def test_readers_are_counted_in_words(read: int, reading: int, words: str) -> None:
    assert readers(Community(read=read, reading=reading)) == words


def test_what_changed_is_said() -> None:
    paper = stored(make_paper())
    assert tags_words(paper, TagChange(("a",), ("b*",), ("a", "c"))) == (
        "**Attention Is All You Need** is tagged a, c: added a, took off b\\*."
    )
    assert tags_words(paper, TagChange((), ("a",), ())) == "**Attention Is All You Need** has no tags: took off a."
    assert tags_words(paper, TagChange((), (), ())) == "Nothing changed: **Attention Is All You Need** has no tags."
    assert "in place of" in note_words(paper, had=True, has=True)
    assert note_words(paper, had=True, has=False) == "Your note on **Attention Is All You Need** is gone."
    assert note_words(paper, had=False, has=False) == "You had no note on **Attention Is All You Need**."
    assert status_words(paper, None) == "You have no status for **Attention Is All You Need** now."


def test_what_is_said_fits_a_message() -> None:
    paper = stored(longest())
    said = [tags_words(paper, TagChange(LONG_TAGS, LONG_TAGS, LONG_TAGS)), note_words(paper, had=True, has=True)]
    said += [status_words(paper, status) for status in STATUSES]
    assert all(len(one) <= 2000 for one in said)
