"""The list as BibTeX."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.citation import bibtex
from bot.domain.export.keys import Keys
from bot.domain.export.listed import Listed


class BibtexWriter:
    """An `@misc` for each paper, with its tags as keywords."""

    def __init__(self) -> None:
        self._keys = Keys()

    def head(self) -> str:
        """Nothing: text outside of entries is a comment, but some programs stumble over it."""
        return ""

    def lines(self, listed: Sequence[Listed]) -> str:
        """Entries with an empty line after each."""
        return "".join(f"{self._entry(one)}\n\n" for one in listed)

    def tail(self) -> str:
        """Nothing."""
        return ""

    def _entry(self, one: Listed) -> str:
        paper = one.entry.paper.paper
        return bibtex(paper, entry_key=self._keys.take(paper), keywords=one.entry.community.tags)
