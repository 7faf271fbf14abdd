"""The local arXiv, read by the library that reads the real one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import arxiv  # type: ignore[import-untyped]  # the package publishes no types
import pytest

from sandbox.arxiv import LocalArxiv
from sandbox.arxiv_feed import Form
from sandbox.catalogue.catalogue import Catalogue
from tests.sandbox.arxiv_client import fetch, get

RECORD: dict[str, Any] = {
    "id": "2601.00001",
    "title": "A\n  title & more",
    "authors": ["José Çelik", "Ada <L>"],
    "abstract": "  First paragraph,\nbroken.\n  Second: $a<b$.\n",
    "categories": ["math.CO", "cs.DM"],
    "primary_category": "math.CO",
    "published": "2026-01-01T10:00:00Z",
    "updated": "2026-01-03",
    "doi": "10.1000/x<1>&2",
    "journal_ref": None,
    "comment": "12 pages",
}


@pytest.fixture(params=["2026", "classic"])
async def local(request: pytest.FixtureRequest) -> AsyncIterator[LocalArxiv]:
    form: Form = request.param
    async with LocalArxiv(form=form) as started:
        yield started


async def test_a_paper_has_its_facts(local: LocalArxiv) -> None:
    (paper,) = await fetch(local.url, ["1706.03762"])
    assert paper.entry_id == "http://arxiv.org/abs/1706.03762v7"
    assert paper.title == "Attention Is All You Need"
    assert [author.name for author in paper.authors][::7] == ["Ashish Vaswani", "Illia Polosukhin"]
    assert paper.published == datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)
    assert paper.updated == datetime(2023, 8, 2, 0, 41, 18, tzinfo=UTC)
    assert paper.categories == ["cs.CL", "cs.LG"]
    assert paper.primary_category == "cs.CL"
    assert paper.comment == "15 pages, 5 figures"
    assert paper.pdf_url is not None
    assert paper.pdf_url.endswith("arxiv.org/pdf/1706.03762v7")


async def test_text_comes_through_whole(local: LocalArxiv) -> None:
    local.add(RECORD)
    (paper,) = await fetch(local.url, ["2601.00001"])
    assert " ".join(paper.title.split()) == "A title & more"
    assert [author.name for author in paper.authors] == ["José Çelik", "Ada <L>"]
    assert paper.summary.split() == ["First", "paragraph,", "broken.", "Second:", "$a<b$."]
    assert "\n  Second" in paper.summary
    assert paper.doi == "10.1000/x<1>&2"
    assert paper.journal_ref is None
    assert any(link.href.endswith("doi.org/10.1000/x<1>&2") for link in paper.links)


async def test_a_version_is_the_one_asked_for(local: LocalArxiv) -> None:
    asked = ["1706.03762v1", "hep-th/9711200v3", "2005.14165", "1706.03762v8", "1512.03385v2"]
    papers = await fetch(local.url, asked)
    assert [paper.get_short_id() for paper in papers] == ["1706.03762v1", "hep-th/9711200v3", "2005.14165v4"]
    assert papers[0].updated == papers[0].published


async def test_an_archive_with_a_v_in_its_name(local: LocalArxiv) -> None:
    local.add(RECORD | {"id": "solv-int/9612011"})
    papers = await fetch(local.url, ["solv-int/9612011", "solv-int/9612011v1"])
    assert [paper.get_short_id() for paper in papers] == ["solv-int/9612011v2", "solv-int/9612011v1"]


async def test_unknown_papers_are_left_out_in_silence(local: LocalArxiv) -> None:
    assert await fetch(local.url, ["0000.0000"]) == []
    found = await fetch(local.url, ["0808.05394", "math.DG/0211159", "math/0211159", "math/0211159"])
    assert [paper.get_short_id() for paper in found] == ["math/0211159v1"]


async def test_a_malformed_id_spoils_the_request(local: LocalArxiv) -> None:
    answer = await get(local.url, id_list="1706.03762,abc,def")
    assert answer.status_code == 400
    assert answer.content.count(b"<entry>") == 1
    assert b"<id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id>" in answer.content
    assert b"1706.03762" not in answer.content
    with pytest.raises(arxiv.HTTPError):
        await fetch(local.url, ["abc"])


async def test_pages(local: LocalArxiv) -> None:
    ids = ",".join(local.catalogue.ids()[:25])
    first, second = [await get(local.url, id_list=ids, start=start) for start in ("0", "20")]
    assert first.content.count(b"<entry>") == 10
    assert second.content.count(b"<entry>") == 5
    assert b">25</opensearch:totalResults>" in second.content
    assert b">20</opensearch:startIndex>" in second.content
    assert (await get(local.url, id_list=ids, max_results="many")).status_code == 400


async def test_a_newer_version_replaces_the_older() -> None:
    async with LocalArxiv(Catalogue()) as arxiv_site:
        arxiv_site.add(RECORD)
        arxiv_site.add(RECORD | {"title": "Better", "versions": 3, "comment": "This paper has been withdrawn"})
        (paper,) = await fetch(arxiv_site.url, ["2601.00001"])
    assert (paper.title, paper.get_short_id()) == ("Better", "2601.00001v3")


async def test_search_newest_first(local: LocalArxiv) -> None:
    papers = await fetch(
        local.url,
        search='cat:cs.CL AND submittedDate:[20200101 TO 20221231] AND all:"language models"',
        sort_by=arxiv.SortCriterion.SubmittedDate,
    )
    assert [paper.get_short_id() for paper in papers][:2] == ["2210.03629v3", "2203.02155v1"]
    dates = [paper.published for paper in papers]
    assert dates == sorted(dates, reverse=True)
    assert {date.year for date in dates} <= {2020, 2021, 2022}


async def test_search_by_the_last_change_oldest_first(local: LocalArxiv) -> None:
    answer = await get(
        local.url, search_query="au:vitanyi OR au:knuth", sortBy="lastUpdatedDate", sortOrder="ascending"
    )
    ids = re.findall(rb"<id>http://arxiv.org/abs/(.*?)</id>", answer.content)
    assert ids == [b"math/9207222v1", b"cs/0312044v2"]


async def test_a_search_that_is_not_understood_is_loud(local: LocalArxiv) -> None:
    assert (await get(local.url, search_query="nonsense:x")).status_code == 400
    assert [violation.rule for violation in local.violations] == ["bad search"]
