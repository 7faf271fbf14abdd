"""The sentence with the words that were looked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.search_excerpt import excerpt, same_word
from bot.domain.search_text import search_words
from tests.domain.discord_markdown import shown
from tests.views.layouts import hostile_texts

TEXT = "We train networks. A Schrödinger network of *stars* is learned (fast). Networks end.\nNew line of code"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("network", "We train **networks**."),
        ("schrodinger network", "A **Schrödinger** **network** of \\*stars\\* is learned (fast)."),
        ("learning stars", "A Schrödinger network of \\***stars**\\* is **learned** (fast)."),
        ("code", "New line of **code**"),
        ("nothing here", None),
        ("net", None),
        ("", None),
    ],
)
def test_the_first_sentence_with_most_of_the_words(typed: str, sentence: str | None) -> None:
    assert excerpt(TEXT, search_words(typed), 200) == sentence


def test_a_long_sentence_is_cut_around_the_first_match() -> None:
    found = excerpt("before " * 60 + "needle " + "after " * 60, ("needle",), 200)
    assert found is not None
    assert found.startswith("… before")
    assert "**needle** after" in found
    assert found.endswith("…")
    assert len(found) <= 200


@pytest.mark.parametrize(
    ("word", "said", "same"),
    [
        ("network", "Networks", True),
        ("networking", "network", True),
        ("generation", "generative", True),
        ("kaiser", "KAISER", True),
        ("lukasz", "Łukasz", True),
        ("strasse", "Straße", True),
        ("art", "artist", False),
        ("gan", "gang", False),
        ("a", "as", False),
        ("model", "modem", False),
    ],
)
def test_other_forms_of_a_word(word: str, said: str, same: bool) -> None:
    assert same_word(word, said) is same


@given(hostile_texts, st.sampled_from(["word", "sentence", "i", "b", "smile", "everyone", "https example", "1"]))
@settings(max_examples=150, deadline=None)
def test_nothing_of_the_text_is_active_but_our_bold(text: str, typed: str) -> None:
    found = excerpt(text, search_words(typed), 120)
    if found is not None:
        assert len(found) <= 120
        assert set(shown(found).active) <= {"bold", "italic"}  # to the reader a part of our bold looks like italics
        assert "**" in found
