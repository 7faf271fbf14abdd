"""What Discord would refuse when commands are registered (developers/interactions/application-commands)."""

from __future__ import annotations

from collections import Counter

from sandbox.bodies.field import Field, Problem
from sandbox.bodies.locales import translations
from sandbox.bodies.names import check_description, check_name
from sandbox.bodies.options import check_options, combined_length

_PAGE = "interactions/application-commands"
_REGISTERING = f"{_PAGE}#registering-a-command"
_SLASH = f"{_PAGE}#slash-commands"
_STRUCTURE = f"{_PAGE}#application-command-object-application-command-structure"

_SLASH_COMMAND, _USER_MENU, _MESSAGE_MENU, _ENTRY_POINT = 1, 2, 3, 4
_MOST = {_SLASH_COMMAND: 100, _USER_MENU: 15, _MESSAGE_MENU: 15, _ENTRY_POINT: 1}
_KIND_WORDS = {
    _SLASH_COMMAND: "slash commands",
    _USER_MENU: "user menu commands",
    _MESSAGE_MENU: "message menu commands",
    _ENTRY_POINT: "entry point commands",
}
_MOST_CHARACTERS = 8000
_MENU_NAME = 32
_MOST_PERMISSIONS = 2**64


def command_problems(commands: object) -> list[Problem]:
    """The list that overwrites all commands of one scope, global or of one server."""
    root = Field(commands, _STRUCTURE)
    if not root.needed():
        return root.problems
    listed = root.items(0, sum(_MOST.values()))
    for command in listed:
        _check_command(command)
    _check_numbers(root, listed)
    return root.problems


def _check_numbers(root: Field, listed: list[Field]) -> None:
    counted = Counter(_kind(command) for command in listed)
    for kind, number in counted.items():
        if kind in _MOST and number > _MOST[kind]:
            root.ruled_by(_REGISTERING).refuse(f"must be at most {_MOST[kind]} {_KIND_WORDS[kind]}, are {number}")
    seen = set()
    for command in listed:
        name = command["name"].value
        if isinstance(name, str) and (_kind(command), name) in seen:
            command["name"].ruled_by(_REGISTERING).refuse(f"{name!r} is used twice")
        if isinstance(name, str):
            seen.add((_kind(command), name))


def _kind(command: Field) -> int | None:
    value = command["type"].value
    if value is None:
        return _SLASH_COMMAND
    return value if isinstance(value, int) else None


def _check_command(command: Field) -> None:
    if not command.is_object():
        command.needed()
        return
    if command["type"].present and not command["type"].one_of(tuple(_MOST)):
        return
    _check_places(command)
    if isinstance(command["default_member_permissions"].value, str):
        if not command["default_member_permissions"].text(1, 20).isdecimal():
            command["default_member_permissions"].refuse("must be a number")
    else:
        command["default_member_permissions"].whole(0, _MOST_PERMISSIONS)
    if _kind(command) == _SLASH_COMMAND:
        _check_slash_command(command)
    else:
        _check_menu_command(command)


def _check_places(command: Field) -> None:
    for key, allowed in (("integration_types", (0, 1)), ("contexts", (0, 1, 2))):
        places = command[key].items(1, len(allowed))
        for place in places:
            place.one_of(allowed)
        if len({str(place.value) for place in places}) < len(places):
            command[key].refuse("must not repeat itself")


def _check_slash_command(command: Field) -> None:
    check_name(command)
    check_description(command)
    check_options(command["options"])
    characters = combined_length(command)
    if characters > _MOST_CHARACTERS:
        command.ruled_by(_SLASH).refuse(
            f"names, descriptions and values must have at most {_MOST_CHARACTERS} characters, have {characters}"
        )


def _check_menu_command(command: Field) -> None:
    if command["name"].needed():
        command["name"].text(1, _MENU_NAME)
    for name in translations(command["name_localizations"]):
        name.text(1, _MENU_NAME)
    for key in ("description", "options"):
        if command[key].filled:
            command[key].refuse("can only stand in a slash command")
