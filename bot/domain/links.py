"""Text to papers and papers to addresses. What a message or an option names; nothing is fetched to find out."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.domain.link_ids import SCHEMES, Identified, identify
from bot.domain.link_pages import page_url, pdf_url
from bot.domain.link_text import may_name_papers, pieces
from bot.domain.papers import PaperId

__all__ = ["Link", "Named", "find_links", "named_in", "only_paper_links", "page_url", "parse_paper", "pdf_url"]

_LONGEST_TEXT = 4_000  # Discord's own limit for a message
_WHOLE_WORDS = re.compile(r".*\s", re.DOTALL)
_WITH_SCHEME = re.compile(r"([A-Za-z0-9-]{2,20}):\s?(\S+)")


class Link(NamedTuple):
    """A paper that a text names, and the version it names first, if any.

    `quiet`: each time it stands in <angle brackets>, also as `[words](<address>)`: Discord's way to say "no preview".
    """

    paper: PaperId
    version: int | None
    quiet: bool


class Named(NamedTuple):
    """What stands in a text. `only_papers`: there are links (which Discord shows a preview of) and each names a paper,
    so that hiding Discord's previews hides nothing else."""

    links: tuple[Link, ...]
    only_papers: bool


def named_in(text: str) -> Named:
    """The distinct papers in order of appearance. Code is not read, nor anything after 4,000 characters."""
    if not may_name_papers(text):
        return Named((), only_papers=False)
    links: dict[PaperId, Link] = {}
    addresses = others = 0
    for piece in pieces(_cut(text)):
        addresses += piece.is_link
        others += piece.is_link and not piece.found
        if piece.found:
            paper, version = piece.found
            before = links.get(paper, Link(paper, None, quiet=True))
            links[paper] = Link(paper, before.version or version, before.quiet and piece.quiet)
    return Named(tuple(links.values()), only_papers=addresses > 0 and not others)


def find_links(text: str) -> list[Link]:
    """The papers alone."""
    return list(named_in(text).links)


def only_paper_links(text: str) -> bool:
    """Whether there are links and each names a paper."""
    return named_in(text).only_papers


def parse_paper(text: str) -> Link | None:
    """What a member typed for a paper: a link, or an identifier, which here may also stand alone (`1706.03762`).

    Reads back every `str(PaperId)`. None for words, and for what names several papers.
    """
    text = text[:_LONGEST_TEXT].strip().strip("`")
    if alone := _identifier(text):
        return Link(alone.paper, alone.version, quiet=False)
    links = find_links(text)
    return links[0] if len(links) == 1 else None


def _identifier(text: str) -> Identified | None:
    if (match := _WITH_SCHEME.fullmatch(text)) and match[1].lower() in SCHEMES:
        return identify(match[1].lower(), match[2])
    bare = text.strip(".,;<>")
    if bare.startswith("10."):
        return identify("doi", bare)
    return identify("pmc", bare) if bare[:3].upper() == "PMC" else identify("arxiv", bare)


def _cut(text: str) -> str:
    """Not in the middle of a word: half an identifier may name another paper."""
    if len(text) <= _LONGEST_TEXT:
        return text
    words = _WHOLE_WORDS.match(text, 0, _LONGEST_TEXT + 1)
    return words[0] if words else ""
