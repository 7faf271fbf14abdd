"""The server's shared list: what one server knows about a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from bot.domain.explanations import BestExplanation
from bot.domain.raw_text import without_unseen
from bot.domain.report_sums import ReportSum
from bot.domain.reports import Learned
from bot.domain.resources import Kind
from bot.domain.stored_paper import StoredPaper

Sort = Literal["votes", "newest", "oldest", "title", "discussed"]
SORTS: tuple[Sort, ...] = get_args(Sort)

Status = Literal["want to read", "reading", "read"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""How far a member is with a paper. Their own: others see how many are reading or have read it, never who."""

NOTE_LENGTH = 500


def note_text(typed: str) -> str:
    """A note as it is kept: without what cannot be seen, some of which would turn around the words beside it."""
    return without_unseen(typed).strip()


class Listing(NamedTuple):
    """Which papers of a list, and in which order. `status` is that of the member who asks; papers that have it are
    meant whether they are on the list or not, and so are those about which something is `learned`."""

    sort: Sort = "votes"
    tag: str | None = None
    saved_by: int | None = None
    status: Status | None = None
    learned: Learned | None = None


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
    also when the saver's data was deleted. `reading` and `read` count members, `resources` those of each kind."""

    model_config = ConfigDict(frozen=True)

    first_shared: FirstShared | None = None
    mentions: int = 0
    saved_by: int | None = None
    saved_at: datetime | None = None
    votes: int = 0
    tags: tuple[str, ...] = ()
    notes: int = 0
    thread_id: int | None = None
    reading: int = 0
    read: int = 0
    reports: ReportSum | None = None
    explanation: BestExplanation | None = None
    resources: dict[Kind, int] = {}

    @property
    def saved(self) -> bool:
        return self.saved_at is not None


class Vote(NamedTuple):
    """What a toggle led to: whether the member's vote stands now, and how many stand in all."""

    voted: bool
    votes: int


class TagChange(NamedTuple):
    """What setting the tags of an entry led to; `now` is all of them."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    now: tuple[str, ...]


class MemberView(NamedTuple):
    """What one member sees of a paper besides its card: their own status, and what is shared. `saved` is whether it is
    on the list; notes are the oldest first."""

    status: Status | None
    saved: bool
    tags: tuple[str, ...]
    notes: tuple[Note, ...]

    def note_of(self, user_id: int) -> str:
        """What that member noted; empty when nothing."""
        return next((note.text for note in self.notes if note.user_id == user_id), "")


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
