"""A member of one server as the one who acts, and what they may do where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.commands import NotPossible
from sandbox.permissions import Permission, in_channel, sending_in
from sandbox.state.kinds import WRITABLE
from sandbox.state.users import Member, User

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.message import Message
    from sandbox.state.world import World


@dataclass(frozen=True)
class Actor:
    """What is private here checks an action, and raises `NotPossible` where it is not allowed."""

    member: Member

    @property
    def user(self) -> User:
        return self.member.user

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def world(self) -> World:
        return self.member.guild.world

    def can(self, channel: Channel, *names: str) -> bool:
        """Whether the member has all these permissions there."""
        allowed = in_channel(self.member, channel, self.world.clock.now())
        return all(Permission[name.upper()] in allowed for name in names)

    def _write(self, channel: Channel) -> None:
        self._need(channel, sending_in(channel))
        if channel.kind not in WRITABLE:
            raise NotPossible(f"nobody writes into #{channel.name} directly")
        if channel.is_thread and channel.as_thread.locked:
            self._need(channel, Permission.MANAGE_THREADS)

    def _need(self, channel: Channel, needed: Permission) -> None:
        if channel.guild is None:
            return
        allowed = in_channel(self.member, channel, self.world.clock.now())
        if (needed | Permission.VIEW_CHANNEL) & ~allowed:
            raise NotPossible(f"{self.name} may not {needed.name} in #{channel.name}")
        if not channel.exists:
            raise NotPossible(f"#{channel.name} is deleted")

    def _see(self, message: Message) -> None:
        self._need(message.channel, Permission.VIEW_CHANNEL)
        if message.deleted:
            raise NotPossible("the message is deleted")
        if message.reader not in (None, self.user):
            raise NotPossible("the message is shown to somebody else only")

    def _own(self, message: Message) -> None:
        self._see(message)
        if message.author is not self.user:
            raise NotPossible("only the author can edit a message")
