from __future__ import annotations

import re

import pytest

from bot.domain.categories import (
    ARCHIVES,
    CATEGORIES,
    OTHER_FIELD,
    RETIRED_ARCHIVES,
    category_name,
    category_words,
    field_of,
)
from tests.domain.arxiv_records import all_papers, needs_records


@pytest.mark.parametrize(
    ("code", "words", "field"),
    [
        ("cs.CL", "cs.CL · Computation and Language", "cs"),
        ("cmp-lg", "cmp-lg · Computation and Language", "cs"),
        ("math.MP", "math.MP · Mathematical Physics", "math"),
        ("math-ph", "math-ph · Mathematical Physics", "math-ph"),
        ("cs.SY", "cs.SY · Systems and Control", "cs"),
        ("eess.SY", "eess.SY · Systems and Control", "eess"),
        ("astro-ph", "astro-ph · Astrophysics", "astro-ph"),
        ("astro-ph.GA", "astro-ph.GA · Astrophysics of Galaxies", "astro-ph"),
        ("supr-con", "supr-con · Superconductivity", "cond-mat"),
        ("physics.optics", "physics.optics · Optics", "physics"),
        ("q-bio.NC", "q-bio.NC · Neurons and Cognition", "q-bio"),
        ("I.2.7", "I.2.7", OTHER_FIELD),
        ("cs.XX", "cs.XX", OTHER_FIELD),
        ("", "", OTHER_FIELD),
    ],
)
def test_codes_in_words(code: str, words: str, field: str) -> None:
    assert category_words(code) == words
    assert field_of(code) == field


def test_names_come_alone_too() -> None:
    assert category_name("stat.ML") == "Machine Learning"
    assert category_name("stat.ZZ") is None


def test_every_category_is_in_an_archive_that_is_open() -> None:
    assert {field_of(code) for code in CATEGORIES} <= set(ARCHIVES)
    assert {field for _, field in RETIRED_ARCHIVES.values()} <= set(ARCHIVES)


@needs_records
def test_every_category_of_real_records_has_a_name() -> None:
    code = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2}|\.[a-z]+(?:-[a-z]+)?)?")
    used = {category for paper in all_papers() for category in paper.categories if code.fullmatch(category)}
    assert len(used) > 150
    assert {category for category in used if category_name(category) is None} <= {"na"}  # one stray code of 1990s
