"""Reading arXiv's feed: both forms, and what is not one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import arxiv  # type: ignore[import-untyped]  # the package publishes no types
import pytest
from arxiv import _feed
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers import Paper, PaperId
from bot.sources.arxiv_feed import entry_paper, inspect, paragraphs, to_paper
from bot.sources.ports import SourceFailed
from tests.sources.feeds import entry, feed, refusal

RECORDED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "arxiv-api"
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the checkout")


def papers_in(body: bytes) -> list[Paper]:
    found = (to_paper(result) for result in _feed.parse(body).results)
    return [paper for paper in found if paper is not None]


def recorded() -> Iterator[tuple[str, bytes]]:
    for path in sorted(RECORDED.iterdir()):
        if path.suffix == ".json":
            yield path.name, json.loads(path.read_bytes())["body"].encode()
        elif path.suffix in {".xml", ".atom"} and not path.name.startswith("oai-"):
            yield path.name, path.read_bytes()


@needs_recordings
def test_every_recorded_feed_is_read_whole() -> None:
    seen = 0
    for name, body in recorded():
        facts = inspect(body)
        papers = papers_in(body)
        seen += len(papers)
        assert {paper.id for paper in papers} == facts.present, name
        for paper in papers:
            assert paper.title, (name, paper.id)
            assert paper.authors, (name, paper.id)
            assert paper.version, (name, paper.id)
            assert paper.published is not None
            assert paper.published.tzinfo is not None
            assert paper.primary_category in paper.categories, (name, paper.id)
            texts = (
                paper.title,
                paper.abstract,
                *paper.authors,
                paper.comment or "",
                paper.journal_ref or "",
            )
            assert not any("Ã" in text for text in texts), (name, paper.id)
            assert "\n" not in paper.title
            assert all(" ".join(part.split()) == part for part in paper.abstract.split("\n\n")), (
                name,
                paper.id,
            )
    assert seen > 150


@needs_recordings
def test_the_old_form() -> None:
    (paper,) = papers_in((RECORDED / "id_list=1111.2011v2.xml").read_bytes())
    assert paper.id == PaperId("arxiv", "1111.2011")
    assert paper.version == 2
    assert paper.title == "Quantum Criticality for Extended Nodes on a Bethe Lattice in the Large Connectivity Limit"
    assert paper.published == datetime(2011, 11, 8, 18, 48, 36, tzinfo=UTC)
    assert paper.doi == "10.1103/physrevb.85.115117"
    assert paper.abstract.startswith("Theoretical description of anisotropic systems, such as layered super")


@needs_recordings
def test_the_new_form() -> None:
    name = "id_astro-ph_0601001_s0_m100_3150dca9dc76.json"
    (paper,) = papers_in(dict(recorded())[name])
    assert paper.id == PaperId("arxiv", "astro-ph/0601001")
    assert paper.version == 1
    assert paper.abstract.startswith("We derive the frequencies of hot Jupiters")


@needs_recordings
def test_letters_beyond_latin_1_arrive_as_they_are() -> None:
    authors = {author for _, body in recorded() for paper in papers_in(body) for author in paper.authors}
    assert {"José Raúl Romero", "Aurora Ramírez"} <= authors


@needs_recordings
def test_a_recorded_refusal_names_its_id() -> None:
    facts = inspect(dict(recorded())["id_abc_s0_m100_b79c8dcf6bc3.json"])
    assert facts.refused == {PaperId("arxiv", "abc")}
    assert not facts.present


@pytest.mark.parametrize(
    ("entry_id", "value", "version"),
    [
        ("http://arxiv.org/abs/1706.03762v7", "1706.03762", 7),
        ("https://arxiv.org/abs/1706.03762v12", "1706.03762", 12),
        ("http://arxiv.org/abs/hep-th/9901001v3", "hep-th/9901001", 3),
        ("http://arxiv.org/abs/math.GT/0309136v1", "math/0309136", 1),
        ("http://arxiv.org/abs/0704.0001", "0704.0001", None),
    ],
)
def test_ids_of_entries(entry_id: str, value: str, version: int | None) -> None:
    assert entry_paper(entry_id) == (PaperId("arxiv", value), version)


def test_the_error_entry_is_no_paper() -> None:
    assert entry_paper("https://arxiv.org/api/errors#incorrect_id_format_for_abc") is None
    assert inspect(feed(refusal("abc"))).refused == {PaperId("arxiv", "abc")}


def test_a_title_that_looks_false_is_a_title() -> None:
    (paper,) = papers_in(feed(entry("2104.12255v1", title="0")))
    assert paper.title == "0"


def test_a_withdrawn_paper_says_so() -> None:
    (paper,) = papers_in(feed(entry("1706.03762v7", comment="This paper has been withdrawn by the author")))
    assert paper.withdrawn
    (paper,) = papers_in(feed(entry("1706.03762v7", comment="15 pages, 5 figures")))
    assert not paper.withdrawn


def test_subject_classes_of_other_schemes_are_left_out() -> None:
    result = arxiv.Result(
        "http://arxiv.org/abs/1611.09520v2",
        title="T",
        categories=["math.CO", "hep-th", "cond-mat.mes-hall", "05E99 (Primary), 05E05", "I.2.7", "math.CO"],
        primary_category="math.CO",
    )
    paper = to_paper(result)
    assert paper is not None
    assert paper.categories == ("math.CO", "hep-th", "cond-mat.mes-hall")


@pytest.mark.parametrize(
    ("given_doi", "doi"),
    [
        ("10.1103/PhysRevD.50.758 10.1103/PhysRevD.54.2980", "10.1103/physrevd.50.758"),
        ("10.4213/sm8086, 10.1070/SM2013v204n08ABEH004335", "10.4213/sm8086"),
        ("https://doi.org/10.1145/3395363.3397376", "10.1145/3395363.3397376"),
        ("10.1371/journal.pone.0007968 (2009)", "10.1371/journal.pone.0007968"),
        ("to appear", None),
        ("", None),
    ],
)
def test_the_first_doi_of_what_authors_typed(given_doi: str, doi: str | None) -> None:
    paper = to_paper(arxiv.Result("http://arxiv.org/abs/1611.09520v2", doi=given_doi))
    assert paper is not None
    assert paper.doi == doi


def test_wrapped_lines_are_joined_and_paragraphs_kept() -> None:
    assert paragraphs("  One\nand two.\n  Three\nand four.\n\nFive. ") == "One and two.\n\nThree and four.\n\nFive."
    assert paragraphs("\n \n") == ""


@given(st.text(alphabet="ab \t\n", max_size=60))
def test_paragraphs_keep_every_word_and_are_stable(text: str) -> None:
    joined = paragraphs(text)
    assert joined.split() == text.split()
    assert paragraphs(joined) == joined
    assert joined.replace("\n\n", "").count("\n") == 0


@settings(max_examples=50)
@given(st.data())
def test_a_feed_cut_anywhere_is_no_feed(data: st.DataObject) -> None:
    whole = feed(entry("1706.03762v7"), entry("hep-th/9901001v3"))
    assert inspect(whole).total == 2
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(SourceFailed):
        inspect(whole[:cut])


@given(st.binary(max_size=200))
def test_other_bytes_are_no_feed(body: bytes) -> None:
    with pytest.raises(SourceFailed):
        inspect(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><p>Down for maintenance</p></body></html>",
        b"<!DOCTYPE html><html><body><p>Down<br></body></html>",
        b"Rate exceeded.",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Someone else</title></feed>',
        b'<rss xmlns:o="http://a9.com/-/spec/opensearch/1.1/"><o:totalResults>1</o:totalResults></rss>',
    ],
)
def test_pages_and_other_feeds_are_no_feed(body: bytes) -> None:
    with pytest.raises(SourceFailed):
        inspect(body)
