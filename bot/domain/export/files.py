"""Which formats there are, and what a file of the list is called."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Literal

from bot.domain.export.bibtex import BibtexWriter
from bot.domain.export.csl import CslWriter
from bot.domain.export.csv_rows import CsvWriter
from bot.domain.export.json_items import JsonWriter
from bot.domain.export.listed import ListWriter
from bot.domain.export.ris import RisWriter

Format = Literal["BibTeX", "RIS", "CSL-JSON", "CSV", "JSON"]

_ENDINGS: dict[Format, str] = {"BibTeX": "bib", "RIS": "ris", "CSL-JSON": "csl.json", "CSV": "csv", "JSON": "json"}
_LONGEST_NAME = 50


def writer(wanted: Format, server_name: str) -> ListWriter:
    """Who writes this format."""
    match wanted:
        case "BibTeX":
            return BibtexWriter()
        case "RIS":
            return RisWriter()
        case "CSL-JSON":
            return CslWriter()
        case "CSV":
            return CsvWriter()
        case "JSON":
            return JsonWriter(server_name)


def file_name(wanted: Format, server_name: str, day: date) -> str:
    """`paper-club-2026-11-24.bib`: ASCII letters, digits and dashes of the server's name. One without any is
    `reading-list`."""
    plain = unicodedata.normalize("NFKD", server_name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_NAME].strip("-")
    return f"{words or 'reading-list'}-{day:%Y-%m-%d}.{_ENDINGS[wanted]}"
