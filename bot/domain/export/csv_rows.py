"""The list as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from bot.domain.citation import address, doi
from bot.domain.export.listed import Listed
from bot.domain.text import author_line

COLUMNS = ("id", "title", "authors", "published", "doi", "url", "tags", "votes", "saved", "notes")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is carried out, not shown (https://owasp.org/www-community/attacks/CSV_Injection)."""

_MOST_AUTHORS = 50
"""3,000 names do not fit into a spreadsheet's cell."""


class CsvWriter:
    """One row for each paper under a row of names."""

    def head(self) -> str:
        """Begins with a byte order mark: without one, Excel takes UTF-8 for something else."""
        return "\ufeff" + _rows([COLUMNS])

    def lines(self, listed: Sequence[Listed]) -> str:
        """Rows."""
        return _rows([_row(one) for one in listed])

    def tail(self) -> str:
        """Nothing."""
        return ""


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _row(one: Listed) -> tuple[str, ...]:
    stored, community = one.entry.paper, one.entry.community
    paper = stored.paper
    return (
        str(paper.id),
        stored.title_text,
        author_line(paper.authors, _MOST_AUTHORS),
        f"{paper.published:%Y-%m-%d}" if paper.published else "",
        doi(paper) or "",
        address(paper) or "",
        ", ".join(community.tags),
        str(community.votes),
        f"{community.saved_at:%Y-%m-%d}" if community.saved_at else "",
        "\n\n".join(one.notes),
    )


def _rows(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([[safe(cell) for cell in row] for row in rows])
    return written.getvalue()
