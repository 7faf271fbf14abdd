"""Papers out of any text: one or more links or ids a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.import_entries import Entry
from bot.domain.links import find_links, parse_paper

_PIECE = 3_000
"""Characters that are looked at together: well within what `find_links` reads at once."""
_PIECES = re.compile(rf"\S[\s\S]{{0,{_PIECE}}}(?=\s|\Z)|\S+")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,4}[.)])?\s+")
_SEPARATORS = re.compile(r"[\s,;]+")


def link_entries(text: str) -> Iterator[Entry]:
    """Empty lines, and those that begin with `#`, say nothing."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        ids = list(dict.fromkeys(_ids(line)))
        for paper in ids:
            yield Entry(number, own=(paper,))
        if not ids:
            yield Entry(number, title=line)


def _ids(line: str) -> Iterator[str]:
    for piece in _PIECES.finditer(line):
        links = find_links(piece[0])
        yield from (str(link.paper) for link in links)
        if not links:
            yield from _bare(piece[0])


def _bare(text: str) -> list[str]:
    """Ids without anything that says so are taken for ids where nothing else is in the line."""
    words = [word for word in _SEPARATORS.split(_BULLET.sub("", f" {text}")) if word]
    found = [parse_paper(word) for word in words]
    return [str(link.paper) for link in found if link] if all(found) else []
