"""Discord's numbers for components and where each may stand (developers/components/reference#component-object)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from sandbox.bodies.field import Field

MOST_CHILDREN = 40


class Component(IntEnum):
    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = {
    Component.STRING_SELECT,
    Component.USER_SELECT,
    Component.ROLE_SELECT,
    Component.MENTIONABLE_SELECT,
    Component.CHANNEL_SELECT,
}
CONTAINED = {
    Component.ACTION_ROW,
    Component.SECTION,
    Component.TEXT_DISPLAY,
    Component.MEDIA_GALLERY,
    Component.FILE,
    Component.SEPARATOR,
}
TOP_LEVEL = CONTAINED | {Component.CONTAINER}
ACCESSORIES = {Component.BUTTON, Component.THUMBNAIL}
LABELLED = SELECTS | {
    Component.TEXT_INPUT,
    Component.FILE_UPLOAD,
    Component.RADIO_GROUP,
    Component.CHECKBOX_GROUP,
    Component.CHECKBOX,
}


def kind_of(component: Field, allowed: set[Component]) -> Component | None:
    """What it is, if that may stand in this place; else a problem."""
    if not component.is_object():
        component.needed()
        return None
    kind = component["type"]
    if not kind.needed() or not kind.one_of(sorted(allowed)):
        return None
    return next(known for known in allowed if known == kind.value)


def walk(components: Field) -> Iterator[Field]:
    """Every component, nested ones and accessories included, in the order in which they are shown."""
    for component in components.parts:
        yield from _with_parts(component)


def _with_parts(component: Field) -> Iterator[Field]:
    yield component
    yield from walk(component["components"])
    for key in ("accessory", "component"):
        if component[key].present:
            yield from _with_parts(component[key])
