"""Entries of a CSV file: ours, Zotero's, or any with a column of ids or links."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from bot.domain.export.csv_rows import FORMULA
from bot.domain.import_entries import Entry
from bot.errors import NotUnderstood

_OWN = ("id", "arxiv", "arxiv id", "arxiv_id", "eprint", "doi", "url", "link", "links", "paper")
_OTHER = ("extra", "archive location", "note", "notes")
_TAGS = ("tags", "tag", "keywords", "manual tags", "automatic tags")
_NOTES = ("notes", "note")
_DELIMITERS = ",;\t"


def is_csv(text: str) -> bool:
    """Whether the first line names columns, one of them for ids or links."""
    head = text.partition("\n")[0]
    return any(set(_names(head, delimiter)).intersection(_OWN) for delimiter in _DELIMITERS)


def csv_entries(text: str) -> Iterator[Entry]:
    """Rows in order; raises NotUnderstood where a row cannot be read."""
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] | None = None
    line = 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise NotUnderstood(
                f"I cannot read that CSV from line {line:,} on. Look for a quotation mark that is never closed."
            ) from None
        if names is None:
            names = [name.strip().casefold() for name in row]
        elif any(cell.strip() for cell in row):
            yield _entry(line, dict(zip(names, map(_unguarded, row), strict=False)))
        line = rows.line_num + 1


def _entry(line: int, cells: Mapping[str, str]) -> Entry:
    def of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cells[name] for name in names if cells.get(name, "").strip())

    return Entry(
        line,
        title=cells.get("title") or " ".join(cells.values()),
        own=of(_OWN),
        other=of(_OTHER),
        keywords=of(_TAGS),
        note="\n".join(of(_NOTES)[:1]),
    )


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from carrying the cell out."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _names(head: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"').casefold() for name in head.split(delimiter)]
