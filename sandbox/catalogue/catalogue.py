"""The papers a local arXiv knows, read from the JSON files beside this module.

Titles, authors, identifiers, dates, categories, DOIs and references are the real ones; abstracts are retold.
Where only the day of a submission is known its time is midnight UTC, and where only some versions are known
the number of versions is the smallest that the known dates allow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "papers"
_FIRST_YEAR_OF_TWO_DIGITS = 91  # arXiv began in 1991: 91..99 are in the last century


@dataclass(frozen=True)
class CataloguePaper:
    """What arXiv publishes about one paper. `id` has no version; texts are raw, as authors typed them."""

    id: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]
    primary_category: str | None
    published: datetime
    updated: datetime
    versions: int
    doi: str | None
    journal_ref: str | None
    comment: str | None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> CataloguePaper:
        """Read a plain record with these field names, such as a line of an arXiv metadata collection.

        Collections often lack something: categories, DOI, reference and comment may be null, dates may have
        no time or be missing (then the month in the id counts), and so may the number of versions (or it is
        `version: v3`).
        """
        published = _instant(record.get("published")) or _month_of_id(record["id"])
        updated = _instant(record.get("updated")) or published
        categories = tuple(record.get("categories") or ())
        return cls(
            id=record["id"],
            title=record["title"],
            authors=tuple(record["authors"]),
            abstract=record["abstract"],
            categories=categories,
            primary_category=record.get("primary_category") or next(iter(categories), None),
            published=published,
            updated=updated,
            versions=_versions(record, changed=updated > published),
            doi=record.get("doi"),
            journal_ref=record.get("journal_ref"),
            comment=record.get("comment"),
        )


class Catalogue:
    """Papers by id, in the order they were added."""

    def __init__(self, papers: Iterable[CataloguePaper] = ()) -> None:
        self._papers = {paper.id: paper for paper in papers}

    @classmethod
    def bundled(cls) -> Catalogue:
        """The catalogue that comes with the sandbox."""
        return cls(
            CataloguePaper.from_record(record)
            for file in sorted(_FOLDER.glob("*.json"))
            for record in json.loads(file.read_text(encoding="utf-8"))
        )

    def add(self, record: Mapping[str, Any]) -> CataloguePaper:
        """Add a paper, or put a newer record in the place of the one with the same id."""
        paper = CataloguePaper.from_record(record)
        self._papers[paper.id] = paper
        return paper

    def get(self, paper_id: str) -> CataloguePaper | None:
        return self._papers.get(paper_id)

    def __iter__(self) -> Iterator[CataloguePaper]:
        return iter(self._papers.values())

    def __len__(self) -> int:
        return len(self._papers)

    def ids(self) -> Sequence[str]:
        return tuple(self._papers)


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _month_of_id(paper_id: str) -> datetime:
    digits = paper_id.rpartition("/")[2]
    year, month = int(digits[:2]), int(digits[2:4])
    century = 1900 if year >= _FIRST_YEAR_OF_TWO_DIGITS else 2000
    return datetime(century + year, month, 1, tzinfo=UTC)


def _versions(record: Mapping[str, Any], *, changed: bool) -> int:
    if record.get("versions"):
        return int(record["versions"])
    if record.get("version"):
        return int(str(record["version"]).removeprefix("v"))
    return 2 if changed else 1
