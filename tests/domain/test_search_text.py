"""Spellings that mean the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search_text import LONGEST_SEARCH, folded, search_words


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Schrödinger", "SCHRODINGER"),
        ("Straße", "strasse"),
        ("𝒪(n²) ﬁnding", "o(n2) finding"),
        ("  two\n words ", "Two Words"),
        ("İstanbul", "istanbul"),
        ("nul\x00", "nul"),
        ("Łukasz Bjørn Đ", "lukasz bjorn d"),
    ],
)
def test_alike(typed: str, same: str) -> None:
    assert folded(typed) == folded(same)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("c++", ["c"]),
        ("don't", ["don", "t"]),
        ("10.1038/abc", ["10", "1038", "abc"]),
        ("Łukasz  KAISER kaiser", ["lukasz", "kaiser"]),
        ("the who", ["the", "who"]),
        ("Attention Is All You Need", ["attention", "all", "need"]),
        ("the of and in", ["the", "of", "and", "in"]),
        ("snake_case: x-ray", ["snake", "case", "x", "ray"]),
        ('* " ( 🧪 \x00 \ud800 \ue000', []),
        ("", []),
    ],
)
def test_words_of_a_search(typed: str, words: list[str]) -> None:
    assert list(search_words(typed)) == words


@given(st.one_of(st.text(), st.lists(st.sampled_from(["the", "of", "model", "x" * 30, "Ⅷ", "1e5"])).map(" ".join)))
def test_words_of_a_search_fit_a_button_and_read_back_the_same(typed: str) -> None:
    words = search_words(typed)
    assert len(" ".join(words)) <= LONGEST_SEARCH
    assert all(char.isalnum() for word in words for char in word)
    assert search_words(" ".join(words)) == words
