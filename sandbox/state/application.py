"""The bot's application and what it registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.state.kinds import CommandKind
from sandbox.state.users import User


@dataclass(eq=False)
class Command:
    """A registered command: `body` as the bot sent it."""

    id: int
    version: int
    guild_id: int | None
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return cast(str, self.body["name"])

    @property
    def kind(self) -> CommandKind:
        return CommandKind(self.body.get("type") or CommandKind.SLASH)

    @property
    def options(self) -> list[dict[str, Any]]:
        return self.body.get("options") or []


@dataclass(eq=False)
class Application:
    """What stands in Discord's developer portal. The switches are those of the portal's page "Bot"."""

    id: int
    name: str
    bot: User
    token: str
    message_content: bool = True
    server_members: bool = False
    presence: bool = False
    commands: list[Command] = field(default_factory=list)
    """In the order of their registration."""

    @property
    def flags(self) -> int:
        """The intents of an application in few servers (the "limited" flags)."""
        switches = ((self.presence, 13), (self.server_members, 15), (self.message_content, 19))
        return sum(1 << bit for switched_on, bit in switches if switched_on)

    def commands_for(self, guild_id: int | None) -> list[Command]:
        """Those of one server, or the global ones for None."""
        return [command for command in self.commands if command.guild_id == guild_id]
