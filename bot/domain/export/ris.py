"""The list as RIS, which reference managers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.citation import address, doi
from bot.domain.export.listed import Listed
from bot.domain.export.names import name_of


class RisWriter:
    """One record for each paper: every field is one line, `TAG  - value`."""

    def head(self) -> str:
        """Nothing."""
        return ""

    def lines(self, listed: Sequence[Listed]) -> str:
        """Records with an empty line after each."""
        return "".join(f"{_record(one)}\n\n" for one in listed)

    def tail(self) -> str:
        """Nothing."""
        return ""


def _record(one: Listed) -> str:
    return "\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in _fields(one) if value) + "\nER  - "


def _fields(one: Listed) -> Iterator[tuple[str, str]]:
    stored = one.entry.paper
    paper = stored.paper
    yield "TY", "UNPB"
    yield "TI", stored.title_text
    for author in paper.authors:
        yield "AU", ", ".join(filter(None, name_of(author)))
    if paper.published is not None:
        yield "PY", str(paper.published.year)
        yield "DA", f"{paper.published:%Y/%m/%d}"
    yield "AB", stored.abstract_text
    if paper.id.scheme == "arxiv":
        yield "AN", f"arXiv:{paper.id.value}"
        yield "PB", "arXiv"
    yield "DO", doi(paper) or ""
    yield "UR", address(paper) or ""
    for tag in one.entry.community.tags:
        yield "KW", tag
