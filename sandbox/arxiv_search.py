"""The part of arXiv's search language that following new papers needs, as a test on one paper.

Clauses are `field:word`, `field:"some words"` or bare words (`all`), joined with AND, OR and ANDNOT from left
to right; words side by side mean OR, as the query that arXiv repeats in its feeds shows. Parentheses group.
Fields: all, ti, au, abs, co, jr, cat (`cat:cs.*` too), id, and `submittedDate:[202401010600 TO 202401020600]`
in UTC.
Source: https://info.arxiv.org/help/api/user-manual.html (5.1, Details of Query Construction).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.catalogue.catalogue import CataloguePaper

Test = Callable[[CataloguePaper], bool]

_PART = re.compile(r'\s*(\(|\)|(?:[A-Za-z]+:)?(?:"[^"]*"|\[[^\]]*\]|[^\s()"\[\]]+))')
_FIELD = re.compile(r'(?:(?P<field>[A-Za-z]+):)?"?(?P<value>[^"]*)"?')
_OPERATORS = frozenset({"AND", "OR", "ANDNOT"})
_WORD = re.compile(r"[^\W_]+|[|]")
_RANGE = re.compile(r"\[(\d{8,14}) TO (\d{8,14})\]")
_EARLIEST = "00000000000000"
_LATEST = "99999999235959"

_TEXTS: dict[str, Callable[[CataloguePaper], str]] = {
    "ti": lambda paper: paper.title,
    "au": lambda paper: " | ".join(paper.authors),
    "abs": lambda paper: paper.abstract,
    "co": lambda paper: paper.comment or "",
    "jr": lambda paper: paper.journal_ref or "",
}


class SearchNotUnderstoodError(Exception):
    """The query uses something that is not described above."""


def parse(query: str) -> Test:
    """Read a search query. Raises SearchNotUnderstoodError."""
    parts = _parts(query)
    test = _expression(parts)
    if parts:
        raise SearchNotUnderstoodError(query)
    return test


def _parts(query: str) -> list[str]:
    """The query's parts, last one first, so that reading is `pop()`."""
    parts = []
    position = 0
    query = query.rstrip()
    while position < len(query):
        match = _PART.match(query, position)
        if match is None:
            raise SearchNotUnderstoodError(query)
        parts.append(match[1])
        position = match.end()
    return parts[::-1]


def _expression(parts: list[str]) -> Test:
    test = _clause(parts)
    while parts and parts[-1] != ")":
        operator = parts.pop() if parts[-1] in _OPERATORS else "OR"
        test = _joined(operator, test, _clause(parts))
    return test


def _joined(operator: str, left: Test, right: Test) -> Test:
    if operator == "AND":
        return lambda paper: left(paper) and right(paper)
    if operator == "ANDNOT":
        return lambda paper: left(paper) and not right(paper)
    return lambda paper: left(paper) or right(paper)


def _clause(parts: list[str]) -> Test:
    if not parts:
        raise SearchNotUnderstoodError("a clause is missing at the end")
    part = parts.pop()
    if part != "(":
        return _field_test(part)
    test = _expression(parts)
    if not parts or parts.pop() != ")":
        raise SearchNotUnderstoodError("a parenthesis is not closed")
    return test


def _field_test(part: str) -> Test:
    match = _FIELD.fullmatch(part)
    if match is None or not match["value"] or part in _OPERATORS:
        raise SearchNotUnderstoodError(part)
    field, value = match["field"] or "all", match["value"]
    if field == "submittedDate":
        return _date_test(value)
    if field == "cat":
        return _category_test(value)
    if field == "id":
        return lambda paper: paper.id == value
    wanted = _normalised(value)
    if field == "all":
        return lambda paper: any(wanted in _normalised(text(paper)) for text in _TEXTS.values())
    if field not in _TEXTS:
        raise SearchNotUnderstoodError(part)
    return lambda paper: wanted in _normalised(_TEXTS[field](paper))


def _date_test(value: str) -> Test:
    match = _RANGE.fullmatch(value)
    if match is None:
        raise SearchNotUnderstoodError(value)
    first, last = match[1] + _EARLIEST[len(match[1]) :], match[2] + _LATEST[len(match[2]) :]
    return lambda paper: first <= _digits(paper.published) <= last


def _digits(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _category_test(value: str) -> Test:
    if value.endswith("*"):
        return lambda paper: any(category.startswith(value[:-1]) for category in paper.categories)
    return lambda paper: value in paper.categories


def _normalised(text: str) -> str:
    """Lower-case words without accents between single spaces, so that `in` finds whole words in a row."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(_WORD.findall(plain.casefold()))} "
