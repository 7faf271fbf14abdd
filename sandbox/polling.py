"""Polls inside messages: votes, the end, the count, and what the bot hears of each.

The end comes when the clock passes the expiry or when the bot asks for it. The final count follows at once unless
`world.counts_polls_late` is set, as Discord may take hours; then `count` does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox import events
from sandbox.errors import Code, refusal
from sandbox.polls import NotTheAuthor, Poll, PollEnded, VoteChange
from sandbox.state.kinds import MessageKind
from sandbox.state.message import Reference

if TYPE_CHECKING:
    from sandbox.state.message import Message
    from sandbox.state.users import User


def poll_of(message: Message) -> Poll:
    """LookupError where the message has none."""
    if message.poll is None:
        raise LookupError(f"no poll in {message.text!r}")
    return message.poll


def vote(message: Message, user: User, answer_id: int) -> None:
    """PollEnded when it is too late."""
    now = message.channel.world.clock.now()
    _tell(message, poll_of(message).vote(user.id, answer_id, now=now))


def unvote(message: Message, user: User, answer_id: int) -> None:
    """PollEnded when it is too late."""
    now = message.channel.world.clock.now()
    _tell(message, poll_of(message).unvote(user.id, answer_id, now=now))


def end(message: Message, user: User) -> None:
    """Before its time; ApiError with Discord's code when that is not allowed."""
    try:
        poll_of(message).end(user.id, now=message.channel.world.clock.now())
    except PollEnded:
        raise refusal(Code.POLL_EXPIRED) from None
    except NotTheAuthor:
        raise refusal(Code.CANNOT_EDIT_OTHERS) from None
    except LookupError:
        raise refusal(Code.NO_POLL) from None
    _ended(message)


def end_in_time(message: Message) -> None:
    """Arranges the end at the poll's expiry, if the message has a poll."""
    poll, world = message.poll, message.channel.world
    if poll is None:
        return

    def ring() -> None:
        if not message.deleted and poll.expire(now=world.clock.now()):
            _ended(message)

    world.at(poll.expiry, ring)


def count(message: Message) -> None:
    """The final count: the message is updated, and a message in the author's name announces the result."""
    poll = poll_of(message)
    if poll.finalized or message.deleted:
        return
    poll.finalize()
    message.changed()
    channel = message.channel
    channel.add_message(
        message.author,
        kind=MessageKind.POLL_RESULT,
        embeds=[poll.result_embed()],
        reference=Reference(message.id, channel.id, channel.guild.id if channel.guild else None),
    )


def _ended(message: Message) -> None:
    if message.channel.world.counts_polls_late:
        message.changed()
    else:
        count(message)


def _tell(message: Message, changes: Iterable[VoteChange]) -> None:
    for change in changes:
        name = "MESSAGE_POLL_VOTE_ADD" if change.added else "MESSAGE_POLL_VOTE_REMOVE"
        event = events.poll_vote(name, message, change.user_id, change.answer_id)
        message.channel.world.publish(event, message.channel)
