"""What reports come to: for cards, for lists and for the digest. Only what everybody may see counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.report_sums import Counted, ReportSum, sum_of
from bot.domain.reports import GROUPS, Group, Learned, Outcome
from bot.storage.prepared import Prepared
from bot.storage.reports import shown
from bot.storage.tables import explanation, report, report_confirmation

_OF_LEARNED: dict[Learned, Group] = {"reproduced": "works", "failed": "fails"}


async def sums(conn: AsyncConnection, server_id: int, numbers: Collection[int]) -> dict[int, ReportSum]:
    """Of these papers, where there are reports: one query for all, with a row for each report and confirmation."""
    rows = await _COUNTED.rows(conn, {"server": server_id, "numbers": list(numbers)})
    reports: dict[int, dict[int, Counted]] = {}
    confirmed: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        author_id = None if row.anonymous else row.author_id
        reports.setdefault(row.paper_id, {})[row.id] = Counted(row.id, author_id, row.outcome, row.shown_at)
        if row.confirmed_by is not None:
            confirmed.setdefault(row.paper_id, []).append((row.id, row.confirmed_by))
    found = {number: sum_of(list(each.values()), confirmed.get(number, ())) for number, each in reports.items()}
    return {number: total for number, total in found.items() if total is not None}


def _counted(_dialect: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            report.c.paper_id,
            report.c.id,
            report.c.author_id,
            report.c.anonymous,
            report.c.outcome,
            report.c.shown_at,
            report_confirmation.c.user_id.label("confirmed_by"),
        )
        .join(report_confirmation, report_confirmation.c.report_id == report.c.id, isouter=True)
        .where(
            report.c.server_id == bindparam("server"),
            report.c.paper_id.in_(bindparam("numbers", expanding=True)),
            shown(),
        )
    )


_COUNTED = Prepared(_counted)


async def new_between(
    conn: AsyncConnection, server_id: int, since: datetime, until: datetime
) -> dict[int, dict[Group, int]]:
    """Reports that were first shown in that time, by paper and group."""
    rows = await conn.execute(
        select(report.c.paper_id, report.c.outcome, func.count().label("reports"))
        .where(report.c.server_id == server_id, shown(), report.c.shown_at >= since, report.c.shown_at < until)
        .group_by(report.c.paper_id, report.c.outcome)
    )
    found: dict[int, dict[Group, int]] = {}
    for row in rows:
        of_paper = found.setdefault(row.paper_id, {})
        group = GROUPS[row.outcome]
        of_paper[group] = of_paper.get(group, 0) + row.reports
    return found


def outcomes_of(learned: Learned) -> list[Outcome]:
    """Those that count for it."""
    group = _OF_LEARNED.get(learned)
    return [outcome for outcome, its in GROUPS.items() if group in (None, its)]


def learned_papers(server_id: int, learned: Learned) -> Subquery:
    """`paper_id` of papers about which this server knows so, and `at` since when."""
    if learned == "explained":
        found = select(explanation.c.paper_id, explanation.c.at).where(explanation.c.server_id == server_id)
    else:
        found = select(report.c.paper_id, report.c.shown_at.label("at")).where(
            report.c.server_id == server_id, report.c.outcome.in_(outcomes_of(learned)), shown()
        )
    each = found.subquery()
    return select(each.c.paper_id, func.min(each.c.at).label("at")).group_by(each.c.paper_id).subquery()
