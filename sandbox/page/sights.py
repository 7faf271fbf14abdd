"""What one member sees, as JSON: Discord's objects and what the page needs beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import payloads
from sandbox.payloads import Json, instant
from sandbox.permissions import Permission, in_channel, in_guild
from sandbox.snowflakes import moment_of
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import ChannelKind, InteractionKind, MessageKind
from sandbox.state.message import Message
from sandbox.state.scheduled_event import ScheduledEvent
from sandbox.state.users import Member, User

_ADDRESSES = ("url", "proxy_url")
_NESTED = (1, 2)
"""Options that are subcommands or groups of them."""


@dataclass(frozen=True)
class Sight:
    """Through whose eyes, and at which address their browser finds the files."""

    user: User
    files_url: str

    def allowed(self, channel: Channel) -> Permission:
        member = channel.guild.members.get(self.user.id) if channel.guild else None
        return in_channel(member, channel, channel.world.clock.now()) if member else Permission.NONE

    def sees(self, channel: Channel) -> bool:
        return Permission.VIEW_CHANNEL in self.allowed(channel)

    def sees_message(self, message: Message) -> bool:
        return message.reader in (None, self.user) and self.sees(message.channel)

    def places(self, guild: Guild) -> list[Channel]:
        """The channels and threads of a server that are on their list."""
        return [place for place in guild.world.channels.values() if place.guild is guild and self.sees(place)]

    def guild(self, guild: Guild) -> Json:
        now = guild.world.clock.now()
        return {
            "id": str(guild.id),
            "name": guild.name,
            "icon_text": "".join(word[0] for word in guild.name.split())[:3],
            "owner_id": str(guild.owner_id),
            "channels": [self.channel(place) for place in self.places(guild)],
            "members": [payloads.member(one) | {"note": note(one, now)} for one in guild.members.values()],
            "roles": [payloads.role(role) for role in guild.roles.values()],
            "events": [self.event(event) for event in guild.scheduled_events if self.sees_event(event)],
        }

    def sees_event(self, event: ScheduledEvent) -> bool:
        return event.channel is None or self.sees(event.channel)

    def event(self, event: ScheduledEvent) -> Json:
        return payloads.scheduled_event(event, with_count=True) | {"interested": self.user.id in event.interested}

    def channel(self, place: Channel) -> Json:
        last = place.last_message_id
        return payloads.channel(place) | {
            "allowed": [permission.name for permission in self.allowed(place) if permission.name],
            "last_message_at": None if last is None else instant(moment_of(last)),
            "archived": place.thread_state is not None and place.thread_state.archived,
        }

    def messages(self, channel: Channel) -> list[Message]:
        """Oldest first; nothing without the permission to read what was before."""
        if Permission.READ_MESSAGE_HISTORY not in self.allowed(channel):
            return []
        own = [message for message in channel.private_messages if message.reader is self.user]
        return sorted([*channel.messages, *own], key=lambda message: message.id) if own else channel.messages

    def message(self, post: Message) -> Json:
        payload = payloads.message_event(post, full=True)
        payload.pop("nonce", None)
        for reaction, users in zip(payload.get("reactions", ()), post.reactions.values(), strict=True):
            reaction["me"] = self.user.id in users
        if post.poll is not None:
            payload["poll"] = post.poll.payload(me=self.user.id)
        payload["command"] = _command(post)
        payload["mine"] = post.author is self.user
        shown: Json = self._with_addresses(payload, post.channel.world.files_url)
        return shown

    def _with_addresses(self, value: Any, stored: str, key: str = "") -> Any:
        """A copy in which files are where the page came from: a page at `localhost` may load nothing of 127.0.0.1."""
        if isinstance(value, dict):
            return {name: self._with_addresses(item, stored, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._with_addresses(item, stored) for item in value]
        if key in _ADDRESSES and isinstance(value, str) and value.startswith(stored + "/"):
            return self.files_url + value.removeprefix(stored)
        return value


def note(member: Member, now: datetime) -> str:
    """One line about a member."""
    allowed = in_guild(member)
    if member.user.is_bot:
        return "bot"
    if member.user.id == member.guild.owner_id:
        return "owns the server"
    if Permission.MANAGE_GUILD in allowed:
        return "manages the server"
    if not any(_may_write(member, channel, now) for channel in member.guild.channels):
        return "may only read"
    if member.joined_at.date() == now.date():
        return "joined today"
    return f"joined on {member.joined_at.day} {member.joined_at:%B %Y}"


def _may_write(member: Member, channel: Channel, now: datetime) -> bool:
    readable = channel.kind is not ChannelKind.CATEGORY
    return readable and Permission.SEND_MESSAGES in in_channel(member, channel, now)


def _command(post: Message) -> Json | None:
    """What an answer says it answers: "Ada used /list"."""
    asked = post.interaction
    if asked is None or asked.kind is not InteractionKind.COMMAND or post.kind is MessageKind.DEFAULT:
        return None
    return {"user_id": str(asked.user.id), "name": " ".join(_path(asked))}


def _path(asked: Interaction) -> Iterator[str]:
    """The command with its subcommands."""
    level: Json | None = asked.data
    while level is not None:
        yield str(level["name"])
        level = next((option for option in level.get("options") or () if option["type"] in _NESTED), None)
