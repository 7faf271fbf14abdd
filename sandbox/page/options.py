"""From what a page sends for options and menus to the members, roles, channels and files that are meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sandbox.commands import NotPossible, OptionKind
from sandbox.page.uploads import Upload, decoded
from sandbox.page.viewers import Viewer
from sandbox.payloads import Json
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from sandbox.state.users import Role, User

_TEXT_MENU = 3
_KIND_OF_MENU = {5: OptionKind.USER, 6: OptionKind.ROLE, 7: OptionKind.MENTIONABLE, 8: OptionKind.CHANNEL}
_THINGS = {OptionKind.USER, OptionKind.ROLE, OptionKind.MENTIONABLE, OptionKind.CHANNEL}


def filled(
    viewer: Viewer, channel: Channel, declared: Sequence[Json], given: Mapping[str, object]
) -> dict[str, object]:
    """The options of a command; NotPossible for what is not there. The command itself checks the names."""
    kinds = {option["name"]: OptionKind(option["type"]) for option in declared}
    return {name: _value(viewer, channel, kinds.get(name), value) for name, value in given.items()}


def typed(
    viewer: Viewer, channel: Channel, declared: Sequence[Json], given: Mapping[str, object], focus: str
) -> dict[str, object]:
    """The options while one of them is being typed: the others as far as they are complete."""
    kinds = {option["name"]: OptionKind(option["type"]) for option in declared}
    options: dict[str, object] = {}
    for name, value in given.items():
        if name == focus or isinstance(value, Upload) or name not in kinds:
            continue
        try:
            options[name] = _value(viewer, channel, kinds[name], value)
        except NotPossible:
            continue
    return options | {focus: given.get(focus, "")}


def chosen(viewer: Viewer, message: Message, custom_id: str, values: Sequence[str]) -> Sequence[object]:
    """What was chosen from a menu: texts, or the things with these ids."""
    kind = next((select.kind for select in message.selects if select.custom_id == custom_id), _TEXT_MENU)
    if kind == _TEXT_MENU:
        return values
    return [_thing(viewer, message.channel, _KIND_OF_MENU[kind], value) for value in values]


def _value(viewer: Viewer, channel: Channel, kind: OptionKind | None, value: object) -> object:
    if isinstance(value, Upload):
        person, _ = viewer.channel(channel.id)
        return person.upload(channel, *decoded(value))
    if kind in _THINGS and isinstance(value, str):
        return _thing(viewer, channel, kind, value)
    parse = _NUMBERS.get(kind) if kind else None
    if parse is not None and isinstance(value, str):
        try:
            return parse(value)
        except ValueError:
            raise NotPossible(f"{value!r} is no number.") from None
    return value


_NUMBERS: dict[OptionKind, Callable[[str], int | float]] = {OptionKind.INTEGER: int, OptionKind.NUMBER: float}


def _thing(viewer: Viewer, channel: Channel, kind: OptionKind, number: str) -> User | Role | Channel:
    guild, key = channel.guild, int(number) if number.isascii() and number.isdigit() else 0
    member = guild.members.get(key) if guild else None
    if member is not None and kind in (OptionKind.USER, OptionKind.MENTIONABLE):
        return member.user
    role = guild.roles.get(key) if guild else None
    if role is not None and kind in (OptionKind.ROLE, OptionKind.MENTIONABLE):
        return role
    place = channel.world.channels.get(key)
    if kind is OptionKind.CHANNEL and place is not None and place.guild is guild and viewer.sight.sees(place):
        return place
    raise NotPossible(f"There is no {kind.name.lower()} {number!r} here.")
