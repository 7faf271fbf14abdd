"""From what a file says of a paper to its ids, tags and note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.links import find_links, parse_paper
from bot.domain.papers import PaperId
from bot.domain.raw_text import without_unseen
from bot.domain.reading_list import NOTE_LENGTH
from bot.domain.tags import MAX_TAGS, parse_tags
from bot.domain.text import shorten
from bot.errors import NotUnderstood

NO_ID = "no link or id of a paper"

_LONGEST_WORDS = 100
_LONGEST_FIELD = 4_000
"""What is behind it names no paper: nobody's link is that long."""
_ONLY_AN_ID = re.compile(r"(?:arxiv(?: e-?prints?| preprint)?[,:\s]*)*\S+\s*(?:\[[\w.-]+\])?", re.IGNORECASE)

Kind = Literal["BibTeX", "RIS", "CSL-JSON", "CSV", "JSON", "links"]


class Entry(NamedTuple):
    """What one format's reader found. `line` is where it begins, counted from 1; `problem` why it cannot be read."""

    line: int
    title: str = ""
    own: tuple[str, ...] = ()
    """Texts that name the paper itself: its DOI, its address."""
    other: tuple[str, ...] = ()
    """Texts that may name it: notes, the journal."""
    keywords: tuple[str, ...] = ()
    note: str = ""
    problem: str = ""


class Item(BaseModel):
    """A paper of the file. `ids` are all that the entry names it by, the likeliest to be had first."""

    model_config = ConfigDict(frozen=True)

    line: int
    title: str
    ids: tuple[PaperId, ...]
    tags: tuple[str, ...] = ()
    note: str | None = None


class Refused(BaseModel):
    """A line that brings no paper: what stands there, and why it does not."""

    model_config = ConfigDict(frozen=True)

    line: int
    words: str
    reason: str


class ReadFile(BaseModel):
    """All of a file. `tags_left_out` counts keywords that are no tags here; `guessed`: it was in no encoding that can
    be told, so letters may be wrong."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    items: tuple[Item, ...]
    refused: tuple[Refused, ...]
    tags_left_out: int = 0
    guessed: bool = False


def understood(kind: Kind, entries: Iterable[Entry], *, guessed: bool) -> ReadFile:
    """Each entry becomes an item or a refusal. A paper that comes twice is one, with the tags of both."""
    items: dict[PaperId, Item] = {}
    refused = []
    left_out = 0
    for entry in entries:
        title = shorten(" ".join(without_unseen(entry.title[:_LONGEST_FIELD]).split()), _LONGEST_WORDS)
        ids = _ids(entry)
        if entry.problem or not ids:
            refused.append(Refused(line=entry.line, words=title, reason=entry.problem or NO_ID))
            continue
        tags, without = tags_of(entry.keywords)
        note = shorten(entry.note.strip(), NOTE_LENGTH) or None
        before = items.get(ids[0])
        if before is not None:
            both = dict.fromkeys((*before.tags, *tags))
            without += max(0, len(both) - MAX_TAGS)
            items[ids[0]] = before.model_copy(update={"tags": tuple(both)[:MAX_TAGS], "note": before.note or note})
        else:
            items[ids[0]] = Item(line=entry.line, title=title, ids=ids, tags=tags, note=note)
        left_out += without
    return ReadFile(
        kind=kind, items=tuple(items.values()), refused=tuple(refused), tags_left_out=left_out, guessed=guessed
    )


def tags_of(keywords: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """The keywords that are tags here, and how many are not: too long, or more than a paper takes."""
    tags: dict[str, None] = {}
    left_out = 0
    for keyword in keywords:
        for part in re.split(r"[,;\n]", keyword[:_LONGEST_FIELD]):
            try:
                tags.update(dict.fromkeys(parse_tags(part)))
            except NotUnderstood:
                left_out += 1
    return tuple(tags)[:MAX_TAGS], left_out + max(0, len(tags) - MAX_TAGS)


def _ids(entry: Entry) -> tuple[PaperId, ...]:
    """A note may name another paper than the entry's: where the entry has an id of its own, a note counts only when it
    is nothing but an id."""
    found = [paper for text in entry.own for paper in _named(text)]
    own = bool(found)
    for text in entry.other:
        if not own or _ONLY_AN_ID.fullmatch(text.strip()):
            found += _named(text)
    return tuple(sorted(dict.fromkeys(found), key=lambda paper: paper.scheme != "arxiv"))


def _named(text: str) -> list[PaperId]:
    text = text[:_LONGEST_FIELD]
    link = parse_paper(text)
    return [link.paper] if link else [found.paper for found in find_links(text)]
