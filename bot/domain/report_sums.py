"""What the reports on a paper come to: people are counted, not clicks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.reports import GROUPS, Group, Outcome


class ReportSum(BaseModel):
    """People by what they found, as a card shows it. `people` is all of them, `latest` when the last report came."""

    model_config = ConfigDict(frozen=True)

    works: int = 0
    partly: int = 0
    fails: int = 0
    people: int
    latest: datetime


class Counted(NamedTuple):
    """A report that everybody may see. `author_id` is None of one without a name."""

    id: int
    author_id: int | None
    outcome: Outcome
    shown_at: datetime


def sum_of(reports: Sequence[Counted], confirmations: Iterable[tuple[int, int]]) -> ReportSum | None:
    """Counts people: who has a report with their name counts by that alone, who only confirmed (report and member)
    once in each group. One without a name is a person of its own, even where its author confirmed another report:
    a count that left the confirmation out would tell whose it is (docs/decisions/0016)."""
    if not reports:
        return None
    named = {report.author_id for report in reports if report.author_id is not None}
    groups: dict[Group, set[tuple[str, int]]] = {"works": set(), "partly": set(), "fails": set()}
    group_of = {report.id: groups[GROUPS[report.outcome]] for report in reports}
    for report in reports:
        person = ("report", report.id) if report.author_id is None else ("member", report.author_id)
        group_of[report.id].add(person)
    for report_id, user_id in confirmations:
        if report_id in group_of and user_id not in named:
            group_of[report_id].add(("member", user_id))
    return ReportSum(
        works=len(groups["works"]),
        partly=len(groups["partly"]),
        fails=len(groups["fails"]),
        people=len(set().union(*groups.values())),
        latest=max(report.shown_at for report in reports),
    )
