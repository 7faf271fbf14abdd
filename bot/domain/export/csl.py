"""The list as CSL-JSON, the format of citation processors
(https://github.com/citation-style-language/schema, csl-data.json)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.domain.citation import address, doi
from bot.domain.export.json_items import JsonItems
from bot.domain.export.keys import Keys
from bot.domain.export.listed import Listed
from bot.domain.export.names import name_of


class CslWriter:
    """An array with one item for each paper."""

    def __init__(self) -> None:
        self._keys = Keys()
        self._items = JsonItems()

    def head(self) -> str:
        """The array begins."""
        return "[\n"

    def lines(self, listed: Sequence[Listed]) -> str:
        """Items, one a line."""
        return self._items.more(json.dumps(self._item(one), ensure_ascii=False) for one in listed)

    def tail(self) -> str:
        """The array ends."""
        return "\n]\n"

    def _item(self, one: Listed) -> dict[str, Any]:
        stored = one.entry.paper
        paper = stored.paper
        published = paper.published
        item = {
            "id": self._keys.take(paper),
            "type": "article",  # a preprint (CSL 1.0.2, appendix III)
            "title": stored.title_text,
            "author": [_author(author) for author in paper.authors],
            "issued": {"date-parts": [[published.year, published.month, published.day]]} if published else None,
            "abstract": stored.abstract_text,
            "publisher": "arXiv" if paper.id.scheme == "arxiv" else None,
            "number": f"arXiv:{paper.id.value}" if paper.id.scheme == "arxiv" else None,
            "DOI": doi(paper),
            "URL": address(paper),
            "keyword": ", ".join(one.entry.community.tags),
        }
        return {name: value for name, value in item.items() if value}


def _author(raw: str) -> dict[str, str]:
    name = name_of(raw)
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}
