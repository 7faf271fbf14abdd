"""From what a member types to the options that Discord sends, checked against the registered commands.

Discord's own client checks these, so the bot never sees what is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

from sandbox import payloads
from sandbox.permissions import Permission, in_channel
from sandbox.state.application import Application, Command
from sandbox.state.channel import Channel
from sandbox.state.kinds import CommandKind
from sandbox.state.message import Attachment, Message
from sandbox.state.users import Member, Role, User

Json: TypeAlias = dict[str, Any]


class NotPossible(Exception):
    """Discord's client would not let the member do that; says why."""


class OptionKind(IntEnum):
    SUBCOMMAND = 1
    GROUP = 2
    TEXT = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


_NESTED = (OptionKind.SUBCOMMAND, OptionKind.GROUP)
_GUILD_CONTEXT, _BOT_DM_CONTEXT = 0, 1


@dataclass
class Resolved:
    """The objects behind the ids in the options."""

    member: Member | None
    channel: Channel
    sections: dict[str, Json] = field(default_factory=dict)

    def add(self, section: str, key: int, value: Json) -> str:
        self.sections.setdefault(section, {})[str(key)] = value
        return str(key)

    def add_user(self, user: User) -> str:
        guild = self.channel.guild
        if guild is not None and user.id in guild.members:
            member = guild.members[user.id]
            allowed = in_channel(member, self.channel, self.channel.world.clock.now())
            described = payloads.member(member, with_user=False) | {"permissions": str(int(allowed))}
            self.add("members", user.id, described)
        return self.add("users", user.id, payloads.user(user))

    def add_channel(self, channel: Channel) -> str:
        payload = payloads.channel(channel)
        kept = {key: payload.get(key) for key in ("id", "type", "name", "parent_id", "thread_metadata")}
        # discord.py takes these of a thread for given (app_commands/models.py, AppCommandThread)
        kept |= {key: payload[key] for key in ("owner_id", "member_count", "message_count") if key in payload}
        allowed = Permission.NONE
        if self.member is not None:
            allowed = in_channel(self.member, channel, channel.world.clock.now())
        return self.add("channels", channel.id, kept | {"permissions": str(int(allowed))})

    def add_role(self, role: Role) -> str:
        return self.add("roles", role.id, payloads.role(role))

    def add_any(self, thing: object) -> str:
        """A user, channel or role."""
        if isinstance(thing, User):
            return self.add_user(thing)
        if isinstance(thing, Channel):
            return self.add_channel(thing)
        if isinstance(thing, Role):
            return self.add_role(thing)
        raise NotPossible(f"{thing!r} cannot be chosen")

    def add_by_id(self, number: str) -> str:
        """A member, channel or role of this server by its id."""
        guild = self.channel.guild
        key = int(number) if number.isdecimal() and number.isascii() else 0
        if guild is not None and key in guild.members:
            return self.add_user(guild.members[key].user)
        if guild is not None and key in guild.roles:
            return self.add_role(guild.roles[key])
        place = self.channel.world.channels.get(key)
        if guild is not None and place is not None and place.guild is guild:
            return self.add_channel(place)
        raise NotPossible(f"there is nothing {number!r} to choose here")

    def add_message(self, message: Message) -> str:
        return self.add("messages", message.id, payloads.message(message))

    def add_attachment(self, file: Attachment) -> str:
        return self.add("attachments", file.id, payloads.attachment(file))


def visible_commands(application: Application, member: Member | None, channel: Channel) -> list[Command]:
    """What the client offers there; a server's own command hides the global one of the same name."""
    guild_id = channel.guild.id if channel.guild else None
    own = application.commands_for(guild_id) if guild_id is not None else []
    hidden = {(command.kind, command.name) for command in own}
    rest = [c for c in application.commands_for(None) if (c.kind, c.name) not in hidden]
    return [command for command in (*own, *rest) if _refused(command, member, channel) is None]


def find_command(
    application: Application, kind: CommandKind, name: str, member: Member | None, channel: Channel
) -> Command:
    """The command that this member may use there."""
    guild_id = channel.guild.id if channel.guild else None
    registered = [*(application.commands_for(guild_id) if guild_id else []), *application.commands_for(None)]
    for command in registered:
        if command.kind is kind and command.name == name:
            refused = _refused(command, member, channel)
            if refused is not None:
                raise NotPossible(refused)
            return command
    known = sorted(command.name for command in registered if command.kind is kind)
    raise NotPossible(f"there is no {kind.name.lower()} command {name!r}; there are {known}")


def _refused(command: Command, member: Member | None, channel: Channel) -> str | None:
    contexts = command.body.get("contexts")
    if contexts is None:
        contexts = [_GUILD_CONTEXT, *([_BOT_DM_CONTEXT] if command.body.get("dm_permission", True) else [])]
    if member is None:
        in_dm = command.guild_id is None and _BOT_DM_CONTEXT in contexts
        return None if in_dm else f"{command.name} cannot be used in direct messages"
    if command.guild_id is None and _GUILD_CONTEXT not in contexts:
        return f"{command.name} cannot be used in servers"
    allowed = in_channel(member, channel, channel.world.clock.now())
    if Permission.USE_APPLICATION_COMMANDS not in allowed:
        return f"{member.user.name} may not use commands in #{channel.name}"
    needed = command.body.get("default_member_permissions")
    if needed is None or Permission.ADMINISTRATOR in allowed:
        return None
    wanted = Permission(int(needed))
    if not wanted or wanted & ~allowed:
        return f"{member.user.name} lacks what {command.name} needs by default"
    return None


def descend(command: Command, path: Iterable[str]) -> tuple[list[Json], list[Json]]:
    """The subcommand's options, and the nesting that leads to it from outside in."""
    options, nesting = command.options, []
    for step in path:
        found = next((o for o in options if o["type"] in _NESTED and o["name"] == step), None)
        if found is None:
            known = [o["name"] for o in options if o["type"] in _NESTED]
            raise NotPossible(f"{command.name} has no subcommand {step!r}; it has {known}")
        nesting.append({"type": found["type"], "name": step})
        options = found.get("options") or []
    if any(o["type"] in _NESTED for o in options):
        raise NotPossible(f"{command.name} needs one of its subcommands {[o['name'] for o in options]}")
    return options, nesting


def fill(
    declared: list[Json], given: Mapping[str, object], resolved: Resolved, *, focused: str | None = None
) -> list[Json]:
    """The options as Discord sends them. With `focused` they may be incomplete, as while typing."""
    known = {option["name"]: option for option in declared}
    for name in given:
        if name not in known:
            raise NotPossible(f"there is no option {name!r}; there are {sorted(known)}")
    missing = [o["name"] for o in declared if o.get("required") and o["name"] not in given]
    if missing and focused is None:
        raise NotPossible(f"required: {missing}")
    filled = []
    for name, value in given.items():
        option = known[name]
        if name == focused:
            if not option.get("autocomplete"):
                raise NotPossible(f"{name} does not complete")
            filled.append({"name": name, "type": option["type"], "value": str(value), "focused": True})
        else:
            filled.append({"name": name, "type": option["type"], "value": _value(option, value, resolved)})
    return filled


def nest(nesting: list[Json], options: list[Json]) -> list[Json]:
    """Wraps the filled options into their subcommands."""
    for level in reversed(nesting):
        options = [level | {"options": options}]
    return options


def _value(option: Json, value: object, resolved: Resolved) -> object:
    kind = OptionKind(option["type"])
    if kind in _PLAIN:
        return _plain(option, kind, value)
    if kind in (OptionKind.USER, OptionKind.MENTIONABLE) and isinstance(value, User):
        return resolved.add_user(value)
    if kind in (OptionKind.ROLE, OptionKind.MENTIONABLE) and isinstance(value, Role):
        return resolved.add_role(value)
    if kind is OptionKind.CHANNEL and isinstance(value, Channel):
        types = option.get("channel_types")
        if types and value.kind not in types:
            raise NotPossible(f"{option['name']} takes no channel of this kind")
        return resolved.add_channel(value)
    if kind is OptionKind.ATTACHMENT and isinstance(value, Attachment):
        return resolved.add_attachment(value)
    raise NotPossible(f"{option['name']} takes a {kind.name.lower()}, not {value!r}")


_PLAIN: dict[OptionKind, tuple[type, ...]] = {
    OptionKind.TEXT: (str,),
    OptionKind.INTEGER: (int,),
    OptionKind.BOOLEAN: (bool,),
    OptionKind.NUMBER: (int, float),
}


def _plain(option: Json, kind: OptionKind, value: object) -> object:
    name = option["name"]
    if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind is not OptionKind.BOOLEAN):
        raise NotPossible(f"{name} takes a {kind.name.lower()}, not {value!r}")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        by_name = {choice["name"]: choice["value"] for choice in choices}
        if value not in by_name:
            raise NotPossible(f"{name} takes one of {sorted(by_name)}, not {value!r}")
        return by_name[str(value)]
    size = len(value) if isinstance(value, str) else value
    bounds = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    least, most = (option.get(bound) for bound in bounds)
    if isinstance(size, (int, float)) and not ((least is None or size >= least) and (most is None or size <= most)):
        raise NotPossible(f"{name} must be from {least} to {most}")
    return value
