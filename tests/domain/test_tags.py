"""Tags as members type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tags import MAX_TAG_LENGTH, MAX_TAGS, parse_tags
from bot.errors import NotUnderstood


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", ()),
        ("rl", ("rl",)),
        ("RL, #World   models ,rl", ("rl", "world models")),
        (" , ,, ", ()),
        ("a:b", ("a b",)),
        ("line\nbreak", ("line break",)),
        ("Straße", ("strasse",)),
    ],
)
def test_tags_are_read_as_meant(typed: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(typed) == tags


def test_a_long_tag_and_too_many_are_refused_in_words() -> None:
    assert parse_tags("x" * MAX_TAG_LENGTH) == ("x" * MAX_TAG_LENGTH,)
    with pytest.raises(NotUnderstood, match="at most 30 characters"):
        parse_tags("x" * (MAX_TAG_LENGTH + 1))
    assert len(parse_tags(",".join(map(str, range(MAX_TAGS))))) == MAX_TAGS
    with pytest.raises(NotUnderstood, match="11 tags"):
        parse_tags(",".join(map(str, range(MAX_TAGS + 1))))


@given(st.text(max_size=200))
def test_what_comes_out_goes_in_again(typed: str) -> None:
    try:
        tags = parse_tags(typed)
    except NotUnderstood:
        return
    assert parse_tags(", ".join(tags)) == tags
    assert all(":" not in tag and tag == tag.strip() and tag for tag in tags)
