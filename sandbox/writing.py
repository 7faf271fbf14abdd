"""What a member does without the bot: writing, reacting, pinning, voting.

`NotPossible` is raised for what Discord's own client would not let them do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import payloads, polling
from sandbox.actor import Actor
from sandbox.commands import NotPossible
from sandbox.permissions import Permission
from sandbox.polls import PollEnded
from sandbox.state.kinds import ChannelKind, MessageFlag, MessageKind
from sandbox.state.message import Attachment, Message, Reference

if TYPE_CHECKING:
    from sandbox.state.channel import Channel


@dataclass(frozen=True)
class Writer(Actor):
    """A member who does what needs no bot."""

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
        self._write(channel)
        if attachments:
            self._need(channel, Permission.ATTACH_FILES)
        if reply_to is not None:
            self._see(reply_to)
            self._need(channel, Permission.READ_MESSAGE_HISTORY)
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
        if message.private:
            raise NotPossible("a private answer cannot be forwarded")
        self._write(channel)
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

    async def unpin(self, message: Message) -> None:
        self._need(message.channel, Permission.PIN_MESSAGES)
        message.unpin()

    async def vote(self, message: Message, answer: str) -> None:
        """Votes in a poll, for the answer with this text."""
        polling.vote(message, self.user, self._answer(message, answer))

    async def unvote(self, message: Message, answer: str) -> None:
        """Takes the vote for this answer back."""
        polling.unvote(message, self.user, self._answer(message, answer))

    async def vote_for(self, message: Message, answer_ids: Collection[int]) -> None:
        """Makes these answers the member's whole vote; none takes it back."""
        self._see(message)
        poll = polling.poll_of(message)
        if not {answer.id for answer in poll.answers}.issuperset(answer_ids):
            raise NotPossible("the poll has no such answer")
        if len(answer_ids) > 1 and not poll.multiple:
            raise NotPossible("the poll takes one answer")
        before = poll.choices_of(self.id)
        try:
            for answer_id in before:
                if answer_id not in answer_ids:
                    polling.unvote(message, self.user, answer_id)
            for answer_id in answer_ids:
                polling.vote(message, self.user, answer_id)
        except PollEnded:
            raise NotPossible("the poll has ended") from None

    async def start_thread(self, channel: Channel, name: str, *, message: Message | None = None) -> Channel:
        self._need(channel, Permission.CREATE_PUBLIC_THREADS)
        if channel.kind not in (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT):
            raise NotPossible(f"#{channel.name} takes no threads")
        if message is not None:
            self._see(message)
            if message.private or message.thread is not None:
                raise NotPossible("no thread can be made from this message")
        return channel.start_thread(self.user, name, message=message)

    def upload(self, channel: Channel, name: str, content: bytes) -> Attachment:
        """A file for a message there or for a command's option."""
        return channel.add_file(name, content)

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
