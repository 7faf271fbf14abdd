"""Acting as a member, also towards the bot: buttons, menus, commands, forms.

`NotPossible` is raised for what Discord's own client would not let them do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import commands, forms, interactions
from sandbox.answers import Answer, Choice, Modal
from sandbox.commands import NotPossible, Resolved
from sandbox.permissions import Permission
from sandbox.planning import Planner
from sandbox.reading import Select
from sandbox.state.application import Command
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import ChannelKind, CommandKind, InteractionKind
from sandbox.state.message import Message
from sandbox.state.users import Member
from sandbox.writing import Writer

if TYPE_CHECKING:
    from sandbox.state.channel import Channel

_TRIES = 5


@dataclass(frozen=True)
class Person(Writer, Planner):
    """A member who also uses the bot."""

    async def click(self, message: Message, label: str | None = None, *, custom_id: str | None = None) -> Answer:
        """Presses the first button with that label or custom id."""
        return await interactions.answered(self.send_click(message, label, custom_id=custom_id))

    def send_click(self, message: Message, label: str | None = None, *, custom_id: str | None = None) -> Interaction:
        """The same without waiting for an answer; so are the other methods that begin with `send`."""
        self._see(message)
        button = message.button(label, custom_id=custom_id)
        if button.disabled:
            raise NotPossible(f"the button {button.label!r} is disabled")
        if button.custom_id is None:
            raise NotPossible(f"the button {button.label!r} is a link")
        return self._use_component(message, {"component_type": 2, "custom_id": button.custom_id})

    async def choose(self, message: Message, custom_id: str, values: Sequence[str | Person | Channel]) -> Answer:
        """Chooses from a menu: the options' values (or labels), or members, roles and channels."""
        return await interactions.answered(self.send_choice(message, custom_id, values))

    def send_choice(self, message: Message, custom_id: str, values: Sequence[object]) -> Interaction:
        self._see(message)
        select = next((menu for menu in message.selects if menu.custom_id == custom_id), None)
        if select is None:
            raise NotPossible(f"no menu {custom_id!r} among {[menu.custom_id for menu in message.selects]}")
        resolved = Resolved(self._member_at(message.channel), message.channel)
        chosen = _chosen(select, values, resolved)
        data: dict[str, Any] = {"component_type": select.kind, "custom_id": custom_id, "values": chosen}
        if resolved.sections:
            data["resolved"] = resolved.sections
        return self._use_component(message, data)

    async def command(self, name: str, /, *, at: Channel | None = None, **options: object) -> Answer:
        """Runs a slash command, "settings watch" for a subcommand. `at` is where; else the server's first."""
        place = at or self._first_channel()
        return await interactions.answered(self.send_command(name, place, options))

    def send_command(self, name: str, channel: Channel, options: Mapping[str, object]) -> Interaction:
        return self._send(InteractionKind.COMMAND, name, channel, options)

    async def complete(
        self, name: str, /, *, at: Channel | None = None, focus: str | None = None, **typed: object
    ) -> list[Choice]:
        """What autocomplete offers for the option `focus`; by default the last one given."""
        asked = self.send_completion(name, at or self._first_channel(), typed, focus or list(typed)[-1])
        return (await interactions.answered(asked)).choices

    def send_completion(self, name: str, channel: Channel, typed: Mapping[str, object], focus: str) -> Interaction:
        return self._send(InteractionKind.AUTOCOMPLETE, name, channel, typed, focus)

    async def menu(self, name: str, message: Message) -> Answer:
        """Uses a command of a message's menu."""
        return await interactions.answered(self.send_menu(name, message))

    def send_menu(self, name: str, message: Message) -> Interaction:
        self._see(message)
        command = commands.find_command(
            self.world.application, CommandKind.MESSAGE_MENU, name, self._member_at(message.channel), message.channel
        )
        resolved = Resolved(self._member_at(message.channel), message.channel)
        data = {"target_id": resolved.add_message(message)} | self._command_data(command, resolved)
        return self._ask(InteractionKind.COMMAND, message.channel, data)

    async def form(self, ask: Callable[[], Awaitable[Answer]]) -> Modal:
        """The form that is the answer to what is asked; asks again, as people do, where a busy machine was too late to
        open it."""
        for _ in range(_TRIES):
            if (modal := (await ask()).modal) is not None:
                return modal
        raise LookupError("no form was opened")

    async def submit(self, modal: Modal, values: Mapping[str, Any]) -> Answer:
        """Sends a form; `values` by label or custom id of the inputs."""
        return await interactions.answered(self.send_form(modal, values))

    def send_form(self, modal: Modal, values: Mapping[str, Any]) -> Interaction:
        asked = modal.interaction
        if asked.user is not self.user:
            raise NotPossible("this form is on somebody else's screen")
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": forms.filled_in(modal, values)}
        resolved = Resolved(self._member_at(asked.channel), asked.channel)
        for chosen in forms.chosen_ids(data["components"]):
            resolved.add_by_id(chosen)
        if resolved.sections:
            data["resolved"] = resolved.sections
        source = asked.source if asked.source and not asked.source.deleted else None
        return self._ask(InteractionKind.MODAL, asked.channel, data, source=source, opened_by=asked)

    def private_messages(self, channel: Channel) -> list[Message]:
        """What only this member sees there, oldest first."""
        return [message for message in channel.private_messages if message.reader is self.user]

    def _send(
        self,
        kind: InteractionKind,
        name: str,
        channel: Channel,
        options: Mapping[str, object],
        focus: str | None = None,
    ) -> Interaction:
        command, declared, nesting = self._found(name, channel)
        resolved = Resolved(self._member_at(channel), channel)
        filled = commands.fill(declared, _users(options), resolved, focused=focus)
        data = self._command_data(command, resolved) | {"options": commands.nest(nesting, filled)}
        return self._ask(kind, channel, data)

    def options_of(self, name: str, channel: Channel) -> list[dict[str, Any]]:
        """What a slash command takes, as it was registered."""
        return self._found(name, channel)[1]

    def _found(self, name: str, channel: Channel) -> tuple[Command, list[dict[str, Any]], list[dict[str, Any]]]:
        self._need(channel, Permission.VIEW_CHANNEL)
        first, *path = name.split() or [""]
        member = self._member_at(channel)
        command = commands.find_command(self.world.application, CommandKind.SLASH, first, member, channel)
        return command, *commands.descend(command, path)

    def _use_component(self, message: Message, data: dict[str, Any]) -> Interaction:
        return self._ask(InteractionKind.COMPONENT, message.channel, data, source=message)

    def _ask(self, kind: InteractionKind, channel: Channel, data: dict[str, Any], **details: Any) -> Interaction:
        return interactions.ask(kind, self.user, channel, data, member=self._member_at(channel), **details)

    def _member_at(self, channel: Channel) -> Member | None:
        """None in a direct message, where nobody is a member of anything."""
        return self.member if channel.guild is not None else None

    def _command_data(self, command: Command, resolved: Resolved) -> dict[str, Any]:
        data: dict[str, Any] = {"id": str(command.id), "name": command.name, "type": int(command.kind)}
        if resolved.sections:
            data["resolved"] = resolved.sections
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        return data

    def _first_channel(self) -> Channel:
        for channel in self.member.guild.channels:
            if channel.kind is ChannelKind.TEXT and self.can(channel, "view_channel"):
                return channel
        raise NotPossible(f"{self.name} sees no text channel in {self.member.guild.name}")


def _users(options: Mapping[str, object]) -> dict[str, object]:
    """A member stands for their account."""
    return {name: value.user if isinstance(value, Person) else value for name, value in options.items()}


def _chosen(select: Select, values: Sequence[object], resolved: Resolved) -> list[str]:
    if select.disabled:
        raise NotPossible(f"the menu {select.custom_id!r} is disabled")
    if not select.min_values <= len(values) <= select.max_values:
        raise NotPossible(f"choose {select.min_values} to {select.max_values} of {select.labels}")
    chosen = []
    by_label = dict(zip(select.labels, select.values, strict=True))
    for value in (each.user if isinstance(each, Person) else each for each in values):
        if not isinstance(value, str):
            chosen.append(resolved.add_any(value))
        elif value in select.values:
            chosen.append(value)
        elif value in by_label:
            chosen.append(by_label[value])
        else:
            raise NotPossible(f"{value!r} is not among {select.labels}")
    return chosen
