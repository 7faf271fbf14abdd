"""The list as JSON: all that a file of it may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.citation import address, doi
from bot.domain.export.listed import Listed


class JsonItems:
    """Items of one array, one a line, with commas between them."""

    def __init__(self) -> None:
        self._begun = False

    def more(self, items: Iterable[str]) -> str:
        """The next of them."""
        text = ",\n".join(items)
        comma = ",\n" if self._begun and text else ""
        self._begun = self._begun or bool(text)
        return comma + text


class JsonWriter:
    """An object with the papers, oldest first. Ids are as `PaperId` writes them, and `/import` reads them."""

    def __init__(self, server_name: str) -> None:
        self._server_name = server_name
        self._items = JsonItems()

    def head(self) -> str:
        """Up to the first paper."""
        return f'{{"reading_list": {json.dumps(self._server_name, ensure_ascii=False)}, "papers": [\n'

    def lines(self, listed: Sequence[Listed]) -> str:
        """Papers, one a line."""
        return self._items.more(json.dumps(_record(one), ensure_ascii=False) for one in listed)

    def tail(self) -> str:
        """All that was opened is closed."""
        return "\n]}\n"


def _record(one: Listed) -> dict[str, Any]:
    stored, community = one.entry.paper, one.entry.community
    paper = stored.paper
    return {
        "id": str(paper.id),
        "title": stored.title_text,
        "authors": list(paper.authors),
        "published": paper.published.isoformat() if paper.published else None,
        "categories": list(paper.categories),
        "doi": doi(paper),
        "url": address(paper),
        "abstract": stored.abstract_text,
        "saved_at": community.saved_at.isoformat() if community.saved_at else None,
        "votes": community.votes,
        "tags": list(community.tags),
        "notes": list(one.notes),
    }
