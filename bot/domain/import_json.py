"""Entries of a JSON file: CSL-JSON, ours, or one object a line as `python -m bot export` writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.import_entries import Entry
from bot.errors import NotUnderstood

_STARTS = re.compile(r"\s*(?:\[\s*[{\[\"\]]|\{\s*[\"}])")
_LIST_NAME = re.compile(r'"(?:papers|items|references)"\s*:\s*\[')
_OURS = re.compile(r'\s*\{"(?:reading_list|server)":')
_SPACES = re.compile(r"[\s,]*")
_OWN = ("id", "arxiv", "eprint", "DOI", "doi", "URL", "url", "number", "archive_location", "archiveID")
_OTHER = ("note", "publisher", "container-title", "citation-key")

_read = json.JSONDecoder().raw_decode


def is_json(text: str) -> bool:
    """Whether it begins as only JSON does."""
    return _STARTS.match(text) is not None


def is_ours(text: str) -> bool:
    """Whether this bot wrote it."""
    return _OURS.match(text) is not None


def json_entries(text: str) -> Iterator[Entry]:
    """Objects in order; raises NotUnderstood where it is broken or nested without end."""
    line, before = 1, 0
    try:
        for start, value in _values(text):
            line += text.count("\n", before, start)
            before = start
            yield _entry(line, value)
    except json.JSONDecodeError as broken:
        raise NotUnderstood(
            f"That JSON is broken in line {broken.lineno:,}. Export it again and send the new file."
        ) from None
    except (RecursionError, ValueError):  # the latter for a number of thousands of digits
        raise NotUnderstood(
            "I cannot read that JSON: it is no list of papers. Try another format, or a file of links."
        ) from None


def _values(text: str) -> Iterator[tuple[int, Any]]:
    """The elements of the list of papers with their places; without such a list, whatever stands one after another."""
    position = _skip(text, 0)
    inside = text[position] == "["
    if inside:
        position += 1
    elif named := _LIST_NAME.search(text):
        _read(text, position)  # all of it must be right, not only the list
        position, inside = named.end(), True
    while (position := _skip(text, position)) < len(text) and not (inside and text[position] == "]"):
        value, end = _read(text, position)
        yield position, value
        position = end
    if inside and position >= len(text):
        raise json.JSONDecodeError("a list is not closed", text, len(text))


def _entry(line: int, value: Any) -> Entry:
    if isinstance(value, str):
        return Entry(line, title=value, own=(value,))
    if not isinstance(value, dict):
        return Entry(line, title=json.dumps(value)[:100], problem="no object of JSON with a paper's fields")
    return Entry(
        line,
        title=str(value.get("title") or value.get("id") or ""),
        own=tuple(_texts(value, _OWN)),
        other=tuple(_texts(value, _OTHER)),
        keywords=tuple(_texts(value, ("tags", "keyword"))),
        note="\n\n".join(_notes(value.get("notes"))),
    )


def _texts(value: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        found = value.get(name)
        for text in found if isinstance(found, list) else [found]:
            if isinstance(text, str) and text:
                yield text


def _notes(notes: Any) -> Iterator[str]:
    for note in notes if isinstance(notes, list) else ():
        text = note.get("text") if isinstance(note, dict) else note
        if isinstance(text, str):
            yield text


def _skip(text: str, position: int) -> int:
    found = _SPACES.match(text, position)
    return found.end() if found else position
