"""Files of the list: what stands in them, and that others and `/import` read the same back."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from datetime import date
from typing import Any, get_args

import pytest
import rispy  # type: ignore[import-untyped]  # the package brings no types
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.export.csv_rows import FORMULA
from bot.domain.export.files import Format, file_name
from bot.domain.export.names import name_of
from bot.domain.import_file import read_file
from bot.domain.papers import Paper
from bot.domain.tags import parse_tags
from tests.domain.arxiv_records import all_papers, needs_records, odd_ids
from tests.domain.listed_papers import line, paper, write

FORMATS: tuple[Format, ...] = get_args(Format)
ODD_TITLE = r"100% & #1 _x_ {unbalanced \{ $\alpha_{i}$ = 李飞飞 ~ ^ \\ Łukasz's “C*” #hash"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=40)


def same(one: str) -> str:
    return " ".join(one.split())


@pytest.mark.parametrize("wanted", FORMATS)
def test_ids_titles_and_tags_come_back(wanted: Format) -> None:
    lines = [
        line(paper(title=ODD_TITLE), tags=("nlp", "c++", "50% & {more}", "été")),
        line(paper("math/0309136", title="=Formula, \"quoted\"; 'odd'", doi="10.1000/x_(y)"), tags=("@home", "-1")),
        line(paper("10.1175/1520(1996)053<0946:a_b>2.0.co;2", scheme="doi", title="+1")),
        line(paper("B1-xYz_09", scheme="openreview", title="Review")),
    ]
    read = read_file(write(wanted, *lines).encode())
    assert read.kind == wanted
    assert read.refused == ()
    assert [item.ids[0] for item in read.items] == [one.entry.paper.paper.id for one in lines]
    assert [item.tags for item in read.items] == [one.entry.community.tags for one in lines]
    assert [same(item.title) for item in read.items] == [same(one.entry.paper.title_text) for one in lines]


@settings(max_examples=60, deadline=None)
@given(
    title=TEXT,
    authors=st.lists(TEXT, max_size=4),
    abstract=TEXT,
    tag=TEXT.map(lambda text: text[:30].replace(",", "").replace(";", "")),
    note=TEXT,
    wanted=st.sampled_from(FORMATS),
)
def test_any_text_is_safe(
    *, title: str, authors: list[str], abstract: str, tag: str, note: str, wanted: Format
) -> None:
    tags = parse_tags(tag) if len(tag.casefold()) <= 30 else ()
    one = line(paper(title=title, authors=tuple(authors), abstract=abstract), tags=tags, notes=(note,))
    read = read_file(write(wanted, one, line(paper("1412.6980"))).encode())
    assert read.kind == wanted
    assert [str(item.ids[0]) for item in read.items] == ["arxiv:1706.03762", "arxiv:1412.6980"]
    assert read.items[0].tags == tags


def test_no_cell_is_a_formula() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain"]
    text = write("CSV", *(line(paper(title=cell), notes=(cell,), tags=("=x",)) for cell in cells))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(cells) + 1
    assert not any(cell.startswith(FORMULA) for row in rows for cell in row)
    assert rows[1][1] == "'=1+1"
    assert [row[-1] for row in rows[1:]] == [f"'{cell}" if cell != "plain" else cell for cell in cells]


def test_keys_are_unique_and_stay_when_papers_follow() -> None:
    lines = [line(paper(value)) for value in ("1706.00001", "1706.00002", "1706.00003")]
    keys = [entry.key for entry in parse_string(write("BibTeX", *lines)).entries]
    assert keys == ["vaswani2026attention", "vaswani2026attention_170600002", "vaswani2026attention_170600003"]
    assert [entry.key for entry in parse_string(write("BibTeX", *lines[:2])).entries] == keys[:2]
    assert [item["id"] for item in json.loads(write("CSL-JSON", *lines))] == keys


@pytest.mark.parametrize(
    ("raw", "family", "given"),
    [
        ("Ashish Vaswani", "Vaswani", "Ashish"),
        ("Laurens van der Maaten", "van der Maaten", "Laurens"),
        ("Frank Harrell Jr.", "Harrell Jr.", "Frank"),
        ("Smith, J. K.", "Smith", "J. K."),
        ("The CMS and LHCb Collaborations", "The CMS and LHCb Collaborations", ""),
        ("Wu", "Wu", ""),
        (r"Paul Erd\H{o}s", "Erdős", "Paul"),
        ("", "", ""),
    ],
)
def test_names_are_taken_apart(raw: str, family: str, given: str) -> None:
    assert name_of(raw) == (family, given)


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("Paper Club", "paper-club"),
        ("../../etc/passwd", "etc-passwd"),
        ("Café ☕ Łódź", "cafe-odz"),
        ("论文", "reading-list"),
        ("CON\x00\r\n", "con"),
        ("x" * 100, "x" * 50),
    ],
)
def test_the_name_of_a_file_is_safe(server: str, name: str) -> None:
    assert file_name("BibTeX", server, date(2026, 11, 24)) == f"{name}-2026-11-24.bib"


def _odd() -> list[Paper]:
    names = odd_ids()
    return [one for one in all_papers() if one.id.value in names]


@needs_records
def test_other_programs_read_every_odd_record() -> None:
    papers = _odd()
    assert len(papers) > 500
    lines = [line(one, tags=("nlp",)) for one in papers]
    library = parse_string(write("BibTeX", *lines))
    assert library.failed_blocks == []
    assert [entry["eprint"] for entry in library.entries] == [one.id.value for one in papers]
    records = rispy.loads(write("RIS", *lines))
    assert [entry["accession_number"] for entry in records] == [f"arXiv:{one.id.value}" for one in papers]
    assert [entry["title"] for entry in records] == [same(one.entry.paper.title_text) for one in lines]
    assert not any("unknown_tag" in entry for entry in records)
    items = json.loads(write("CSL-JSON", *lines))
    assert len({item["id"] for item in items}) == len(papers)


@needs_records
@pytest.mark.parametrize("wanted", FORMATS)
def test_import_reads_every_odd_record(wanted: Format) -> None:
    papers = _odd()
    for start in range(0, len(papers), 900):
        part = papers[start : start + 900]
        read = read_file(write(wanted, *(line(one, tags=("nlp",)) for one in part)).encode())
        assert read.refused == ()
        assert [item.ids[0] for item in read.items] == [one.id for one in part]
        assert {item.tags for item in read.items} == {("nlp",)}


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="Pandoc is not installed here")
@pytest.mark.parametrize(("wanted", "reader"), [("BibTeX", "bibtex"), ("CSL-JSON", "csljson"), ("RIS", "ris")])
def test_pandoc_reads_titles_and_authors(wanted: Format, reader: str) -> None:
    title = "100% of {sets} & $x$: Łukasz"
    text = write(wanted, line(paper(title=title, authors=("Laurens van der Maaten", "Paul Erdős"))))
    command = [shutil.which("pandoc") or "", "-f", reader, "-t", "csljson"]
    answer: Any = json.loads(subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout)  # noqa: S603 - our own arguments
    assert "Łukasz" in answer[0]["title"]
    assert [name["family"] for name in answer[0]["author"]] == ["Maaten", "Erdős"] or [
        name["family"] for name in answer[0]["author"]
    ] == ["van der Maaten", "Erdős"]
