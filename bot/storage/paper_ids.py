"""Finding rows by the ids of papers."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, and_, false, or_

from bot.domain.papers import PaperId


def names(table: Table, ids: Collection[PaperId]) -> ColumnElement[bool]:
    """Rows of a table with `scheme` and `value` that name one of these papers.

    One condition for each scheme: of `(scheme, value) IN (…)` SQLite makes a scan of the whole table.
    """
    return or_(
        false(),
        *(and_(table.c.scheme == scheme, table.c.value.in_(values)) for scheme, values in by_scheme(ids).items()),
    )


def by_scheme(ids: Collection[PaperId]) -> dict[str, list[str]]:
    """The values of each scheme."""
    values: dict[str, list[str]] = {}
    for paper in ids:
        values.setdefault(paper.scheme, []).append(paper.value)
    return values


def same_id(one: Table, other: Table) -> ColumnElement[bool]:
    """Joins two tables with `scheme` and `value` where they name a paper by the same id."""
    return and_(one.c.scheme == other.c.scheme, one.c.value == other.c.value)
