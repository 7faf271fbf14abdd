"""Tags as members type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tags import MAX_TAG_LENGTH, MAX_TAGS, finish_tags, parse_all_tags, parse_tag, parse_tags
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
        ("None", ()),
        ("rl, none", ("rl",)),
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


def test_none_takes_all_off_and_a_slip_does_not() -> None:
    assert parse_all_tags("rl, NLP") == ("rl", "nlp")
    assert parse_all_tags(" None ") == ()
    for typed in (",", " ", "#", "none, "):
        with pytest.raises(NotUnderstood, match="none to take them all off"):
            parse_all_tags(typed)


def test_one_tag_is_one_tag() -> None:
    assert parse_tag("#World  Models") == "world models"
    for typed in ("", "a, b", "none"):
        with pytest.raises(NotUnderstood, match="Name one tag"):
            parse_tag(typed)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["nlp", "rl", "world models"]),
        ("r", ["rl", "world models"]),
        ("RL,", ["rl, nlp", "rl, world models"]),
        ("rl, W", ["rl, world models"]),
        (", ,nl", ["nlp"]),
        ("zzz", []),
    ],
)
def test_the_last_tag_is_finished(typed: str, offered: list[str]) -> None:
    assert finish_tags(typed, ["nlp", "rl", "world models"]) == offered


@given(st.text(max_size=60), st.sampled_from(["rl", "nlp", "world models"]))
def test_what_is_offered_reads_as_what_was_typed_and_one_more(typed: str, tag: str) -> None:
    try:
        before = parse_tags(",".join(typed.split(",")[:-1]))
        offered = [parse_tags(one) for one in finish_tags(typed, [tag])]
    except NotUnderstood:
        return
    assert offered in ([], [(*before, tag)])
