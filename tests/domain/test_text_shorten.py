from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import author_line, shorten

_TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="ab. !?…\n,e\u0301\u200d👩🏽🇩🇪", max_size=120),
)


@given(_TEXTS, st.integers(min_value=-1, max_value=130))
def test_never_longer_than_the_limit_and_marked_only_when_cut(text: str, limit: int) -> None:
    short = shorten(text, limit)
    if len(text) <= limit:
        assert short == text
    else:
        assert len(short) <= max(limit, 0)
        assert short.endswith("…") == (limit > 0)
        assert text.startswith(short[:-1].rstrip())


@given(_TEXTS, st.integers(min_value=1, max_value=60))
def test_no_character_is_torn_apart(text: str, limit: int) -> None:
    kept = shorten(text, limit)[:-1].rstrip()
    if len(text) <= limit or not kept:
        return
    following = text[len(kept)]
    assert unicodedata.category(following) not in {"Mn", "Me", "Mc"}
    assert following != "\u200d"
    assert kept[-1] != "\u200d" or following.isspace()


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("One sentence here. Another one follows it.", 30, "One sentence here. …"),
        ("One sentence here. Another one follows it.", 20, "One sentence here. …"),
        ("One sentence here. Another one follows it.", 19, "One sentence here.…"),
        ("Is it so? It is not at all so simple.", 20, "Is it so? It is not…"),  # the sentence keeps less than half
        ("It works, e.g. here, and in other places too.", 24, "It works, e.g. here…"),
        ("It works, e.g. here, and in other places too.", 18, "It works, e.g.…"),
        ("Smith et al. show that it is so in most cases.", 22, "Smith et al. show…"),
        ("First paragraph.\n\nSecond paragraph that is long.", 30, "First paragraph. …"),
        ("新しい手法を提案する。実験で有効性を確認した。さらに", 20, "新しい手法を提案する。 …"),
        ("several words without an end", 15, "several words…"),
        ("word, and more of them", 7, "word…"),
        ("unbreakablelongword", 10, "unbreakab…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
    ],
)
def test_cuts_where_a_reader_would(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("👨‍👩‍👧👨‍👩‍👧", 8, "👨‍👩‍👧…"),
        ("🇩🇪🇫🇷🇬🇧", 4, "🇩🇪…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("\ud83d\ude00\ud83d\ude00", 2, "…"),
    ],
)
def test_cuts_between_what_people_see_as_characters(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


def test_few_authors_are_all_named() -> None:
    assert author_line(["Ada Lovelace", "Paul Erd\\H{o}s"]) == "Ada Lovelace, Paul Erdős"
    assert author_line([]) == ""


def test_many_authors_are_counted() -> None:
    assert author_line([f"A{n}" for n in range(17)]) == "A0, A1, A2, A3, A4 and 12 more"
    assert author_line(["A"] * 3303, shown=1) == "A and 3,302 more"


def test_split_initials_are_joined_again() -> None:
    assert author_line(["C. -P. Yuan"]) == "C.-P. Yuan"


def test_a_name_is_one_line_and_not_endless() -> None:
    assert author_line(["A\n\nB"]) == "A B"
    assert len(author_line(["x" * 5000] * 5)) < 600
