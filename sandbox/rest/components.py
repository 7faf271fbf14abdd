"""Components as Discord keeps them: numbered, with the defaults of what was left out, files with their addresses."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox import reading
from sandbox.state.message import Attachment

Json = dict[str, Any]

_FILE = 13
_DEFAULTS: dict[int, Mapping[str, object]] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in reading.SELECTS},
    11: {"description": None, "spoiler": False},
    _FILE: {"spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}
"""By component type (developers/components/reference)."""
_GALLERY_ITEM: Mapping[str, object] = {"description": None, "spoiler": False}


def stored(components: Iterable[Mapping[str, Any]], files: Sequence[Attachment]) -> list[Json]:
    """What a message keeps of the components of a request."""
    kept = copy.deepcopy([dict(part) for part in components])
    by_address = {f"attachment://{file.filename}": file for file in files}
    for number, part in enumerate(reading.walk(kept), start=1):
        _complete(part, number, by_address)
    return kept


def _complete(part: Any, number: int, files: Mapping[str, Attachment]) -> None:
    part["id"] = part.get("id") or number
    _fill_in(part, _DEFAULTS.get(part["type"], {}))
    for item in part.get("items") or ():
        _fill_in(item, _GALLERY_ITEM)
        _resolve(item["media"], files)
    if part.get("media"):
        _resolve(part["media"], files)
    if part["type"] == _FILE:
        file = files.get(part["file"]["url"])
        if file is not None:
            part |= {"name": file.filename, "size": len(file.content)}
        _resolve(part["file"], files)


def _fill_in(part: Json, defaults: Mapping[str, object]) -> None:
    for name, value in defaults.items():
        if part.get(name) is None:
            part[name] = value


def _resolve(media: Json, files: Mapping[str, Attachment]) -> None:
    """A stored file keeps the address that it got; an edit may send that again."""
    file = files.get(media["url"])
    address = file.url if file is not None else media["url"]
    media |= {"id": media.get("id", "0"), "url": address, "proxy_url": address}
    if file is not None:
        media["attachment_id"] = str(file.id)
