"""Channels and threads."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox import events
from sandbox.permissions import Permission, in_channel, permissions
from sandbox.state.kinds import THREADS, ChannelKind, MessageFlag
from sandbox.state.mentions import find_mentions
from sandbox.state.message import Attachment, Message, listing
from sandbox.state.users import Role, User

if TYPE_CHECKING:
    from sandbox.people import Person
    from sandbox.state.guild import Guild
    from sandbox.state.world import World


@dataclass
class Overwrite:
    """One line of a channel's permissions; `is_role` tells roles from members."""

    is_role: bool
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


@dataclass
class ThreadState:
    """What only threads have. `auto_archive_minutes` is the wait without messages before it is archived."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    auto_archive_minutes: int = 4320
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    applied_tags: list[int] = field(default_factory=list)
    joined: dict[int, datetime] = field(default_factory=dict)
    messages_ever: int = 0


@dataclass(eq=False)
class Channel:
    """`messages` holds what everyone sees, oldest first; private answers are in `private_messages`."""

    world: World = field(repr=False)
    id: int
    kind: ChannelKind
    name: str
    guild: Guild | None = field(default=None, repr=False)
    parent: Channel | None = field(default=None, repr=False)
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    slowmode_seconds: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: list[Message] = field(default_factory=list, repr=False)
    private_messages: list[Message] = field(default_factory=list, repr=False)
    tags: list[dict[str, Any]] = field(default_factory=list, repr=False)
    thread_state: ThreadState | None = field(default=None, repr=False)
    last_message_id: int | None = None
    recipients: list[User] = field(default_factory=list, repr=False)

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def as_thread(self) -> ThreadState:
        if self.thread_state is None:
            raise ValueError(f"#{self.name} is no thread")
        return self.thread_state

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def exists(self) -> bool:
        return self.id in self.world.channels

    @property
    def threads(self) -> list[Channel]:
        return [place for place in self.world.channels.values() if place.parent is self and place.is_thread]

    @property
    def pins(self) -> list[Message]:
        """Newest pin first, as Discord lists them."""
        pinned = [(message.pinned_at, message.id, message) for message in self.messages if message.pinned_at]
        return [message for _, _, message in sorted(pinned, key=lambda pin: pin[:2], reverse=True)]

    @property
    def bot_can_view(self) -> bool:
        return Permission.VIEW_CHANNEL in self.bot_permissions

    @property
    def bot_permissions(self) -> Permission:
        """What the bot may do here; everything in a direct message."""
        if self.guild is None:
            return ~Permission.NONE
        member = self.guild.bot_member
        if member is None:
            return Permission.NONE
        return in_channel(member, self, self.world.clock.now())

    def find(self, message_id: int) -> Message | None:
        """A message of this channel that is still there."""
        return next((message for message in self.messages if message.id == message_id), None)

    def by_bot(self) -> list[Message]:
        """The bot's messages here, oldest first."""
        return [message for message in self.messages if message.author is self.world.bot]

    def add_message(
        self,
        author: User,
        content: str = "",
        *,
        allowed_mentions: Mapping[str, Any] | None = None,
        **attributes: Any,
    ) -> Message:
        """A new message with these attributes of `Message`. `allowed_mentions` is as in the API; None means all."""
        attributes.setdefault("id", self.world.snowflakes.next())
        message = Message(channel=self, author=author, content=content, **attributes)
        find_mentions(message, allowed_mentions)
        if message.private:
            self.private_messages.append(message)
        else:
            if self.thread_state is not None:
                self._before_message(self.thread_state, author)
            self.messages.append(message)
            self.last_message_id = message.id
        self.world.publish(events.message_changed("MESSAGE_CREATE", message), self, reader=message.reader)
        return message

    def add_file(self, name: str, content: bytes, description: str | None = None) -> Attachment:
        """Stores a file for a message here, with an address where it can be read."""
        file_id = self.world.snowflakes.next()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        url = f"{self.world.files_url}/{self.id}/{file_id}/{quote(name, safe='')}"
        file = Attachment(file_id, name, content, kind, url, description)
        self.world.files[file_id] = file
        return file

    def start_thread(
        self, owner: User, name: str, *, message: Message | None = None, kind: ChannelKind | None = None, **state: Any
    ) -> Channel:
        """A thread in this channel; one from a message takes the message's id. `state`: fields of `ThreadState`."""
        now = self.world.clock.now()
        thread = Channel(
            world=self.world,
            id=message.id if message else self.world.snowflakes.next(),
            kind=kind or self._thread_kind(),
            name=name,
            guild=self.guild,
            parent=self,
            thread_state=ThreadState(owner.id, created_at=now, archived_at=now, joined={owner.id: now}, **state),
        )
        self.world.channels[thread.id] = thread
        self.world.publish(events.channel_changed("THREAD_CREATE", thread), thread)
        if message is not None:
            message.flags |= MessageFlag.HAS_THREAD
            message.changed()
        return thread

    def join_thread(self, user: User) -> None:
        state = self.as_thread
        if user.id not in state.joined:
            state.joined[user.id] = self.world.clock.now()
            self.world.publish(events.thread_members_changed(self, added=[user.id]), self)

    def leave_thread(self, user: User) -> None:
        if self.as_thread.joined.pop(user.id, None) is not None:
            self.world.publish(events.thread_members_changed(self, removed=[user.id]), self)

    def archive(self, archived: bool = True, *, locked: bool | None = None) -> None:
        """A thread falls asleep or wakes."""
        state = self.as_thread
        if archived != state.archived:
            state.archived, state.archived_at = archived, self.world.clock.now()
        state.locked = state.locked if locked is None else locked
        self.changed()

    def changed(self) -> None:
        """Tells the bot that the channel was changed."""
        name = "THREAD_UPDATE" if self.is_thread else "CHANNEL_UPDATE"
        self.world.publish(events.channel_changed(name, self), self)

    def delete(self) -> None:
        """Takes the channel with its threads and messages away."""
        for thread in self.threads:
            thread.delete()
        name = "THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE"
        event, visible = events.channel_changed(name, self), self.bot_can_view
        self.world.gone.update({self.id, *(message.id for message in self.messages)})
        del self.world.channels[self.id]
        self.world.publish(event, self, hidden=not visible)

    def delete_messages(self, messages: Sequence[Message]) -> None:
        """Many at once, told as one event."""
        for message in messages:
            message.deleted = True
            self.messages.remove(message)
            self.world.gone.add(message.id)
        self.world.publish(events.messages_deleted(self, messages), self)

    def set_permission(
        self,
        who: Role | Person | User | str,
        *,
        allow: Iterable[str] | Permission = (),
        deny: Iterable[str] | Permission = (),
    ) -> None:
        """Replaces one line of the permissions; `who` may be "everyone" or "bot"."""
        key, is_role = self._overwrite_key(who)
        self.overwrites[key] = Overwrite(is_role, permissions(allow), permissions(deny))
        self.changed()

    async def next_message(
        self, *, after: Message | None = None, by: User | None = None, seconds: float = 10
    ) -> Message:
        """The first message of the bot (or of `by`) after another one, as soon as it is there.

        Without `after`, the first that comes from now on.
        """
        author = by or self.world.bot
        start = after.id if after is not None else self.world.snowflakes.next()
        return await self.world.until(
            lambda: next((m for m in self.messages if m.id > start and m.author is author), None),
            what=lambda: f"a message by {author.name} in #{self.name}, which has\n{listing(self.messages)}",
            seconds=seconds,
        )

    def _before_message(self, state: ThreadState, author: User) -> None:
        self.join_thread(author)
        state.messages_ever += 1
        if state.archived:
            self.archive(False)

    def _thread_kind(self) -> ChannelKind:
        return ChannelKind.ANNOUNCEMENT_THREAD if self.kind is ChannelKind.ANNOUNCEMENT else ChannelKind.THREAD

    def _overwrite_key(self, who: Role | Person | User | str) -> tuple[int, bool]:
        if isinstance(who, Role):
            return who.id, True
        if isinstance(who, User):
            return who.id, False
        if not isinstance(who, str):
            return who.user.id, False
        if who == "bot":
            return self.world.bot.id, False
        if who == "everyone" and self.guild is not None:
            return self.guild.id, True
        raise LookupError(f"no such line of permissions: {who!r}")
