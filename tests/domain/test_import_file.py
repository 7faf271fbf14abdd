"""Files as members bring them: what is read out of each format, and that nothing takes for ever."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.import_entries import NO_ID, Item, ReadFile
from bot.domain.import_file import MOST_ENTRIES, decoded, read_file
from bot.domain.papers import PaperId
from bot.errors import NotUnderstood


def read(text: str) -> ReadFile:
    return read_file(text.encode())


def ids(found: ReadFile) -> list[str]:
    """Of each item the likeliest."""
    return [str(item.ids[0]) for item in found.items]


def only(text: str) -> Item:
    [item] = read(text).items
    return item


# BibTeX


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {1706.03762}, archivePrefix = {arXiv}",
        'eprint = "1706.03762v5", archiveprefix = "arxiv"',
        "eprint = {arXiv:1706.03762}",
        "eprinttype = {arXiv}, eprint = {1706.03762}",
        "doi = {10.48550/arXiv.1706.03762}",
        "DOI = {https://doi.org/10.48550/ARXIV.1706.03762}",
        "url = {https://arxiv.org/abs/1706.03762}",
        r"howpublished = {\url{https://arxiv.org/pdf/1706.03762.pdf}}",
        "journal = {arXiv preprint arXiv:1706.03762}",
        "journal = {CoRR}, volume = {abs/1706.03762}",
        "note = {arXiv:1706.03762 [cs.CL]}",
        "doi = {10.5555/3295222.3295349}, note = {arXiv:1706.03762 [cs.CL]}",
    ],
)
def test_the_fields_in_which_bibtex_names_a_paper(fields: str) -> None:
    assert only(f"@article{{a, title={{T}}, {fields}, year = 2017}}").ids[0] == PaperId("arxiv", "1706.03762")


def test_a_note_about_another_paper_is_not_the_entrys_id() -> None:
    item = only("@article{a, doi={10.1145/3292500.3330701}, note={Extends our arXiv:1810.04805 a lot}}")
    assert item.ids == (PaperId("doi", "10.1145/3292500.3330701"),)
    other = read("@article{a, eprint={hep-th/9901001}, archiveprefix={jstor}}")
    assert (other.items, other.refused[0].reason) == ((), NO_ID)


def test_bibtex_says_where_each_entry_stands() -> None:
    found = read(
        "% a comment\n@string{me = {Me}}\n\n@misc{a,\n eprint={1706.03762}, author=me # { and others},\n"
        " keywords={NLP; Deep Learning,nlp}, annote={Read \\S3}}\n@misc{a, eprint={1810.04805}}\n"
        '@misc{b, title={T\\"uring {Machines}}}\n@misc{c, title = {x} eprint = {1}}\n'
    )
    first, second = found.items
    assert (first.line, first.tags, first.note) == (4, ("nlp", "deep learning"), "Read §3")
    assert (second.line, str(second.ids[0])) == (7, "arxiv:1810.04805")
    assert [(each.line, each.words) for each in found.refused] == [
        (8, "Türing Machines"),
        (9, "x eprint = 1"),
    ]


# The others


def test_ris_of_other_programs() -> None:
    found = read(
        "\nTY  - JOUR\r\nTI  - One\r\nUR  - http://arxiv.org/abs/1706.03762\r\nKW  - a\r\nKW  - b; c\r\nER  - \r\n"
        "\r\nTY - GEN\r\nT1 - Two\r\nDO - 10.48550/arXiv.1810.04805\r\nER -\r\nTY  - BOOK\r\nTI  - Three\r\n"
    )
    assert (found.kind, ids(found)) == ("RIS", ["arxiv:1706.03762", "arxiv:1810.04805"])
    assert found.items[0].tags == ("a", "b", "c")
    assert [(item.line, item.title) for item in found.items] == [(2, "One"), (9, "Two")]
    assert [(each.line, each.words) for each in found.refused] == [(13, "Three")]


def test_csl_of_other_programs() -> None:
    found = read(
        '[\n{"id": "http://zotero.org/x", "title": "One", "DOI": "10.48550/arXiv.1706.03762"},\n'
        '{"id": "k", "number": "arXiv:1810.04805", "keyword": "a, b"}, {"id": "c", "note": "arXiv:1412.6980 [cs]"},\n'
        '{"id": "d", "title": "A Book"}, 7]'
    )
    assert (found.kind, ids(found)) == ("CSL-JSON", ["arxiv:1706.03762", "arxiv:1810.04805", "arxiv:1412.6980"])
    assert [item.line for item in found.items] == [2, 3, 3]
    assert [(each.line, each.words) for each in found.refused] == [(4, "A Book"), (4, "7")]


def test_the_owners_export_is_read_too() -> None:
    found = read(
        '{"server": "1", "id": "arxiv:1706.03762", "tags": ["a"], "notes": [{"by": "5", "text": "hm"}]}\n'
        '{"server": "1", "id": "arxiv:1810.04805"}\n'
    )
    assert (found.kind, ids(found)) == ("JSON", ["arxiv:1706.03762", "arxiv:1810.04805"])
    assert (found.items[0].tags, found.items[0].note) == (("a",), "hm")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_other_programs(delimiter: str) -> None:
    rows = [
        ["Key", "Title", "DOI", "Url", "Manual Tags"],
        ["A", '"One\ntwo"', "", "http://arxiv.org/abs/1706.03762", '"a; b"'],
        ["B", "Three", "", "", ""],
        ["C", "'=Four", "10.48550/arXiv.1810.04805", "", ""],
    ]
    found = read("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows))
    assert (found.kind, ids(found)) == ("CSV", ["arxiv:1706.03762", "arxiv:1810.04805"])
    assert [(item.line, item.title) for item in found.items] == [(2, "One two"), (5, "=Four")]
    assert found.items[0].tags == ("a", "b")
    assert [(each.line, each.words) for each in found.refused] == [(4, "B Three".removeprefix("B "))]


def test_any_text_with_links() -> None:
    found = read(
        "# Week 1\n- [Attention](https://arxiv.org/abs/1706.03762) and <https://arxiv.org/abs/1810.04805>\n\n"
        "1412.6980, 1512.03385v2\n3. 1406.2661\nhep-th/9901001\nVersion 2021.12345 of 2401.00001\n@inproceedings\n"
    )
    assert found.kind == "links"
    assert ids(found) == [
        f"arxiv:{value}"
        for value in ("1706.03762", "1810.04805", "1412.6980", "1512.03385", "1406.2661", "hep-th/9901001")
    ]
    assert [item.line for item in found.items] == [2, 2, 4, 4, 5, 6]
    assert [each.line for each in found.refused] == [7, 8]


def test_a_paper_that_comes_twice_is_one_with_the_tags_of_both() -> None:
    item = only("@misc{a, eprint={1706.03762}, keywords={a}}\n@misc{b, url={arxiv.org/abs/1706.03762v2}, keywords={b}}")
    assert item.tags == ("a", "b")


def test_keywords_that_are_no_tags_are_counted() -> None:
    words = ", ".join([*(f"k{n}" for n in range(12)), "x" * 31, "#OK:fine"])
    found = read(f"@misc{{a, eprint={{1706.03762}}, keywords={{{words}}}}}")
    assert (len(found.items[0].tags), found.tags_left_out) == (10, 4)


def test_the_most_entries_of_a_file() -> None:
    full = "\n".join(f"@misc{{a, eprint={{2401.{n:05}}}}}" for n in range(1, MOST_ENTRIES + 1))
    assert len(read(full).items) == MOST_ENTRIES
    with pytest.raises(NotUnderstood, match="1,001 entries; I take up to 1,000"):
        read(full + "\n@misc{b, title={no id}}")


# Encodings and harm


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_can_be_told(encoding: str) -> None:
    assert decoded("Łukasz\r\n论文\rx".encode(encoding)) == ("Łukasz\n论文\nx", False)


def test_latin_1_is_a_guess() -> None:
    assert decoded("Büttiker".encode("latin-1")) == ("Büttiker", True)
    assert read_file("é https://arxiv.org/abs/1706.03762".encode("latin-1")).guessed


@pytest.mark.parametrize("data", [b"a\0b", b"\x89PNG\r\n\x1a\n\x00\x00", "text".encode("utf-16-le"), b"PK\x03\x04\0"])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(NotUnderstood, match="it is not text"):
        read_file(data)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"papers": [{"id": "1706.03762"}', "broken in line 1"),
        ('[{"id": "1706.03762"}\n,\n{"id": ]', "broken in line 3"),
        ('[{"id": ' + "9" * 5_000 + "}]", "no list of papers"),
        ("[" * 100_000, "no list of papers"),
        ('{"a":' * 100_000, "no list of papers"),
        ('id,title\n1706.03762,"' + "x" * 200_000, "from line 2 on"),
    ],
    ids=["open", "value", "number", "lists", "objects", "quote"],
)
def test_files_that_are_broken_as_a_whole(text: str, sentence: str) -> None:
    with pytest.raises(NotUnderstood, match=sentence):
        read(text)


HARM = {
    "braces": "@misc{a, title={" + "{" * 300_000,
    "quotes": '@misc{a, title="' + 'x"' * 100_000,
    "fields": "@misc{a," + "a={b}," * 60_000 + "}",
    "macros": "@misc{a, eprint={1706.03762}, title={" + r"\frac{" * 30_000 + "}" * 30_000 + "}}",
    "strings": "".join(f"@string{{s{n} = s{n - 1} # s{n - 1}}}\n" for n in range(1, 3_000)) + "@misc{a, note=s2999}",
    "line": "https://arxiv.org/abs/1706.03762 " + "x" * 900_000,
    "spaces": " " * 900_000 + "x",
    "brackets": "(" * 400_000,
    "links": "http://" * 100_000,
    "slashes": "10.1000/" * 100_000,
    "ris": "TY  - " * 100_000,
    "ris records": "TY  - JOUR\n" * 20_000,
    "csv": "id,url\n" + '"' * 900_000,
    "commas": "id" + "," * 900_000,
}


@pytest.mark.parametrize("name", HARM)
def test_no_file_takes_long(name: str) -> None:
    start = time.process_time()
    with suppress(NotUnderstood):
        read(HARM[name])
    assert time.process_time() - start < 10


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    with suppress(NotUnderstood):
        assert all(item.ids and len(item.title) <= 100 for item in read_file(data).items)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["@misc{a,", "}", "{", '"', "title=", "eprint={1706.03762}", ",", "\n", "TY  - ", "ER  - ",
                              "UR  - ", "[", "]", '{"id":', '"1706.03762"', "id,doi\n", "\\", "#", "é"]), max_size=25)
)  # fmt: skip
def test_pieces_of_formats_in_any_order(pieces: list[str]) -> None:
    with suppress(NotUnderstood):
        assert all(refused.reason for refused in read("".join(pieces)).refused)
