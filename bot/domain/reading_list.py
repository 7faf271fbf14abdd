"""The server's shared list: what one server knows about a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.stored_paper import StoredPaper

Sort = Literal["votes", "newest", "oldest", "title"]


class FirstShared(BaseModel):
    """The first mention in this server. Author and place are None once the member's message was deleted."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    author_id: int | None
    channel_id: int | None
    message_id: int | None


class Note(BaseModel):
    """A member's note on an entry."""

    model_config = ConfigDict(frozen=True)

    user_id: int
    text: str
    at: datetime


class Community(BaseModel):
    """All that one server knows about one paper. `saved_at` is None when it is not on the list; `saved_by` is None
    also when the saver's data was deleted."""

    model_config = ConfigDict(frozen=True)

    first_shared: FirstShared | None = None
    mentions: int = 0
    saved_by: int | None = None
    saved_at: datetime | None = None
    votes: int = 0
    tags: tuple[str, ...] = ()
    notes: int = 0
    thread_id: int | None = None

    @property
    def saved(self) -> bool:
        return self.saved_at is not None


class Vote(NamedTuple):
    """What a toggle led to: whether the member's vote stands now, and how many stand in all."""

    voted: bool
    votes: int


class RemovedEntry(NamedTuple):
    """What was taken off the list with an entry."""

    votes: int
    tags: tuple[str, ...]
    notes: int


class Entry(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(frozen=True)

    paper: StoredPaper
    community: Community


class EntryPage(NamedTuple):
    entries: tuple[Entry, ...]
    total: int
