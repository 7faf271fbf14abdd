"""A server's reports as a file, for whoever wants to study or publish them. The columns: docs/reports-export.md.

No name, no id of a member, no time finer than the day: one without a name cannot be told from the others.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from bot.domain.citation import address
from bot.domain.export.csv_rows import safe
from bot.domain.export.files import file_name
from bot.domain.reports import Words
from bot.domain.stored_paper import StoredPaper

ReportFormat = Literal["CSV", "JSON"]

COLUMNS = (
    "paper",
    "title",
    "url",
    "outcome",
    "setting",
    "tried",
    "happened",
    "made_work",
    "link",
    "day",
    "same_here",
    "made_difference",
)


class ExportedReport(NamedTuple):
    """One row: `made_difference` are the answers that did."""

    paper: StoredPaper
    words: Words
    day: date
    same_here: int
    made_difference: tuple[str, ...]


class ReportFile(NamedTuple):
    """Ready to be sent."""

    name: str
    content: bytes
    reports: int


def report_file(wanted: ReportFormat, rows: Sequence[ExportedReport], *, server_name: str, day: date) -> ReportFile:
    """All of them, by paper and outcome, never by when they were written."""
    ordered = sorted(rows, key=lambda row: (str(row.paper.paper.id), row.words.outcome, row.words.setting))
    text = _csv(ordered) if wanted == "CSV" else _json(ordered, server_name)
    name = file_name(wanted, server_name, day)
    return ReportFile(f"reports-{name}", text.encode(), len(ordered))


def _csv(rows: Sequence[ExportedReport]) -> str:
    """Begins with a byte order mark: without one, Excel takes UTF-8 for something else."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _record(row)
        cells["made_difference"] = "\n\n".join(row.made_difference)
        writer.writerow([safe(str(cells[column])) for column in COLUMNS])
    return "\ufeff" + written.getvalue()


def _json(rows: Sequence[ExportedReport], server_name: str) -> str:
    return json.dumps({"server": server_name, "reports": [_record(row) for row in rows]}, ensure_ascii=False, indent=2)


def _record(row: ExportedReport) -> dict[str, Any]:
    return {
        "paper": str(row.paper.paper.id),
        "title": row.paper.title_text,
        "url": address(row.paper.paper) or "",
        "outcome": row.words.outcome,
        "setting": row.words.setting,
        "tried": row.words.tried,
        "happened": row.words.happened,
        "made_work": row.words.made_work,
        "link": row.words.link or "",
        "day": row.day.isoformat(),
        "same_here": row.same_here,
        "made_difference": list(row.made_difference),
    }
