"""Components and embeds as somebody in front of the screen sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

BUTTON = 2
SELECTS = (3, 5, 6, 7, 8)
TEXT_DISPLAY = 10
LINK_STYLE = 5


class Button(NamedTuple):
    """`style` is Discord's number; 5 is a link."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool
    style: int


class Select(NamedTuple):
    """A menu; `values` are what may be chosen where the message lists it."""

    kind: int
    custom_id: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    min_values: int
    max_values: int
    disabled: bool


def walk(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every component, nested ones after their parent, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def text_of(
    content: str, embeds: Sequence[Mapping[str, Any]] = (), components: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Content, text displays and embeds, joined by line breaks."""
    pieces = [content]
    pieces += [part["content"] for part in walk(components) if part["type"] == TEXT_DISPLAY]
    for embed in embeds:
        pieces += [embed.get("title", ""), embed.get("description", "")]
        for entry in embed.get("fields") or ():
            pieces += [entry["name"], entry["value"]]
        pieces.append((embed.get("footer") or {}).get("text", ""))
    return "\n".join(filter(None, pieces))


def button_beside(components: Iterable[Mapping[str, Any]], words: str) -> str:
    """The custom id of the button in a section with these words; LookupError where there is none."""
    for part in walk(components):
        beside = part.get("accessory")
        if beside and beside["type"] == BUTTON and words in text_of("", components=part["components"]):
            return str(beside["custom_id"])
    raise LookupError(f"no button beside {words!r}")


def buttons_of(components: Iterable[Mapping[str, Any]]) -> list[Button]:
    return [_button(part) for part in walk(components) if part["type"] == BUTTON]


def selects_of(components: Iterable[Mapping[str, Any]]) -> list[Select]:
    return [_select(part) for part in walk(components) if part["type"] in SELECTS]


def _button(part: Mapping[str, Any]) -> Button:
    label = part.get("label") or (part.get("emoji") or {}).get("name") or ""
    return Button(label, part.get("custom_id"), part.get("url"), bool(part.get("disabled")), int(part.get("style", 2)))


def _select(part: Mapping[str, Any]) -> Select:
    options = part.get("options") or ()
    least, most = part.get("min_values"), part.get("max_values")
    return Select(
        kind=part["type"],
        custom_id=part["custom_id"],
        values=tuple(option["value"] for option in options),
        labels=tuple(option["label"] for option in options),
        min_values=1 if least is None else least,
        max_values=1 if most is None else most,
        disabled=bool(part.get("disabled")),
    )
