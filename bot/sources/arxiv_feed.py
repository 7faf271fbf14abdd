"""arXiv's Atom feed: whether it can be trusted, and its entries as papers.

The form of the feed changed between October 2025 and March 2026 (order of elements, namespaces, wrapping); both are
read. Format: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import arxiv  # type: ignore[import-untyped]  # the package publishes no types

from bot.domain.paper_facts import is_withdrawn_comment
from bot.domain.papers import Paper, PaperId
from bot.sources.ports import SourceFailed

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_REFUSED = re.compile(r"/api/errors#incorrect_id_format_for_(?P<id>.+)$")
_ENTRY_ID = re.compile(r"/abs/(?P<id>.+?)(?:v(?P<version>[0-9]+))?$")
_SUBJECT_CLASS = re.compile(r"\.[A-Za-z-]{2,}(?=/)")
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?")
_DOI = re.compile(r"10\.[0-9.]{4,}/\S+")
# arXiv drops line breaks of an abstract unless white space follows (https://info.arxiv.org/help/prep.html)
_PARAGRAPH = re.compile(r"\n(?=[ \t]*\n|[ \t]+\S)")


class FeedFacts(NamedTuple):
    """What a feed says of itself."""

    total: int
    """How many papers match, which may be more than stand in it."""
    entries: int
    present: frozenset[PaperId]
    """The papers it has entries for, also those that lack what a paper needs."""
    refused: frozenset[PaperId]
    """Ids it calls malformed; it then looks up none of the others."""


def inspect(body: bytes) -> FeedFacts:
    """Reads the feed's header and ids; raises SourceFailed when this is no whole Atom feed of arXiv's."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - expat bounds entity expansion itself and loads nothing from outside
    except ET.ParseError as error:
        raise SourceFailed("sent something that is no whole feed") from error
    total = root.findtext(_TOTAL, "").strip()
    if root.tag != f"{_ATOM}feed" or not total.isdecimal():
        raise SourceFailed("sent something that is not its feed")
    ids = [entry.findtext(f"{_ATOM}id", "").strip() for entry in root.iterfind(f"{_ATOM}entry")]
    refused = (_REFUSED.search(entry_id) for entry_id in ids)
    return FeedFacts(
        total=int(total),
        entries=len(ids),
        present=frozenset(found.paper for found in map(entry_paper, ids) if found is not None),
        refused=frozenset(_canonical(unquote(found["id"])) for found in refused if found is not None),
    )


class EntryPaper(NamedTuple):
    paper: PaperId
    version: int | None


def entry_paper(entry_id: str) -> EntryPaper | None:
    """The paper an entry is about, from its `<id>`; None for anything but a paper."""
    found = _ENTRY_ID.search(entry_id)
    if found is None:
        return None
    return EntryPaper(_canonical(found["id"]), int(found["version"]) if found["version"] else None)


def _canonical(value: str) -> PaperId:
    value = re.sub(r"v[0-9]+$", "", value)
    return PaperId("arxiv", _SUBJECT_CLASS.sub("", value))


def to_paper(result: arxiv.Result) -> Paper | None:
    """An entry as a paper; None when its id is no paper's."""
    entry = entry_paper(result.entry_id)
    if entry is None:
        return None
    abstract = paragraphs(result.summary)
    comment = _line(result.comment)
    doi = _DOI.search(result.doi or "")
    return Paper(
        id=entry.paper,
        title=_line(result.title) or "",
        authors=tuple(name for name in (_line(author.name) for author in result.authors) if name),
        abstract=abstract,
        categories=_categories(result),
        primary_category=_line(result.primary_category),
        published=result.published,
        updated=result.updated,
        version=entry.version,
        doi=doi[0].rstrip(".,;").lower() if doi else None,
        journal_ref=_line(result.journal_ref),
        comment=comment,
        withdrawn=is_withdrawn_comment(comment, abstract),
    )


def paragraphs(summary: str) -> str:
    """Joins an abstract's wrapped lines and puts a blank line between its paragraphs."""
    texts = (" ".join(part.split()) for part in _PARAGRAPH.split(summary.strip()))
    return "\n\n".join(text for text in texts if text)


def _categories(result: arxiv.Result) -> tuple[str, ...]:
    # the old form lists subject classes of other schemes (05C81, I.2.7) among arXiv's own categories
    own = (term for term in result.categories if _CATEGORY.fullmatch(term))
    return tuple(dict.fromkeys(own))


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
