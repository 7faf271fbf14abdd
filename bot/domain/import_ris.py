"""Entries of a RIS file, read by rispy one record at a time: it does not say where a record stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import rispy  # type: ignore[import-untyped]  # the package brings no types

from bot.domain.import_entries import Entry

_START = re.compile(r"^TY {1,2}-", re.MULTILINE)
_TAG = re.compile(r"^([A-Z][A-Z0-9]) {1,2}- ?", re.MULTILINE)
_END = "\nER  - \n"
_OWN = ("doi", "urls", "url", "file_attachments1", "file_attachments2", "accession_number")
_OTHER = ("number", "notes", "notes_abstract", "journal_name", "secondary_title", "publisher")


def ris_entries(text: str) -> Iterator[Entry]:
    """Records in order."""
    starts = [found.start() for found in _START.finditer(text)]
    line, before = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", before, start)
        before = start
        record: Mapping[str, Any] = next(iter(rispy.loads(_TAG.sub(r"\1  - ", text[start:end]) + _END)), {})
        yield Entry(
            line,
            title=_first(record, "title", "primary_title"),
            own=tuple(_texts(record, _OWN)),
            other=tuple(_texts(record, _OTHER)),
            keywords=tuple(_texts(record, ("keywords",))),
        )


def _texts(record: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = record.get(name) or ()
        yield from [value] if isinstance(value, str) else map(str, value)


def _first(record: Mapping[str, Any], *names: str) -> str:
    return next(_texts(record, names), "")
