"""A file that a member brings: which papers it names. What it is, is told by what stands in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from bot.domain.import_csv import csv_entries, is_csv
from bot.domain.import_entries import Entry, Kind, ReadFile, understood
from bot.domain.import_json import is_json, is_ours, json_entries
from bot.domain.import_links import link_entries
from bot.errors import NotUnderstood

MOST_BYTES = 1_000_000
MOST_ENTRIES = 1_000

_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_RIS = re.compile(r"^TY {1,2}- ?", re.MULTILINE)
_BINARY = "I cannot read that file: it is not text. Send BibTeX, RIS, CSL-JSON, CSV, JSON, or a list of links."


def read_file(data: bytes) -> ReadFile:
    """Raises NotUnderstood, with a sentence for the member, for what is no text, or broken as a whole, or too much."""
    text, guessed = decoded(data)
    kind, reader = _recognised(text)
    read = understood(kind, reader(text), guessed=guessed)
    entries = len(read.items) + (len(read.refused) if kind != "links" else 0)
    if entries > MOST_ENTRIES:
        raise NotUnderstood(
            f"That file has {entries:,} entries; I take up to {MOST_ENTRIES:,} at once. Split it and import the parts."
        )
    return read


def decoded(data: bytes) -> tuple[str, bool]:
    """The text, with `\\n` between lines, and whether its encoding had to be guessed: UTF-8, UTF-16 where its mark
    stands in front, else Latin-1, in which every file is some text."""
    guessed = False
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, guessed = data.decode("latin-1"), True
    if "\0" in text:
        raise NotUnderstood(_BINARY)
    return text.replace("\r\n", "\n").replace("\r", "\n"), guessed


def _recognised(text: str) -> tuple[Kind, Callable[[str], Iterator[Entry]]]:
    if is_json(text):
        return "JSON" if is_ours(text) else "CSL-JSON", json_entries
    # what reads these two is large and seldom wanted: imported with the first such file
    if _RIS.search(text):
        from bot.domain.import_ris import ris_entries  # noqa: PLC0415

        return "RIS", ris_entries
    if _BIBTEX.search(text):
        from bot.domain.import_bibtex import bibtex_entries  # noqa: PLC0415

        return "BibTeX", bibtex_entries
    return ("CSV", csv_entries) if is_csv(text) else ("links", link_entries)
