"""What `literal` makes is read back by a small model of Discord's markdown: the same text, and nothing active."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import literal, literal_within
from tests.domain.discord_markdown import shown

_ACTIVE = {
    "# heading": "heading",
    "### heading": "heading",
    "  # heading after spaces": "heading",
    "-# small print": "small print",
    "> quote": "quote",
    ">>> quote to the end": "quote",
    "- item": "list",
    "+ item": "list",
    "1. item": "list",
    "text\n12. item": "list",
    "*italic*": "italic",
    "_italic_": "italic",
    "**bold**": "bold",
    "__underlined__": "underline",
    "~~struck~~": "strikethrough",
    "||spoiler||": "spoiler",
    "`code`": "code",
    "``co`de``": "code",
    "```py\ncode```": "code block",
    "[label](https://example.org)": "masked link",
    "[label](<https://example.org>)": "masked link",
    "https://example.org/a_b?c=d": "address",
    "http://example.org.": "address",
    "steam://run/1": "address",
    "<https://example.org>": "address in brackets",
    "<mailto:a@example.org>": "address in brackets",
    "<@123456789012345678>": "mention",
    "<@!1>": "mention",
    "<@&1>": "mention",
    "<#1>": "mention",
    "</paper:1>": "command",
    "<t:1700000000:R>": "timestamp",
    "<id:browse>": "navigation",
    "<:name:1>": "emoji",
    "<a:name:1>": "emoji",
    ":smile:": "emoji",
    ":+1:": "emoji",
    "@everyone": "everyone",
    "mail@here": "everyone",
}

_FRAGMENTS = st.one_of(
    st.sampled_from(
        [*_ACTIVE, "\\", "\\\\", "*", "_", "|", "`", "[", "](", ")", "<", ">", ":", "@", "#", "\n", " ", "1."]
    ),
    st.text(max_size=8),
    st.text(alphabet="\\*_~|`[]()<>:@#-+.1 a\n", max_size=12),
)
_TEXTS = st.lists(_FRAGMENTS, max_size=12).map("".join)


def _same(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("@\u200b", "@")


@pytest.mark.parametrize(("text", "rule"), _ACTIVE.items())
def test_each_form_of_markdown_is_shown_as_text(text: str, rule: str) -> None:
    assert rule in shown(text).active
    read = shown(literal(text))
    assert read.active == []
    assert _same(read.text) == text


@given(_TEXTS)
def test_no_text_is_active(text: str) -> None:
    read = shown(literal(text))
    assert read.active == []
    assert _same(read.text) == _same(text)


@given(_TEXTS)
def test_markdown_is_at_most_twice_as_long(text: str) -> None:
    assert len(literal(text)) <= 2 * len(text)


def test_ordinary_prose_is_left_alone() -> None:
    prose = "Attention: the 3.5-fold gain (p > 0.05) at 10:30 is real; e.g. AT&T, 50% of C#, a@example.org."
    assert literal(prose) == prose


@given(_TEXTS, st.integers(min_value=0, max_value=60))
def test_markdown_is_cut_to_fit_and_stays_literal(text: str, limit: int) -> None:
    markdown = literal_within(text, limit)
    assert len(markdown) <= limit
    read = shown(markdown)
    assert read.active == []
    assert _same(text).startswith(_same(read.text).removesuffix("…").rstrip())


def test_a_cut_never_leaves_half_an_escape() -> None:
    for limit in range(1, 30):
        markdown = literal_within("*" * 40, limit)
        backslashes = len(markdown) - len(markdown.rstrip("\\"))
        assert backslashes % 2 == 0
    assert literal_within("*" * 40, 21) == r"\*" * 10 + "…"


def test_what_fits_is_not_cut() -> None:
    assert literal_within("a*b*c", 7) == r"a\*b\*c"
    assert literal_within("a*b*c", 6) == r"a\*b…"


def test_cutting_long_text_keeps_almost_all_that_fits() -> None:
    assert len(literal_within("ab*" * 3000, 4000)) > 3990
