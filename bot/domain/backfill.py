"""Reading a channel's history: what is read, in which order, and what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

MOST = 100_000
"""The highest limit that can be asked for."""

PAGE = 100
"""Messages in one answer of Discord's, at most (developers/resources/message, Get Channel Messages)."""

State = Literal["running", "stopped", "paused", "done"]
"""stopped: by a manager. paused: by a problem that a manager can mend."""

Problem = Literal["hidden", "unread", "gone", "left"]
"""hidden: no permission to read there. unread: the message content intent is off. gone: the channel was deleted.
left: the bot was removed from the server."""

BEGINNING = 1
"""Older than any message, and yet a start that was found; 0 is one still to be looked for."""


class Place(BaseModel):
    """A channel or thread whose turn it is. Messages after `after_id` and before `reading_id` are still to be read."""

    model_config = ConfigDict(frozen=True)

    server_id: int
    reading_id: int
    """The id of the command that asked: what was posted after it is heard as it comes."""
    channel_id: int
    root_id: int
    """The channel that was named."""
    most: int | None
    after_id: int

    @property
    def is_root(self) -> bool:
        """The channel itself, which leads to its threads."""
        return self.channel_id == self.root_id

    @property
    def needs_start(self) -> bool:
        """Whether the newest `most` messages are wanted and nobody knows yet where they begin."""
        return self.most is not None and self.after_id == 0


class Reading(BaseModel):
    """One channel with its threads, as asked for by one command."""

    model_config = ConfigDict(frozen=True)

    id: int
    server_id: int
    channel_id: int
    state: State
    problem: Problem | None
    most: int | None
    messages: int
    mentions: int
    papers: int
    """Different ones that are known to have been shared there before the command."""
    threads: int
    at_id: int
    """How far it is in the place whose turn it is; 0 before its first message."""
    behind: int | None
    """The channel whose history this server reads first."""
    answered_in: int | None
    message_id: int | None


def state_of(places: Sequence[State]) -> State:
    """A reading's, from those of its places: one that is still to be read says how the whole stands."""
    order: tuple[State, ...] = ("running", "stopped", "paused")
    return next((state for state in order if state in places), "done")
