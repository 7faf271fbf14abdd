"""Layouts and buttons of a message, drawn within a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.reading import BUTTON, LINK_STYLE, SELECTS, TEXT_DISPLAY
from sandbox.terminal.lines import Line, Span, columns, padded, plain, span, wrap
from sandbox.terminal.markdown import BAR, Names, render

_ACTION_ROW, _SECTION, _GALLERY, _SEPARATOR, _CONTAINER = 1, 9, 12, 14, 17
_BUTTON_STYLES = {1: "blue", 2: "bold", 3: "green", 4: "red", LINK_STYLE: "link"}
_GAP = 2
_FRAME = 4
"""Columns that a box takes on both sides."""


def draw_text(markdown: str, names: Names, width: int) -> list[Line]:
    """Text as it reads, broken into rows."""
    return [row for line in render(markdown, names) for row in _rows(line, width)]


def draw_components(components: Iterable[Mapping[str, Any]], names: Names, width: int) -> list[Line]:
    """Every component, top to bottom. ValueError names a kind that this cannot draw."""
    return [row for component in components for row in _draw(component, names, width)]


def _draw(component: Mapping[str, Any], names: Names, width: int) -> list[Line]:
    match component["type"]:
        case kind if kind == TEXT_DISPLAY:
            return draw_text(component["content"], names, width)
        case kind if kind == _CONTAINER:
            return _boxed(draw_components(component["components"], names, width - _FRAME), width)
        case kind if kind == _ACTION_ROW:
            return list(_in_rows([_control(part) for part in component["components"]], width))
        case kind if kind == _SECTION:
            return _beside(component, names, width)
        case kind if kind == _SEPARATOR:
            return [(span("─" * width, "dim"),)]
        case kind if kind == _GALLERY:
            alts = [item.get("description") or "no description" for item in component["items"]]
            return [row for alt in alts for row in wrap((span("▧ ", "blue"), span(alt, "italic")), width)]
        case unknown:
            raise ValueError(f"a component of type {unknown} cannot be drawn yet")


def _rows(line: Line, width: int) -> list[Line]:
    if line[:1] == (BAR,):
        return [(BAR, *row) for row in wrap(line[1:], width - len(BAR.text))]
    return wrap(line, width)


def _boxed(rows: Sequence[Line], width: int) -> list[Line]:
    inner = width - _FRAME
    side = span("│", "dim")
    return [
        (span(f"╭{'─' * (width - 2)}╮", "dim"),),
        *((side, Span(" "), *padded(row, inner), Span(" "), side) for row in rows),
        (span(f"╰{'─' * (width - 2)}╯", "dim"),),
    ]


def _control(component: Mapping[str, Any]) -> Span:
    if component["type"] in SELECTS:
        return span(f"[ {component.get('placeholder') or 'Choose'} ▾ ]", "bold")
    if component["type"] != BUTTON:
        raise ValueError(f"a component of type {component['type']} cannot be drawn in a row yet")
    emoji = (component.get("emoji") or {}).get("name")
    label = " ".join(filter(None, (emoji, component.get("label"))))
    arrow = " ↗" if component.get("style") == LINK_STYLE else ""
    style = "dim" if component.get("disabled") else _BUTTON_STYLES[component.get("style", 2)]
    return span(f"[ {label}{arrow} ]", style)


def _in_rows(controls: Sequence[Span], width: int) -> Iterator[Line]:
    row: list[Span] = []
    for control in controls:
        gap = [Span(" ")] if row else []
        if row and columns(plain([*row, *gap, control])) > width:
            yield tuple(row)
            row, gap = [], []
        row += [*gap, control]
    yield tuple(row)


def _beside(section: Mapping[str, Any], names: Names, width: int) -> list[Line]:
    """Text with its button at the right."""
    button = _control(section["accessory"])
    room = width - columns(button.text) - _GAP
    first, *rest = draw_components(section["components"], names, room)
    return [(*padded(first, room + _GAP), button), *rest]
