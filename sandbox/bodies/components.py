"""The components of a message (developers/components/reference).

A message with the flag IS_COMPONENTS_V2 is made of components alone; without it ("legacy") it may have up to five rows
of buttons and menus below its content.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sandbox.bodies.addresses import check_media
from sandbox.bodies.controls import check_button, check_select
from sandbox.bodies.field import Field, refuse_repeats
from sandbox.bodies.kinds import (
    ACCESSORIES,
    CONTAINED,
    MOST_CHILDREN,
    SELECTS,
    TOP_LEVEL,
    Component,
    kind_of,
    walk,
)

_REFERENCE = "components/reference"
_LEGACY = "components/reference#legacy-message-component-behavior"
_ANATOMY = "components/reference#anatomy-of-a-component"
# the total is only in the discussion of the page, which the service enforces:
# https://github.com/discord/discord-api-docs/pull/8562
_TEXTS = "components/reference#text-display"

_LEGACY_ROWS = 5
_MOST_CHARACTERS = 4000
_MOST_ID = 2**31 - 1
_DESCRIPTION = 1024


def check_components(components: Field, *, v2: bool, files: Collection[str]) -> None:
    """`files` are the names that `attachment://` may point to."""
    components = components.ruled_by(_REFERENCE if v2 else _LEGACY)
    places = components.items(0, MOST_CHILDREN if v2 else _LEGACY_ROWS)
    for component in places:
        _check_one(component, TOP_LEVEL if v2 else {Component.ACTION_ROW}, files)
    everything = list(walk(components))
    if v2:
        _check_totals(components, everything)
    refuse_repeats([one["custom_id"].ruled_by(_ANATOMY) for one in everything], "custom_id")
    _check_ids(everything)


def _check_totals(components: Field, everything: list[Field]) -> None:
    if len(everything) > MOST_CHILDREN:
        components.refuse(f"must be at most {MOST_CHILDREN} components with all nested ones, are {len(everything)}")
    texts = [one["content"].value for one in everything if one["type"].value == Component.TEXT_DISPLAY]
    characters = sum(len(text) for text in texts if isinstance(text, str))
    if characters > _MOST_CHARACTERS:
        components.ruled_by(_TEXTS).refuse(
            f"all texts together must have at most {_MOST_CHARACTERS} characters, have {characters}"
        )


def _check_ids(everything: list[Field]) -> None:
    seen: set[int] = set()
    for one in everything:
        number = one["id"].ruled_by(_ANATOMY).whole(0, _MOST_ID)
        if number and number in seen:  # 0 means: Discord, choose one
            one["id"].ruled_by(_ANATOMY).refuse(f"id {number} is used twice")
        seen.add(number or 0)


def _check_one(component: Field, allowed: set[Component], files: Collection[str]) -> None:
    kind = kind_of(component, allowed)
    if kind is None:
        return
    page = f"{_REFERENCE}#{kind.name.lower().replace('_', '-')}"
    if kind in SELECTS:
        check_select(component, kind)
    elif kind is Component.BUTTON:
        check_button(component)
    else:
        _CHECKS[kind](component.ruled_by(page), files)


def _check_row(row: Field, files: Collection[str]) -> None:
    if not row["components"].needed():
        return
    children = row["components"].items(1, 5)
    for child in children:
        _check_one(child, {Component.BUTTON} | SELECTS, files)
    if len(children) > 1 and any(child["type"].value in list(SELECTS) for child in children):
        row["components"].refuse("a menu must be alone in its row")


def _check_section(section: Field, files: Collection[str]) -> None:
    if section["components"].needed():
        for child in section["components"].items(1, 3):
            _check_one(child, {Component.TEXT_DISPLAY}, files)
    if section["accessory"].needed():
        _check_one(section["accessory"], ACCESSORIES, files)


def check_text_display(display: Field) -> None:
    if display["content"].needed():
        display["content"].text(1, _MOST_CHARACTERS)


def _check_text(display: Field, _: Collection[str]) -> None:
    check_text_display(display)


def _check_thumbnail(thumbnail: Field, files: Collection[str]) -> None:
    thumbnail["description"].text(1, _DESCRIPTION)
    thumbnail["spoiler"].truth()
    if thumbnail["media"].needed() and thumbnail["media"]["url"].needed():
        check_media(thumbnail["media"]["url"], files)


def _check_gallery(gallery: Field, files: Collection[str]) -> None:
    if gallery["items"].needed():
        for item in gallery["items"].items(1, 10):
            _check_thumbnail(item, files)  # an item has a thumbnail's fields


def _check_file(file: Field, files: Collection[str]) -> None:
    file["spoiler"].truth()
    if file["file"].needed() and file["file"]["url"].needed():
        check_media(file["file"]["url"], files, only_files=True)


def _check_separator(separator: Field, _: Collection[str]) -> None:
    separator["divider"].truth()
    separator["spacing"].one_of((1, 2))


def _check_container(container: Field, files: Collection[str]) -> None:
    container["accent_color"].whole(0, 0xFFFFFF)
    container["spoiler"].truth()
    if container["components"].needed():
        for child in container["components"].items(1, MOST_CHILDREN):
            _check_one(child, CONTAINED, files)


_CHECKS: dict[Component, Callable[[Field, Collection[str]], None]] = {
    Component.ACTION_ROW: _check_row,
    Component.SECTION: _check_section,
    Component.TEXT_DISPLAY: _check_text,
    Component.THUMBNAIL: _check_thumbnail,
    Component.MEDIA_GALLERY: _check_gallery,
    Component.FILE: _check_file,
    Component.SEPARATOR: _check_separator,
    Component.CONTAINER: _check_container,
}
