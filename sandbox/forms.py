"""Filling in a form as Discord's client does (developers/interactions/receiving-and-responding, modal submit data)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox import reading
from sandbox.answers import LABEL, Modal
from sandbox.commands import NotPossible

ACTION_ROW = 1
TEXT_INPUT = 4
RADIO_GROUP = 21
CHECKBOX_GROUP = 22
CHECKBOX = 23
_LONGEST_TEXT = 4000

_MENUS_OF_THINGS = (5, 6, 7, 8)
_CHOICES = (3, RADIO_GROUP, CHECKBOX_GROUP)


def filled_in(modal: Modal, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The submitted components. An input that is not named keeps what it shows; NotPossible where the client would
    mark an input red."""
    left = dict(values)
    rows = [_row(part, left) for part in modal.components]
    if left:
        raise NotPossible(f"the form has no inputs {sorted(left)}; it has {sorted(modal.fields)}")
    return rows


def chosen_ids(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What was chosen in the menus of members, roles and channels among the submitted components."""
    for part in reading.walk(rows):
        if part["type"] in _MENUS_OF_THINGS:
            yield from part["values"]


def _row(part: Mapping[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    if part["type"] == LABEL:
        inner = part["component"]
        return {"type": LABEL, "id": part.get("id", 0), "component": _input(inner, part["label"], left)}
    if part["type"] == ACTION_ROW:
        inputs = [_input(inner, inner.get("label", ""), left) for inner in part["components"]]
        return {"type": ACTION_ROW, "id": part.get("id", 0), "components": inputs}
    return {"type": part["type"], "id": part.get("id", 0)}


def _input(part: Mapping[str, Any], label: str, left: dict[str, Any]) -> dict[str, Any]:
    custom_id = part["custom_id"]
    given = left.pop(custom_id, None)
    if given is None:
        given = left.pop(label, None)
    submitted = {"type": part["type"], "custom_id": custom_id, "id": part.get("id", 0)}
    required = part.get("required", True)
    if part["type"] == TEXT_INPUT:
        return submitted | {"value": _text(part, label, part.get("value", "") if given is None else given, required)}
    if part["type"] == CHECKBOX:
        return submitted | {"value": bool(part.get("default") if given is None else given)}
    chosen = _choices(part, label, given, required)
    if part["type"] == RADIO_GROUP:
        return submitted | {"value": chosen[0] if chosen else None}
    return submitted | {"values": chosen}


def _text(part: Mapping[str, Any], label: str, text: object, required: bool) -> str:
    if not isinstance(text, str):
        raise NotPossible(f"{label!r} takes text")
    least, most = part.get("min_length") or 0, part.get("max_length") or _LONGEST_TEXT
    if required and not text:
        raise NotPossible(f"{label!r} must be filled in")
    if text and not least <= len(text) <= most:
        raise NotPossible(f"{label!r} takes {least} to {most} characters, not {len(text)}")
    return text


def _choices(part: Mapping[str, Any], label: str, given: Any, required: bool) -> list[str]:
    options = part.get("options") or ()
    if given is None:
        chosen = [option["value"] for option in options if option.get("default")]
    elif isinstance(given, bool):
        raise NotPossible(f"{label!r} takes choices")
    else:
        chosen = [given] if isinstance(given, str) else list(given)
    if part["type"] in _CHOICES:
        by_label = {option["label"]: option["value"] for option in options}
        chosen = [by_label.get(choice, choice) for choice in chosen]
        unknown = set(chosen) - {option["value"] for option in options}
        if unknown:
            raise NotPossible(f"{label!r} offers {sorted(by_label)}, not {sorted(unknown)}")
    if required and not chosen:
        raise NotPossible(f"{label!r} must be filled in")
    return chosen
