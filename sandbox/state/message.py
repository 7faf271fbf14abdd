"""Messages as the sandbox keeps them, and as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox import events, reading
from sandbox.polls import Poll
from sandbox.reading import Button, Select
from sandbox.snowflakes import moment_of
from sandbox.state.kinds import MessageFlag, MessageKind
from sandbox.state.mentions import find_mentions
from sandbox.state.users import User

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.interaction import Interaction


@dataclass(eq=False)
class Attachment:
    id: int
    filename: str
    content: bytes = field(repr=False)
    content_type: str
    url: str
    description: str | None = None


@dataclass(frozen=True)
class Reference:
    """What a reply answers (kind 0) or what a forward shows (kind 1)."""

    message_id: int
    channel_id: int
    guild_id: int | None
    kind: int = 0


@dataclass(eq=False)
class Message:
    """`reactions` maps an emoji, as in addresses, to the ids of those who reacted, in order."""

    id: int
    channel: Channel = field(repr=False)
    author: User
    content: str = ""
    kind: MessageKind = MessageKind.DEFAULT
    flags: MessageFlag = MessageFlag.NONE
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reference: Reference | None = None
    referenced: Message | None = field(default=None, repr=False)
    snapshots: list[dict[str, Any]] = field(default_factory=list, repr=False)
    mentioned: list[User] = field(default_factory=list)
    mentioned_roles: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict)
    pinned_at: datetime | None = None
    edited_at: datetime | None = None
    nonce: str | int | None = None
    webhook_id: int | None = None
    interaction: Interaction | None = field(default=None, repr=False)
    poll: Poll | None = None
    reader: User | None = None
    """The only one who sees it; None for everyone."""
    deleted: bool = False

    @property
    def text(self) -> str:
        """Everything there is to read."""
        return reading.text_of(self.content, self.embeds, self.components)

    @property
    def buttons(self) -> list[Button]:
        return reading.buttons_of(self.components)

    @property
    def selects(self) -> list[Select]:
        return reading.selects_of(self.components)

    def button(self, label: str | None = None, *, custom_id: str | None = None) -> Button:
        """The first button with that label or custom id; LookupError says which there are."""
        for button in self.buttons:
            if (label is None or button.label == label) and (custom_id is None or button.custom_id == custom_id):
                return button
        raise LookupError(f"no button {label or custom_id!r} among {[b.label for b in self.buttons]}")

    @property
    def thread(self) -> Channel | None:
        """The thread that was made from this message; it has the message's id."""
        return self.channel.world.channels.get(self.id)

    @property
    def pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def private(self) -> bool:
        return self.reader is not None

    @property
    def is_loading(self) -> bool:
        """The "thinking" that a deferred answer shows."""
        return MessageFlag.LOADING in self.flags

    @property
    def created_at(self) -> datetime:
        return moment_of(self.id)

    @property
    def is_open_to_bot(self) -> bool:
        """Whether the bot gets its content without the message content intent: its own, direct ones, and those that
        mention it (developers/events/gateway#message-content-intent)."""
        bot = self.channel.world.bot
        return self.channel.guild is None or self.author is bot or bot in self.mentioned

    @property
    def link(self) -> str:
        guild = self.channel.guild
        place = guild.id if guild else "@me"
        return f"https://discord.com/channels/{place}/{self.channel.id}/{self.id}"

    def edit(self, *, allowed_mentions: Mapping[str, Any] | None = None, **changes: Any) -> None:
        """Sets attributes and tells the bot, as when its author edits it."""
        for name, value in changes.items():
            setattr(self, name, value)
        if changes.keys() & {"content", "components"}:
            find_mentions(self, allowed_mentions)
        self.edited_at = self.channel.world.clock.now()
        self.changed()

    def unfurl(self, embeds: Iterable[Mapping[str, Any]]) -> None:
        """Discord has loaded the preview of a link and adds it; nobody edited the message."""
        if MessageFlag.SUPPRESS_EMBEDS not in self.flags:
            self.embeds = [dict(embed) for embed in embeds]
            self.changed()

    def changed(self) -> None:
        """Tells of a change; the bot only where the message is not for one reader."""
        event = events.message_changed("MESSAGE_UPDATE", self)
        self.channel.world.publish(event, self.channel, reader=self.reader)

    def delete(self) -> None:
        """Takes it away; a thread that was made from it stays."""
        self.deleted = True
        world = self.channel.world
        if self.private:
            self.channel.private_messages.remove(self)
        else:
            self.channel.messages.remove(self)
            world.gone.add(self.id)
        world.publish(events.message_deleted(self), self.channel, reader=self.reader)

    def add_reaction(self, user: User, emoji: str) -> None:
        users = self.reactions.setdefault(emoji, [])
        if user.id not in users:
            users.append(user.id)
            self._reaction_changed("MESSAGE_REACTION_ADD", emoji, user)

    def remove_reaction(self, user: User, emoji: str) -> None:
        users = self.reactions.get(emoji, [])
        if user.id not in users:
            return
        users.remove(user.id)
        if not users:
            del self.reactions[emoji]
        self._reaction_changed("MESSAGE_REACTION_REMOVE", emoji, user)

    def pin(self) -> None:
        self.pinned_at = self.channel.world.clock.now()
        self._pins_changed()

    def unpin(self) -> None:
        self.pinned_at = None
        self._pins_changed()

    def _pins_changed(self) -> None:
        self.changed()
        self.channel.world.publish(events.pins_changed(self.channel), self.channel)

    def _reaction_changed(self, name: str, emoji: str, user: User) -> None:
        self.channel.world.publish(events.reaction_changed(name, self, emoji, user.id), self.channel)


def listing(messages: Sequence[Message]) -> str:
    """For a failed test: what stands in a channel."""
    return "\n".join(f"  {message.author.name}: {message.text!r}" for message in messages) or "  (nothing)"
