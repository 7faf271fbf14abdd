from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.arxiv_search import SearchNotUnderstoodError, parse
from sandbox.catalogue.catalogue import CataloguePaper

PAPER = CataloguePaper.from_record(
    {
        "id": "2401.00001",
        "title": "Graph Neural-Networks for Café Chains",
        "authors": ["Adrian Del Maestro", "Zoë Müller"],
        "abstract": "We study coffee.",
        "categories": ["cs.LG", "econ.GN"],
        "published": "2024-01-01T23:30:00Z",
        "comment": "code at https://example.org",
    }
)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("coffee", True),
        ("all:tea", False),
        ("ti:graph", True),
        ("ti:grap", False),
        ('ti:"neural networks"', True),
        ('ti:"networks neural"', False),
        ("ti:cafe", True),
        ("au:del_maestro", True),
        ('au:"zoe muller"', True),
        ('au:"maestro zoe"', False),
        ("abs:coffee AND co:code", True),
        ("cat:cs.LG", True),
        ("cat:cs", False),
        ("cat:cs.*", True),
        ("cat:cs.LG ANDNOT cat:econ.GN", False),
        ("cat:cs.CL OR cat:econ.GN", True),
        ("tea coffee", True),
        ("(cat:cs.CL OR cat:cs.LG) AND (au:muller ANDNOT ti:tea)", True),
        ("id:2401.00001", True),
        ("submittedDate:[202401012330 TO 202401012330]", True),
        ("submittedDate:[20240101 TO 20240101]", True),
        ("submittedDate:[20240102 TO 20240103]", False),
    ],
)
def test_clauses(query: str, matches: bool) -> None:
    assert parse(query)(PAPER) is matches


@pytest.mark.parametrize(
    "query", ["", "AND", "ti:", "(ti:graph", "ti:graph)", "zz:graph", "submittedDate:[now TO then]", '"open']
)
def test_what_is_not_understood(query: str) -> None:
    with pytest.raises(SearchNotUnderstoodError):
        parse(query)


@given(st.text(alphabet=' ()[]":abANDORTO0123', max_size=40))
def test_any_text_is_a_search_or_refused(query: str) -> None:
    try:
        test = parse(query)
    except SearchNotUnderstoodError:
        return
    assert test(PAPER) in {True, False}
