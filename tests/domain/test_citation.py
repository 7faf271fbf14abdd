from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.citation import MOST_AUTHORS, address, bibtex, doi, key
from bot.domain.latex import readable
from bot.domain.papers import Paper, PaperId
from tests.domain.arxiv_records import all_papers, needs_records

ATTENTION = Paper(
    id=PaperId("arxiv", "1706.03762"),
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    abstract="",
    primary_category="cs.CL",
    published=datetime(2017, 6, 12, tzinfo=UTC),
)

_WORDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
}


def _read(entry: str) -> tuple[str, dict[str, str]]:
    """Key and fields of one entry, as strict as BibTeX: a value ends where its braces balance, backslash or not."""
    head = re.match(r"@misc\{([^\s,{}]+),\n", entry)
    assert head, entry
    fields: dict[str, str] = {}
    at = head.end()
    while entry[at] != "}":
        name = re.compile(r" {2}(\w+) = ").match(entry, at)
        assert name, entry[at:]
        start = at = name.end()
        depth = 0
        while depth or entry[at] not in ",\n":
            depth += {"{": 1, "}": -1}.get(entry[at], 0)
            assert depth >= 0, entry
            at += 1
        assert name[1] not in fields
        fields[name[1]] = entry[start:at]
        at += 2 if entry[at] == "," else 1
    assert at == len(entry) - 1
    return head[1], fields


def _plain(value: str) -> str:
    for word, sign in _WORDS.items():
        value = value.replace(word, f"\\{sign}" if sign in "{}" else sign)
    return re.sub(r"\\([%&#$_{}])", r"\1", value)


def test_an_entry_of_arxiv() -> None:
    assert bibtex(ATTENTION) == (
        "@misc{vaswani2017attention,\n"
        "  title = {{Attention Is All You Need}},\n"
        "  author = {Ashish Vaswani and Noam Shazeer},\n"
        "  year = {2017},\n"
        "  month = jun,\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  url = {https://arxiv.org/abs/1706.03762}\n"
        "}"
    )


def test_an_entry_of_a_journal_has_no_eprint() -> None:
    paper = ATTENTION.model_copy(
        update={"id": PaperId("doi", "10.1175/1520(1996)053<0946:a_b>2.0.co;2"), "journal_ref": "J. of A & B 5%"}
    )
    _, fields = _read(bibtex(paper))
    assert fields["doi"] == "{10.1175/1520(1996)053<0946:a_b>2.0.co;2}"
    assert fields["url"] == "{https://doi.org/10.1175/1520(1996)053%3C0946:a_b%3E2.0.co;2}"
    assert fields["note"] == r"{J. of A \& B 5\%}"
    assert "eprint" not in fields


def test_special_characters_are_escaped_and_unicode_stays() -> None:
    paper = ATTENTION.model_copy(
        update={"title": r"100\% \& #1 of $\alpha_1$: {a, b} ~10 C:\temp x_y", "authors": ("李飞飞", "P. Erd\\H{o}s")}
    )
    _, fields = _read(bibtex(paper))
    assert fields["title"] == (
        r"{{100\% \& \#1 of α₁: \textbraceleft{}a, b\textbraceright{} \textasciitilde{}10 C:\textbackslash{}temp x\_y}}"
    )
    assert fields["author"] == "{李飞飞 and P. Erdős}"


def test_names_with_and_are_one_author_and_thousands_are_others() -> None:
    collaboration = ATTENTION.model_copy(update={"authors": ("The CMS and LHCb Collaborations: V. Khachatryan",)})
    assert _read(bibtex(collaboration))[1]["author"] == "{{The CMS and LHCb Collaborations: V. Khachatryan}}"
    crowd = ATTENTION.model_copy(update={"authors": ("A. Author",) * 3303})
    assert _read(bibtex(crowd))[1]["author"].count(" and ") == MOST_AUTHORS
    assert " and others}" in bibtex(crowd)
    family_first = ATTENTION.model_copy(update={"authors": ("Smith, J. P.", "van Dam, A.")})
    assert _read(bibtex(family_first))[1]["author"] == "{Smith, J. P. and van Dam, A.}"


@pytest.mark.parametrize(
    ("author", "title", "expected"),
    [
        ("Ashish Vaswani", "Attention Is All You Need", "vaswani2017attention"),
        ("C. Bal\\'azs", "The $\\alpha$-rule", "balazs2017rule"),
        ("Łukasz Kaiser", "One Model To Learn Them All", "kaiser2017one"),
        ("Ludwig Straße", "Über-Netze", "strasse2017uber"),
        ("Ken Griffey Jr.", "A Study of a Thing", "griffey2017study"),
        ("Last, F. M.", "On the 3-SAT", "last20173"),
        ("The CMS Collaboration", "Observation", "cms2017observation"),
        ("李飞飞", "深度学习", "2017"),
    ],
)
def test_keys(author: str, title: str, expected: str) -> None:
    assert key(ATTENTION.model_copy(update={"authors": (author,), "title": title})) == expected


def test_a_record_with_next_to_nothing_has_a_key() -> None:
    bare = Paper(id=PaperId("openreview", "rJ4km2R5t7"), title="", authors=(), abstract="")
    assert key(bare) == "openreviewrj4km2r5t7"
    assert _read(bibtex(bare))[0] == "openreviewrj4km2r5t7"


@pytest.mark.parametrize(
    ("given_doi", "expected"),
    [
        ("10.1000/a 10.1000/b", "10.1000/a"),
        ("https://doi.org/10.1186/s12874-018-0541-7", "10.1186/s12874-018-0541-7"),
        ("10.2168/LMCS-1(1:3)2005", "10.2168/LMCS-1(1:3)2005"),
        ("10.1000/with}brace", "10.1000/with"),
        ("21.11130/00-1735", None),
        (None, None),
    ],
)
def test_the_doi_of_messy_fields(given_doi: str | None, expected: str | None) -> None:
    assert doi(ATTENTION.model_copy(update={"doi": given_doi})) == expected


def test_the_page_to_read_it_at() -> None:
    assert address(ATTENTION) == "https://arxiv.org/abs/1706.03762"


_TEXTS = st.one_of(st.text(max_size=30), st.text(alphabet='{}\\$%#&_^~,"@ an\n', max_size=30))


_MESSY_PAPERS = st.builds(
    Paper,
    id=st.builds(PaperId, st.just("openreview"), _TEXTS),
    title=_TEXTS,
    authors=st.lists(_TEXTS, max_size=4).map(tuple),
    abstract=st.just(""),
    journal_ref=_TEXTS,
    doi=_TEXTS.map("10.1000/".__add__),
    primary_category=_TEXTS,
)


@given(_MESSY_PAPERS)
def test_any_record_makes_one_balanced_entry(paper: Paper) -> None:
    name, fields = _read(bibtex(paper))
    assert re.fullmatch(r"[a-z0-9]+", name)
    assert _plain(fields.get("title", "{{}}")[2:-2]) == " ".join(readable(paper.title).split())


@given(_TEXTS)
def test_any_category_stays_in_its_braces(category: str) -> None:
    _, fields = _read(bibtex(ATTENTION.model_copy(update={"primary_category": category})))
    assert fields["eprint"] == "{1706.03762}"


@needs_records
def test_every_record_makes_one_balanced_entry() -> None:
    for paper in all_papers()[::3]:
        name, fields = _read(bibtex(paper))
        assert re.fullmatch(r"[a-z0-9]+", name)
        assert _plain(fields["title"][2:-2]) == " ".join(readable(paper.title).split())
