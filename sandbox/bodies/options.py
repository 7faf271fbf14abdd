"""Options of a slash command (developers/interactions/application-commands)."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.bodies.choices import INTEGER, LARGEST_NUMBER, MOST_CHOICES, NUMBER, STRING, check_choice
from sandbox.bodies.field import Field, refuse_repeats
from sandbox.bodies.names import check_description, check_name

_PAGE = "interactions/application-commands"
_STRUCTURE = f"{_PAGE}#application-command-object-application-command-option-structure"
_NESTING = f"{_PAGE}#subcommands-and-subcommand-groups"

_SUBCOMMAND, _GROUP, _CHANNEL, _ATTACHMENT = 1, 2, 7, 11
_NESTING_TYPES = (_SUBCOMMAND, _GROUP)
_ALLOWED_INSIDE = {
    None: tuple(range(_SUBCOMMAND, _ATTACHMENT + 1)),
    _GROUP: (_SUBCOMMAND,),
    _SUBCOMMAND: tuple(range(STRING, _ATTACHMENT + 1)),
}
_ONLY_FOR = {
    "choices": (STRING, INTEGER, NUMBER),
    "autocomplete": (STRING, INTEGER, NUMBER),
    "min_value": (INTEGER, NUMBER),
    "max_value": (INTEGER, NUMBER),
    "min_length": (STRING,),
    "max_length": (STRING,),
    "channel_types": (_CHANNEL,),
    "options": _NESTING_TYPES,
}
_LONGEST_INPUT = 6000


def check_options(options: Field, *, inside: int | None = None) -> None:
    """`inside` is the type of the option that they belong to; None for the command itself."""
    options = options.ruled_by(_STRUCTURE)
    listed = options.items(0, 25)
    for option in listed:
        _check_option(option, inside)
    refuse_repeats([option["name"] for option in listed], "name")
    nested = [option["type"].value in _NESTING_TYPES for option in listed]
    if any(nested) and not all(nested):
        options.ruled_by(_NESTING).refuse("subcommands and parameters cannot stand side by side")
    optional_seen = False
    for option in listed:
        required = option["required"].value is True
        if required and optional_seen:
            option["required"].refuse("required options must stand before optional ones")
        optional_seen = optional_seen or not required


def combined_length(command: Field) -> int:
    """The characters of names, descriptions and values of a command with all its options and choices; of each text
    its longest translation counts."""
    return sum(_lengths(command))


def _lengths(node: Field) -> Iterator[int]:
    for key in ("name", "description"):
        texts = [node[key].value]
        localized = node[f"{key}_localizations"].value
        if isinstance(localized, dict):
            texts += localized.values()
        yield max(len(text) if isinstance(text, str) else 0 for text in texts)
    if isinstance(node["value"].value, str):
        yield len(node["value"].value)
    for key in ("options", "choices"):
        for part in node[key].parts:
            yield from _lengths(part)


def _check_option(option: Field, inside: int | None) -> None:
    if not option.is_object():
        option.needed()
        return
    check_name(option)
    check_description(option)
    if not option["type"].needed() or not option["type"].one_of(_ALLOWED_INSIDE[inside]):
        return
    kind = option["type"].value
    if not isinstance(kind, int):
        return
    for key, kinds in _ONLY_FOR.items():
        if kind not in kinds and option[key].filled and option[key].value is not False:
            option[key].refuse(f"cannot stand on an option of type {kind}")
    option["required"].truth()
    option["autocomplete"].truth()
    if kind in _NESTING_TYPES:
        check_options(option["options"], inside=kind)
        return
    _check_choices(option, kind)
    _check_bounds(option, kind)


def _check_choices(option: Field, kind: int) -> None:
    for choice in option["choices"].items(0, MOST_CHOICES):
        check_choice(choice, kind)
    if option["choices"].filled and option["autocomplete"].value is True:
        option["autocomplete"].refuse("cannot be true for an option with choices")


def _check_bounds(option: Field, kind: int) -> None:
    shortest = option["min_length"].whole(0, _LONGEST_INPUT)
    longest = option["max_length"].whole(1, _LONGEST_INPUT)
    if shortest is not None and longest is not None and shortest > longest:
        option["min_length"].refuse("is more than max_length")
    if kind == INTEGER:
        for key in ("min_value", "max_value"):
            option[key].whole(1 - LARGEST_NUMBER, LARGEST_NUMBER - 1)
    least, most = option["min_value"].value, option["max_value"].value
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        option["min_value"].refuse("is more than max_value")
