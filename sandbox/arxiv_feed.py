"""arXiv's answers as bytes, in the two forms met in recordings.

`2026`: since early 2026; namespaces on the feed, https links, `Z` times, no hard line breaks.
`classic`: until 2025; texts wrapped at 80 columns, http links, the `arxiv:` namespace on each element.
In both, `<id>` is http and always carries a version.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import quote, quote_plus

from sandbox.catalogue.catalogue import CataloguePaper

Form = Literal["2026", "classic"]

_OPENSEARCH = 'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
_ARXIV = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
_ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
_SCHEME = 'scheme="http://arxiv.org/schemas/atom"'
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTED_BEFORE = 2009  # abstracts of earlier papers still begin with two spaces
_COLUMNS = 79

CONTENT_TYPES: dict[Form, str] = {
    "2026": "application/atom+xml",
    "classic": "application/atom+xml; charset=UTF-8",
}


class Entry(NamedTuple):
    """One version of one paper."""

    paper: CataloguePaper
    version: int

    @property
    def name(self) -> str:
        return f"{self.paper.id}v{self.version}"

    @property
    def updated(self) -> datetime:
        """When this version came. Only the first and the last have a known date: others share the last's."""
        return self.paper.published if self.version == 1 else self.paper.updated


class Asked(NamedTuple):
    """The parameters of a request, as a feed repeats them."""

    search: str
    ids: tuple[str, ...]
    start: int
    max_results: int


def render(form: Form, asked: Asked, entries: Sequence[Entry], *, total: int, now: datetime) -> bytes:
    """A feed with these entries out of `total` that match."""
    lines = _modern_feed(asked, entries, total, now) if form == "2026" else _classic_feed(asked, entries, total, now)
    return "\n".join(lines).encode()


def render_error(message: str, *, now: datetime) -> bytes:
    """The feed of one entry that comes with HTTP 400: `incorrect id format for abc`."""
    key = f"https://arxiv.org/api/errors#{quote(message.replace(' ', '_'))}"
    lines = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        f"<feed {_OPENSEARCH} {_ARXIV} {_ATOM}>",
        "  <id>https://arxiv.org/</id>",
        "  <title>arXiv Search Results</title>",
        f"  <updated>{_zulu(now)}</updated>",
        "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>",
        "  <opensearch:totalResults>1</opensearch:totalResults>",
        "  <opensearch:startIndex>0</opensearch:startIndex>",
        "  <entry>",
        f"    <id>{key}</id>",
        "    <title>Error</title>",
        f"    <updated>{_zulu(now)}</updated>",
        f'    <link href="{key}" rel="alternate" type="text/html"/>',
        f"    <summary>{_xml(message)}</summary>",
        "    <author>",
        "      <name>arXiv api core</name>",
        "    </author>",
        "  </entry>",
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode()


def _modern_feed(asked: Asked, entries: Sequence[Entry], total: int, now: datetime) -> Iterator[str]:
    ids = ",".join(asked.ids)
    page = f"start={asked.start}&max_results={asked.max_results}"
    link = f"search_query={quote_plus(asked.search, safe=':,/()[]')}&{page}&id_list={ids}"
    yield "<?xml version='1.0' encoding='UTF-8'?>"
    yield f"<feed {_OPENSEARCH} {_ARXIV} {_ATOM}>"
    yield f"  <id>https://arxiv.org/api/{_key(asked)}</id>"
    yield f"  <title>arXiv Query: {_xml(f'search_query={asked.search}&id_list={ids}&{page}')}</title>"
    yield f"  <updated>{_zulu(now)}</updated>"
    yield f'  <link href="https://arxiv.org/api/query?{_attribute(link)}" type="application/atom+xml"/>'
    yield f"  <opensearch:itemsPerPage>{asked.max_results}</opensearch:itemsPerPage>"
    yield f"  <opensearch:totalResults>{total}</opensearch:totalResults>"
    yield f"  <opensearch:startIndex>{asked.start}</opensearch:startIndex>"
    for entry in entries:
        yield from _modern_entry(entry)
    yield "</feed>"
    yield ""


def _modern_entry(entry: Entry) -> Iterator[str]:
    paper = entry.paper
    yield "  <entry>"
    yield f"    <id>http://arxiv.org/abs/{entry.name}</id>"
    yield f"    <title>{_xml(' '.join(paper.title.split()))}</title>"
    yield f"    <updated>{_zulu(entry.updated)}</updated>"
    pdf = f"https://arxiv.org/pdf/{entry.name}"
    yield f'    <link href="https://arxiv.org/abs/{entry.name}" rel="alternate" type="text/html"/>'
    yield f'    <link href="{pdf}" rel="related" type="application/pdf" title="pdf"/>'
    indent = "  " if paper.published.year < _INDENTED_BEFORE else ""
    abstract = indent + "\n  ".join(_paragraphs(paper.abstract))
    yield f"    <summary>{_xml(abstract)}</summary>"
    for category in paper.categories:
        yield f'    <category term="{_attribute(category)}" {_SCHEME}/>'
    yield f"    <published>{_zulu(paper.published)}</published>"
    if paper.comment:
        yield f"    <arxiv:comment>{_xml(' '.join(paper.comment.split()))}</arxiv:comment>"
    if paper.primary_category:
        yield f'    <arxiv:primary_category term="{_attribute(paper.primary_category)}"/>'
    if paper.journal_ref:
        yield f"    <arxiv:journal_ref>{_xml(' '.join(paper.journal_ref.split()))}</arxiv:journal_ref>"
    yield from _authors(paper)
    if paper.doi:
        yield f"    <arxiv:doi>{_xml(paper.doi)}</arxiv:doi>"
        yield f'    <link rel="related" href="https://doi.org/{_attribute(paper.doi)}" title="doi"/>'
    yield "  </entry>"


def _classic_feed(asked: Asked, entries: Sequence[Entry], total: int, now: datetime) -> Iterator[str]:
    query = f"search_query={asked.search}&id_list={','.join(asked.ids)}&start={asked.start}"
    query += f"&max_results={asked.max_results}"
    link = f"http://arxiv.org/api/query?{quote(query, safe='')}"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<feed {_ATOM}>"
    yield f'  <link href="{link}" rel="self" type="application/atom+xml"/>'
    yield f'  <title type="html">ArXiv Query: {_xml(query)}</title>'
    yield f"  <id>http://arxiv.org/api/{_key(asked)}</id>"
    yield f"  <updated>{now:%Y-%m-%d}T00:00:00-04:00</updated>"
    yield f"  <opensearch:totalResults {_OPENSEARCH}>{total}</opensearch:totalResults>"
    yield f"  <opensearch:startIndex {_OPENSEARCH}>{asked.start}</opensearch:startIndex>"
    yield f"  <opensearch:itemsPerPage {_OPENSEARCH}>{asked.max_results}</opensearch:itemsPerPage>"
    for entry in entries:
        yield from _classic_entry(entry)
    yield "</feed>"
    yield ""


def _classic_entry(entry: Entry) -> Iterator[str]:
    paper = entry.paper
    yield "  <entry>"
    yield f"    <id>http://arxiv.org/abs/{entry.name}</id>"
    yield f"    <updated>{_zulu(entry.updated)}</updated>"
    yield f"    <published>{_zulu(paper.published)}</published>"
    yield f"    <title>{_xml(_wrapped(paper.title, next_lines='  '))}</title>"
    abstract = "\n".join(_wrapped(text, first_line="  ") for text in _paragraphs(paper.abstract))
    yield f"    <summary>{_xml(abstract)}"
    yield "</summary>"
    yield from _authors(paper)
    if paper.doi:
        yield f"    <arxiv:doi {_ARXIV}>{_xml(paper.doi)}</arxiv:doi>"
        yield f'    <link title="doi" href="http://dx.doi.org/{_attribute(paper.doi)}" rel="related"/>'
    if paper.comment:
        comment = _wrapped(paper.comment, next_lines="  ")
        yield f"    <arxiv:comment {_ARXIV}>{_xml(comment)}</arxiv:comment>"
    if paper.journal_ref:
        reference = _wrapped(paper.journal_ref, next_lines="  ")
        yield f"    <arxiv:journal_ref {_ARXIV}>{_xml(reference)}</arxiv:journal_ref>"
    pdf = f"http://arxiv.org/pdf/{entry.name}"
    yield f'    <link href="http://arxiv.org/abs/{entry.name}" rel="alternate" type="text/html"/>'
    yield f'    <link title="pdf" href="{pdf}" rel="related" type="application/pdf"/>'
    if paper.primary_category:
        yield f'    <arxiv:primary_category {_ARXIV} term="{_attribute(paper.primary_category)}" {_SCHEME}/>'
    for category in paper.categories:
        yield f'    <category term="{_attribute(category)}" {_SCHEME}/>'
    yield "  </entry>"


def _authors(paper: CataloguePaper) -> Iterator[str]:
    for author in paper.authors:
        yield "    <author>"
        yield f"      <name>{_xml(author)}</name>"
        yield "    </author>"


def _paragraphs(abstract: str) -> list[str]:
    """Paragraphs as authors mark them: a line that begins with spaces, or an empty line."""
    parts = re.split(r"\n\s*\n|\n(?=[ \t])", abstract.strip())
    return [" ".join(part.split()) for part in parts]


def _wrapped(text: str, *, first_line: str = "", next_lines: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        _COLUMNS,
        initial_indent=first_line,
        subsequent_indent=next_lines,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _zulu(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _key(asked: Asked) -> str:
    digest = hashlib.sha1(repr(asked).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode().rstrip("=")


def _xml(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("", text), quote=False)


def _attribute(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("", text), quote=True)
