"""What stands in a `custom_id`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.custom_ids import Press, custom_id, parse_text


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
