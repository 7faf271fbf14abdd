"""The bundled papers: true where a collection of real metadata can tell, retold where they must be."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.arxiv import LocalArxiv
from sandbox.catalogue.catalogue import Catalogue, CataloguePaper
from tests.sandbox.arxiv_client import fetch

METADATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "arxiv-metadata.jsonl.gz"
LONGEST_SHARED_RUN = 7

needs_metadata = pytest.mark.skipif(not METADATA.is_file(), reason="the collection of real metadata is not here")


@cache
def bundled() -> Catalogue:
    return Catalogue.bundled()


@cache
def real_records() -> list[tuple[CataloguePaper, dict[str, Any]]]:
    """Each bundled paper that the collection has, with its real record."""
    pairs = []
    with gzip.open(METADATA, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            paper = bundled().get(record["id"])
            if paper is not None:
                pairs.append((paper, record))
    return pairs


def words(text: str) -> list[str]:
    return re.findall("[a-z0-9]+", text.lower())


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    parts = words(text)
    return {tuple(parts[start : start + length]) for start in range(len(parts) - length + 1)}


def one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def test_it_has_about_eighty_papers_of_many_fields() -> None:
    archives = {category.partition(".")[0] for paper in bundled() for category in paper.categories}
    assert 75 <= len(bundled()) <= 100
    assert archives >= {"cs", "stat", "math", "quant-ph", "hep-th", "hep-ex", "gr-qc", "astro-ph", "q-bio", "econ"}
    assert archives >= {"cond-mat", "physics"}


def test_it_has_the_shapes_that_cause_trouble() -> None:
    papers = list(bundled())
    assert any("withdrawn" in (paper.comment or "").lower() for paper in papers)
    assert any(len(paper.authors) > 400 for paper in papers)
    assert any("/" in paper.id for paper in papers)
    assert any("$" in paper.title for paper in papers)
    assert any("*" in paper.title for paper in papers)
    assert any(paper.title == "0" for paper in papers)
    assert any("github.com" in (paper.comment or "") for paper in papers)
    assert any("github.com" in paper.abstract for paper in papers)
    assert any(paper.doi and paper.journal_ref and paper.comment for paper in papers)
    assert any("$$" in paper.abstract and "\n\n" in paper.abstract for paper in papers)
    lengths = sorted(len(paper.abstract) for paper in papers)
    assert lengths[0] < 20
    assert 1_700 < lengths[-1] < 2_000


@pytest.mark.parametrize("paper", list(bundled()), ids=lambda paper: paper.id)
def test_each_paper_is_complete(paper: CataloguePaper) -> None:
    assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", paper.id)
    for text in (paper.title, *paper.authors, paper.abstract):
        assert text == text.strip() != ""
    assert paper.primary_category == paper.categories[0]
    assert paper.published <= paper.updated
    assert (paper.versions > 1) == (paper.updated > paper.published)
    digits = paper.id.rpartition("/")[2]
    numbered_by_month = "." in paper.id or paper.published.year > 1996  # later deposits of older papers differ
    if numbered_by_month and not paper.id.startswith("cs/93"):
        assert f"{paper.published:%y%m}" in {digits[:4], f"{int(digits[:4]) - 1:04}"}


@needs_metadata
def test_facts_are_those_of_the_real_records() -> None:
    assert len(real_records()) > 30
    for paper, record in real_records():
        assert paper.title == one_line(record["title"]), paper.id
        ours = iter(paper.authors)
        assert all(" ".join(name.split()) in ours for name in record["authors"]), f"{paper.id}: not in this order"
        assert record["published"][:10] == f"{paper.published:%Y-%m-%d}", paper.id
        assert not record["categories"] or tuple(record["categories"]) == paper.categories, paper.id
        assert record["doi"] in {None, paper.doi}, paper.id
        assert one_line(record["journal_ref"]) in {None, paper.journal_ref}, paper.id


@needs_metadata
def test_abstracts_are_retold() -> None:
    for paper, record in real_records():
        shared = runs(paper.abstract, LONGEST_SHARED_RUN + 1) & runs(record["abstract"], LONGEST_SHARED_RUN + 1)
        assert not shared, f"{paper.id}: {sorted(shared)}"


@pytest.mark.parametrize(
    ("record", "published", "versions"),
    [
        ({"published": "2020-05-01"}, "2020-05-01T00:00:00+00:00", 1),
        ({"published": "2024-08-01T17:00:08.000Z"}, "2024-08-01T17:00:08+00:00", 1),
        ({"published": "2020-05-01", "updated": "2020-05-02"}, "2020-05-01T00:00:00+00:00", 2),
        ({"published": "2020-05-01", "version": "v4"}, "2020-05-01T00:00:00+00:00", 4),
        ({"published": None, "categories": None}, "2005-01-01T00:00:00+00:00", 1),
        ({"id": "math/9703001"}, "1997-03-01T00:00:00+00:00", 1),
    ],
)
def test_records_may_lack_things(record: dict[str, Any], published: str, versions: int) -> None:
    full = {"id": "0501.00001", "title": "T", "authors": ["A"], "abstract": "B"} | record
    paper = CataloguePaper.from_record(full)
    assert paper.published.isoformat() == published
    assert paper.versions == versions


@needs_metadata
async def test_real_records_can_be_added_and_asked_for() -> None:
    with gzip.open(METADATA, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for number, line in enumerate(lines) if number % 250 == 0]
    async with LocalArxiv(Catalogue()) as local:
        for record in records:
            local.add(record)
        papers = await fetch(local.url, local.catalogue.ids())
    assert [one_line(paper.title) for paper in papers] == [one_line(record["title"]) for record in records]
