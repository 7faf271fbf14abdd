"""The feeds have the structure of recorded ones: same elements, same order, same attributes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.arxiv_feed import Asked, Entry, Form, render, render_error
from sandbox.catalogue.catalogue import CataloguePaper

RECORDINGS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "arxiv-api"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
NOW = datetime(2026, 4, 12, 22, 59, 6, tzinfo=UTC)

needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded feeds are not here")


def recorded(name: str) -> bytes:
    raw = (RECORDINGS / name).read_text(encoding="utf-8")
    return (json.loads(raw)["body"] if name.endswith(".json") else raw).encode()


def paper_of(entry: ET.Element) -> CataloguePaper:
    def text(path: str) -> str | None:
        found = entry.find(path)
        return None if found is None else found.text

    name = (text(ATOM + "id") or "").partition("/abs/")[2]
    primary = entry.find(ARXIV + "primary_category")
    assert primary is not None
    return CataloguePaper.from_record(
        {
            "id": name.rpartition("v")[0],
            "version": name.rpartition("v")[2],
            "title": text(ATOM + "title"),
            "authors": [author.text for author in entry.findall(f"{ATOM}author/{ATOM}name")],
            "abstract": text(ATOM + "summary"),
            "categories": [category.get("term") for category in entry.findall(ATOM + "category")],
            "primary_category": primary.get("term"),
            "published": text(ATOM + "published"),
            "updated": text(ATOM + "updated"),
            "doi": text(ARXIV + "doi"),
            "journal_ref": text(ARXIV + "journal_ref"),
            "comment": text(ARXIV + "comment"),
        }
    )


def without_affiliations(root: ET.Element) -> ET.Element:
    for author in root.iter(ATOM + "author"):
        for affiliation in author.findall(ARXIV + "affiliation"):
            author.remove(affiliation)
    return root


def outline(root: ET.Element) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Every element in order with its attributes and, inside entries, its words."""
    inside = {id(element) for entry in root.iter(ATOM + "entry") for element in entry.iter()}
    return [
        (
            element.tag,
            tuple(sorted(element.items() if id(element) in inside else ((key, "") for key in element.attrib))),
            " ".join((element.text or "").split()) if id(element) in inside else "",
        )
        for element in root.iter()
    ]


@needs_recordings
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("id_1605.08386_s0_m100_199195aa31ad.json", "2026"),
        ("id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.json", "2026"),
        ("id_0000.0000_s0_m100_8b51d9633a68.json", "2026"),
        ("id_astro-ph_0601001_s0_m100_3150dca9dc76.json", "2026"),
        ("q_testing_s0_m10_bc5a6c384fe9.json", "2026"),
        ("q_testing_s0_m100_cfe7536492ca.json", "2026"),
        ("zhangyee-fastpaper-cli-arxiv_search.xml", "2026"),
        ("id_list=1111.2011v2.xml", "classic"),
        ("joe-antognini-zoia-arxiv_response.xml", "classic"),
        ("james-akl-xiv-arxiv_response.xml", "classic"),
        ("search_query=au_del_maestro.xml", "classic"),
    ],
)
def test_the_same_feed_as_recorded(name: str, form: Form) -> None:
    theirs = without_affiliations(ET.fromstring(recorded(name)))  # noqa: S314 - a file of our own
    papers = [paper_of(entry) for entry in theirs.findall(ATOM + "entry")]
    feed = render(
        form,
        Asked("all:x", ("1605.08386",), 0, 10),
        [Entry(paper, paper.versions) for paper in papers],
        total=len(papers),
        now=NOW,
    )
    ours = ET.fromstring(feed)  # noqa: S314 - just written
    assert outline(ours) == outline(theirs)


@needs_recordings
def test_old_abstracts_keep_their_indent_and_new_ones_have_none() -> None:
    for name in ("q_testing_s0_m100_cfe7536492ca.json", "id_quant-ph_0201082v1_s0_m100_86989fe779ef.json"):
        for entry in ET.fromstring(recorded(name)).findall(ATOM + "entry"):  # noqa: S314 - a file of our own
            paper = paper_of(entry)
            feed = render("2026", Asked("", (), 0, 10), [Entry(paper, paper.versions)], total=1, now=NOW)
            ours = ET.fromstring(feed).find(f"{ATOM}entry/{ATOM}summary")  # noqa: S314 - just written
            theirs = entry.find(ATOM + "summary")
            assert ours is not None
            assert theirs is not None
            assert ours.text == theirs.text


@needs_recordings
def test_the_error_entry_is_the_recorded_one_to_the_byte() -> None:
    theirs = recorded("id_abc_s0_m100_b79c8dcf6bc3.json")
    assert render_error("incorrect id format for abc", now=NOW) == theirs


def test_classic_lines_are_wrapped() -> None:
    paper = CataloguePaper.from_record(
        {"id": "0704.0001", "title": "word " * 40, "authors": ["A"], "abstract": "text " * 60}
    )
    feed = render("classic", Asked("", ("0704.0001",), 0, 10), [Entry(paper, 1)], total=1, now=NOW).decode()
    title = re.search("<title>(.*?)</title>", feed, re.DOTALL)
    assert title is not None
    assert all(line.startswith("  ") for line in title[1].splitlines()[1:])
    assert max(map(len, title[1].splitlines())) < 80
    assert "<updated>2026-04-12T00:00:00-04:00</updated>" in feed


@given(title=st.text(), author=st.text(), abstract=st.text(), doi=st.text(), form=st.sampled_from(["2026", "classic"]))
def test_any_text_makes_a_well_formed_feed(title: str, author: str, abstract: str, doi: str, form: Form) -> None:
    record = {"id": "2401.00001", "title": title, "authors": [author], "abstract": abstract, "doi": doi}
    paper = CataloguePaper.from_record(record)
    root = ET.fromstring(render(form, Asked(title, (), 0, 10), [Entry(paper, 1)], total=1, now=NOW))  # noqa: S314 - just written
    assert len(root.findall(ATOM + "entry")) == 1
