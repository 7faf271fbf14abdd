"""Spellings that mean the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search_text import folded


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Schrödinger", "SCHRODINGER"),
        ("Straße", "strasse"),
        ("𝒪(n²) ﬁnding", "o(n2) finding"),
        ("  two\n words ", "Two Words"),
        ("İstanbul", "istanbul"),
        ("nul\x00", "nul"),
    ],
)
def test_alike(typed: str, same: str) -> None:
    assert folded(typed) == folded(same)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
