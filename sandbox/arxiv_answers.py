"""Which answer arXiv gives to a query, and how a fault changes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sandbox import arxiv_search
from sandbox.arxiv_faults import FaultKind
from sandbox.arxiv_feed import CONTENT_TYPES, Asked, Entry, Form, render, render_error
from sandbox.catalogue.catalogue import Catalogue

_WELL_FORMED = re.compile(r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v(?P<version>\d+))?")
_DEFAULTS = {"start": "0", "max_results": "10"}


class Reply(NamedTuple):
    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = {}


def right_reply(
    ids: tuple[str, ...],
    query: Mapping[str, str],
    catalogue: Catalogue,
    form: Form,
    now: datetime,
    *,
    backwards: bool = False,
) -> Reply:
    """The page of the feed that the parameters ask for; with `backwards`, its entries in the other order.

    One malformed id or number spoils the whole request: status 400 and an entry that says so.
    Raises SearchNotUnderstoodError.
    """
    malformed = next((name for name in ids if not _WELL_FORMED.fullmatch(name)), None)
    if malformed is not None:
        return error_reply(f"incorrect id format for {malformed}", form, now)
    numbers = {name: query.get(name) or default for name, default in _DEFAULTS.items()}
    for name, given in numbers.items():
        if not given.isdecimal():
            return error_reply(f"{name} must be an integer", form, now)
    asked = Asked(query.get("search_query", ""), ids, int(numbers["start"]), int(numbers["max_results"]))
    found = _sorted(_found(asked, catalogue), query)
    page = found[asked.start : asked.start + asked.max_results]
    if backwards:
        page.reverse()
    return Reply(200, CONTENT_TYPES[form], render(form, asked, page, total=len(found), now=now))


def error_reply(message: str, form: Form, now: datetime) -> Reply:
    return Reply(400, CONTENT_TYPES[form], render_error(message, now=now))


def spoiled(reply: Reply, kind: FaultKind) -> Reply:
    """The reply with the fault in it; unchanged where the fault is not in what is sent."""
    if kind == "truncated":
        return reply._replace(body=reply.body[: len(reply.body) * 2 // 3])
    if kind == "unpublished":
        return reply._replace(body=re.sub(rb"<published>.*?</published>", b"", reply.body, count=1))
    if kind == "wrong_charset":
        return reply._replace(content_type="application/atom+xml; charset=ISO-8859-1")
    return reply


def _found(asked: Asked, catalogue: Catalogue) -> list[Entry]:
    """The papers with these ids, in that order, or all; of them, those that the search matches.

    Unknown papers and versions are left out in silence, as arXiv does.
    """
    if asked.ids:
        entries = [entry for name in dict.fromkeys(asked.ids) if (entry := _entry(name, catalogue))]
    elif asked.search:
        entries = [Entry(paper, paper.versions) for paper in catalogue]
    else:
        entries = []
    if not asked.search:
        return entries
    matches = arxiv_search.parse(asked.search)
    return [entry for entry in entries if matches(entry.paper)]


def _entry(name: str, catalogue: Catalogue) -> Entry | None:
    match = _WELL_FORMED.fullmatch(name)
    paper = catalogue.get(match["id"]) if match else None
    if match is None or paper is None:
        return None
    version = int(match["version"] or paper.versions)
    return Entry(paper, version) if 1 <= version <= paper.versions else None


def _sorted(entries: list[Entry], query: Mapping[str, str]) -> list[Entry]:
    descending = query.get("sortOrder", "descending") == "descending"
    if query.get("sortBy") == "submittedDate":
        return sorted(entries, key=lambda entry: entry.paper.published, reverse=descending)
    if query.get("sortBy") == "lastUpdatedDate":
        return sorted(entries, key=lambda entry: entry.paper.updated, reverse=descending)
    return entries
