"""What a member does without the bot: writing, reacting, pinning, voting.

`NotPossible` is raised for what Discord's own client would not let them do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import payloads, polling
from sandbox.commands import NotPossible
from sandbox.permissions import Permission, in_channel, sending_in
from sandbox.state.kinds import WRITABLE, ChannelKind, MessageFlag, MessageKind
from sandbox.state.message import Attachment, Message, Reference
from sandbox.state.users import Member, User

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.world import World


@dataclass(frozen=True)
class Writer:
    """A member of one server, as the one who acts."""

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

    async def post(
        self,
        channel: Channel,
        text: str = "",
        *,
        reply_to: Message | None = None,
        attachments: Mapping[str, bytes] | None = None,
        ping: bool = True,
        embeds: Iterable[Mapping[str, Any]] = (),
    ) -> Message:
        """Writes a message. `ping` is the switch beside a reply; `embeds` are the previews that a webhook or
        another bot would send along."""
        self._need(channel, sending_in(channel))
        if channel.kind not in WRITABLE:
            raise NotPossible(f"nobody writes into #{channel.name} directly")
        if channel.is_thread and channel.as_thread.locked:
            self._need(channel, Permission.MANAGE_THREADS)
        return channel.add_message(
            self.user,
            text,
            kind=MessageKind.REPLY if reply_to else MessageKind.DEFAULT,
            reference=_reference(reply_to) if reply_to else None,
            referenced=reply_to,
            attachments=[self.upload(channel, name, content) for name, content in (attachments or {}).items()],
            embeds=[dict(embed) for embed in embeds],
            allowed_mentions=None if ping else {"parse": ["users", "roles", "everyone"], "replied_user": False},
        )

    async def forward(self, message: Message, channel: Channel) -> Message:
        """Forwards a message to another channel; the content travels as a snapshot only."""
        self._see(message)
        self._need(channel, sending_in(channel))
        reference = _reference(message, kind=1)
        return channel.add_message(
            self.user,
            reference=reference,
            flags=MessageFlag.HAS_SNAPSHOT,
            snapshots=[payloads.snapshot(message)],
        )

    async def post_in_forum(self, forum: Channel, title: str, text: str) -> Channel:
        """Opens a forum post: a thread whose first message has its id."""
        self._need(forum, Permission.SEND_MESSAGES)
        if forum.kind is not ChannelKind.FORUM:
            raise NotPossible(f"#{forum.name} is no forum")
        thread = forum.start_thread(self.user, title)
        thread.add_message(self.user, text, id=thread.id)
        return thread

    async def edit(self, message: Message, text: str) -> None:
        self._own(message)
        message.edit(content=text)

    async def delete(self, message: Message) -> None:
        """Deletes a message of their own or, with the permission, of somebody else."""
        self._see(message)
        if message.author is not self.user:
            self._need(message.channel, Permission.MANAGE_MESSAGES)
        message.delete()

    async def dismiss(self, message: Message) -> None:
        """ "Dismiss message" below a private answer; the bot does not hear of it."""
        if message.reader is not self.user:
            raise NotPossible("only private answers can be dismissed")
        message.delete()

    async def react(self, message: Message, emoji: str) -> None:
        self._see(message)
        if emoji not in message.reactions:
            self._need(message.channel, Permission.ADD_REACTIONS)
        message.add_reaction(self.user, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        message.remove_reaction(self.user, emoji)

    async def pin(self, message: Message) -> None:
        self._need(message.channel, Permission.PIN_MESSAGES)
        message.pin()

    async def vote(self, message: Message, answer: str) -> None:
        """Votes in a poll, for the answer with this text."""
        polling.vote(message, self.user, self._answer(message, answer))

    async def unvote(self, message: Message, answer: str) -> None:
        """Takes the vote for this answer back."""
        polling.unvote(message, self.user, self._answer(message, answer))

    async def start_thread(self, channel: Channel, name: str, *, message: Message | None = None) -> Channel:
        self._need(channel, Permission.CREATE_PUBLIC_THREADS)
        if message is not None:
            self._see(message)
        return channel.start_thread(self.user, name, message=message)

    def can(self, channel: Channel, *names: str) -> bool:
        """Whether the member has all these permissions there."""
        allowed = in_channel(self.member, channel, self.world.clock.now())
        return all(Permission[name.upper()] in allowed for name in names)

    def upload(self, channel: Channel, name: str, content: bytes) -> Attachment:
        """A file for a message there or for a command's option."""
        return channel.add_file(name, content)

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

    def _answer(self, message: Message, text: str) -> int:
        self._see(message)
        poll = polling.poll_of(message)
        if poll.ended or self.world.clock.now() >= poll.expiry:
            raise NotPossible("the poll has ended")
        for answer in poll.answers:
            if answer.text == text:
                return answer.id
        raise NotPossible(f"no answer {text!r} among {[answer.text for answer in poll.answers]}")


def _reference(message: Message, *, kind: int = 0) -> Reference:
    guild = message.channel.guild
    return Reference(message.id, message.channel.id, guild.id if guild else None, kind)
