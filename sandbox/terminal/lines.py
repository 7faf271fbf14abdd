"""Styled text, measured in the columns of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

_EMOJI_SELECTOR = "\ufe0f"
"""Behind a character of one column it asks for the picture, which takes two."""
_JOINER = "\u200d"


class Span(NamedTuple):
    """Some text and the names of its styles; see `sandbox.terminal.screen`."""

    text: str
    style: frozenset[str] = frozenset()


Line: TypeAlias = tuple[Span, ...]


def span(text: str, *styles: str) -> Span:
    return Span(text, frozenset(styles))


def plain(line: Iterable[Span]) -> str:
    """The text without its styles."""
    return "".join(part.text for part in line)


def columns(text: str) -> int:
    """How many columns the text takes: two for East Asian wide characters and pictures, none for what combines."""
    total, before = 0, ""
    for character in text:
        if character == _EMOJI_SELECTOR:
            total += _columns(before) == 1
        elif before != _JOINER:
            total += _columns(character)
        before = character
    return total


def wrap(line: Line, width: int) -> list[Line]:
    """The line in rows of at most `width` columns, broken between words; a longer word is broken anywhere."""
    characters = [(character, part.style) for part in line for character in part.text]
    rows: list[Line] = []
    start = 0
    while start < len(characters):
        end = _fitting(characters, start, width)
        following = end
        if end < len(characters):
            space = next((at for at in range(end, start, -1) if characters[at][0] == " "), None)
            if space is not None:
                end, following = space, space + 1
        rows.append(_spans(characters[start:end]))
        start = following
    return rows or [()]


def cut(line: Line, width: int) -> Line:
    """The line, or its beginning and "…" in at most `width` columns."""
    if columns(plain(line)) <= width:
        return line
    characters = [(character, part.style) for part in line for character in part.text]
    return (*_spans(characters[: _fitting(characters, 0, width - 1)]), Span("…"))


def padded(line: Line, width: int) -> Line:
    """The line with spaces up to `width` columns."""
    return (*line, Span(" " * (width - columns(plain(line)))))


def _columns(character: str) -> int:
    if not character or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _fitting(characters: Sequence[tuple[str, frozenset[str]]], start: int, width: int) -> int:
    """Where the row that begins at `start` must end; at least one character further."""
    text = ""
    for at in range(start, len(characters)):
        text += characters[at][0]
        if columns(text) > width and at > start:
            return at
    return len(characters)


def _spans(characters: Sequence[tuple[str, frozenset[str]]]) -> Line:
    return tuple(
        Span("".join(character for character, _ in run), style)
        for style, run in groupby(characters, key=lambda styled: styled[1])
    )
