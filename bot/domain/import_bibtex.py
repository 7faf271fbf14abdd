"""Entries of a BibTeX file, read by bibtexparser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block
from bibtexparser.model import Entry as Parsed

from bot.domain.import_entries import Entry
from bot.domain.latex import readable

UNREADABLE = "a mistake in its BibTeX: look for a missing comma or brace"

_OWN = ("doi", "url", "ee", "link")
_OTHER = ("journal", "journaltitle", "howpublished", "note", "number", "pages", "archive", "eid")
_KEYWORDS = ("keywords", "keyword", "tags", "mendeley-tags")
_NOTES = ("annote", "annotation")
_URL_MACRO = re.compile(r"\\(?:url|href|path)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([_%&#$~])")
_BRACE_WORD = re.compile(r"\\textbrace(left|right)(?:\{\}|\b)")
"""As `bot.domain.citation` writes a brace, so that BibTeX does not count it."""
_IN_BRACES = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_DBLP_VOLUME = re.compile(r"abs/(\S+)")


def bibtex_entries(text: str) -> Iterator[Entry]:
    """Entries in order; one whose key came before counts too."""
    blocks: list[Block] = sorted(parse_string(text).blocks, key=lambda block: block.start_line or 0)
    for block in blocks:
        parsed = block if isinstance(block, Parsed) else getattr(block, "ignore_error_block", None)
        line = (block.start_line or 0) + 1
        if isinstance(parsed, Parsed):
            yield _entry(line, {field.key.lower(): str(field.value) for field in parsed.fields}, parsed.key)
        elif hasattr(block, "error"):
            yield Entry(line, title=(block.raw or "").strip().partition("\n")[0], problem=UNREADABLE)


def _entry(line: int, fields: Mapping[str, str], key: str) -> Entry:
    return Entry(
        line,
        title=_words(fields.get("title") or key),
        own=tuple(_eprint(fields)) + tuple(_plain(fields[name]) for name in _OWN if name in fields),
        other=tuple(_plain(fields[name]) for name in _OTHER if name in fields),
        keywords=tuple(_words(fields[name]) for name in _KEYWORDS if name in fields),
        note=next((_words(fields[name]) for name in _NOTES if fields.get(name)), ""),
    )


def _eprint(fields: Mapping[str, str]) -> Iterator[str]:
    """arXiv's own way, `eprint = {1706.03762}, archivePrefix = {arXiv}`, and DBLP's, `volume = {abs/1706.03762}`."""
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"
    if "eprint" in fields and archive.strip('{}" ').lower().startswith("arxiv"):
        number = re.sub(r"^\s*arxiv:\s*", "", _plain(fields["eprint"]), flags=re.IGNORECASE)
        yield f"arXiv:{number.strip()}"
    if volume := _DBLP_VOLUME.fullmatch(fields.get("volume", "").strip("{} ")):
        yield f"arXiv:{volume[1]}"


def _words(value: str) -> str:
    """Plain Unicode of a title or keyword."""
    if _IN_BRACES.fullmatch(value):  # which keep a style from changing its capitals
        value = value[1:-1]
    return readable(_BRACE_WORD.sub(lambda word: r"\{" if word[1] == "left" else r"\}", value))


def _plain(value: str) -> str:
    """An address without what TeX needs around it."""
    return _ESCAPED.sub(r"\1", _URL_MACRO.sub(r" \1 ", value)).replace("{", "").replace("}", "")
