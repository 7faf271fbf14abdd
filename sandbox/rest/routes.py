"""How a route is declared, and what its function gets to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.permissions import Permission
from sandbox.state.kinds import ChannelKind

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.state.channel import Channel
    from sandbox.state.guild import Guild
    from sandbox.state.message import Message
    from sandbox.state.world import World

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request; `field` is the name of its part."""

    field: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back; `body` None is an empty answer."""

    status: int = 200
    body: Any = None


NO_CONTENT = Reply(204)


@dataclass
class Call:
    """One request. `ids` are the numbers in the address, by the template's names."""

    world: World
    gateway: Gateway
    method: str
    path: str
    template: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: list[Upload] = field(default_factory=list)

    def id(self, name: str) -> int:
        """A snowflake from the address; 400 where it is none."""
        text = self.parameters[name]
        if not text.isdecimal():
            raise invalid_form(FieldProblem(name, f'Value "{text}" is not snowflake.'))
        return int(text)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number from the query."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdecimal() or not least <= int(text) <= most:
            raise invalid_form(FieldProblem(name, f"must be a number from {least} to {most}"))
        return int(text)

    def snowflake(self, name: str) -> int | None:
        """An id from the query."""
        text = self.query.get(name)
        if text is None:
            return None
        if not text.isdecimal():
            raise invalid_form(FieldProblem(name, f'Value "{text}" is not snowflake.'))
        return int(text)

    def flag(self, name: str) -> bool:
        """A truth from the query (developers/reference#boolean-query-strings)."""
        return self.query.get(name) in ("1", "true", "True")

    @property
    def json(self) -> Json:
        """The body, which must be an object."""
        if not isinstance(self.body, dict):
            raise invalid_form(FieldProblem("", "the body must be an object"))
        return self.body

    def guild(self) -> Guild:
        """The server in the address, where the bot must be."""
        guild = self.world.guilds.get(self.id("guild_id"))
        if guild is None or guild.bot_member is None:
            raise refusal(Code.UNKNOWN_GUILD, gone=guild is not None)
        return guild

    def channel(self, needed: Permission = Permission.NONE) -> Channel:
        """The channel in the address, which the bot must see and where it must have these permissions."""
        channel_id = self.id("channel_id")
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise refusal(Code.UNKNOWN_CHANNEL, gone=channel_id in self.world.gone)
        self.require(channel, needed)
        return channel

    def require(self, channel: Channel, needed: Permission) -> None:
        """403 where the bot cannot see the channel or lacks a permission there."""
        if channel.kind is ChannelKind.DM:
            return
        allowed = channel.bot_permissions
        if Permission.VIEW_CHANNEL not in allowed:
            raise refusal(Code.MISSING_ACCESS)
        if needed & ~allowed:
            raise refusal(Code.MISSING_PERMISSIONS)

    def message(self, channel: Channel) -> Message:
        """The message in the address."""
        return find_message(channel, self.id("message_id"))


def find_message(channel: Channel, message_id: int) -> Message:
    """A message that everyone in the channel sees; 404 otherwise."""
    message = channel.find(message_id)
    if message is None:
        raise refusal(Code.UNKNOWN_MESSAGE, gone=message_id in channel.world.gone)
    return message


Handler: TypeAlias = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True)
class Route:
    """`template` is the address below /api/v10. A route without `needs_token` carries its secret in the address."""

    method: str
    template: str
    handler: Handler
    needs_token: bool = True


class Routes(list[Route]):
    """Collects a module's routes: `@routes("GET", "/users/@me")`."""

    def __call__(self, method: str, template: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self.append(Route(method, template, handler, needs_token))
            return handler

        return declare
