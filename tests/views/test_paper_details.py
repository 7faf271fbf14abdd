"""Full abstract, citation, and the menu behind More."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.reading_list import Note
from bot.views.paper_details import abstract_views, citation_view, more_view
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids
from tests.domain.discord_markdown import shown
from tests.storage.examples import ADA, NOW, make_paper
from tests.views.layouts import BIGGEST, active, buttons, empty, hostile_texts, longest, sound, stored

HEADING = "### Attention Is All You Need\n"


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
            for view in (*abstract_views(known), citation_view(known), more_view(known, [])):
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
    view = more_view(stored(make_paper(), 5), [])
    assert sound(view) == ["**Attention Is All You Need**"]
    assert buttons(view) == {"Full abstract": "pc:1:abstract:5", "Cite": "pc:1:cite:5"}


def test_more_shows_the_latest_notes_that_fit() -> None:
    few = [Note(user_id=n, text=f"note\n{n}", at=NOW) for n in (1, 2)]
    assert sound(more_view(stored(make_paper()), few))[1] == "<@1>: note 1\n<@2>: note 2"
    many = [Note(user_id=BIGGEST - n, text="*" * 500, at=NOW) for n in range(40)]
    text = sound(more_view(stored(longest()), many))[1]
    assert f"<@{BIGGEST - 39}>" in text
    assert text.endswith("\n-# and 38 older")


@given(hostile_texts)
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_paper_or_note_is_active(text: str) -> None:
    def shown_for(text: str) -> list[str]:
        notes = [Note(user_id=ADA, text=text, at=NOW)]
        return sound(more_view(stored(make_paper(title=text)), notes))

    assert active(shown_for(text)) == active(shown_for("a"))


@pytest.mark.parametrize("make", [longest, empty])
def test_the_longest_and_the_emptiest_paper_fit(make: Callable[[], Paper]) -> None:
    known = stored(make())
    note = Note(user_id=BIGGEST, text="*" * 500, at=NOW)
    for view in (*abstract_views(known), citation_view(known), more_view(known, [note] * 9)):
        sound(view)
