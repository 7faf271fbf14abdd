"""What stands in a `custom_id`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.custom_ids import Press, Unreadable, custom_id, parse_text


def test_an_id_is_read_back_as_it_was_written() -> None:
    assert custom_id("vote", 17) == "pc:1:vote:17"
    assert parse_text("pc:1:vote:17") == Press("vote", ("17",))
    assert parse_text(custom_id("list", 2, "votes", "", "world models")) == Press(
        "list", ("2", "votes", "", "world models")
    )
    assert Press("vote", ("17",)).number == 17


def test_an_id_without_arguments_and_one_of_an_older_version_are_ours_too() -> None:
    assert parse_text("pc:1:list-place") == Press("list-place", ())
    assert parse_text("pc:0:vote:3") == Press("vote", ("3",))


@pytest.mark.parametrize("text", ["", "vote:1", "pc:x:vote:1", "pc:1:VOTE", "xpc:1:vote:1"])
def test_other_ids_are_not_ours(text: str) -> None:
    assert parse_text(text) is None


@given(st.from_regex(r"[a-z-]+", fullmatch=True), st.lists(st.text().filter(lambda text: ":" not in text)))
def test_arguments_survive_whatever_they_hold(action: str, arguments: list[str]) -> None:
    assert parse_text(custom_id(action, *arguments)) == Press(action, tuple(arguments))


def test_an_id_of_a_newer_version_is_not_understood() -> None:
    assert parse_text("pc:2:vote:3") is None


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "١", " 1", "1\n", str(2**63), "9" * 60])
def test_what_is_no_number_of_ours_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        _ = Press("vote", (text,)).number
    with pytest.raises(Unreadable):
        _ = Press("settings", ("watched",), (text,)).chosen


def test_an_argument_that_is_not_there_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        Press("search", ("0",)).text_at(1)
    assert Press("vote", (str(2**63 - 1),)).number == 2**63 - 1
