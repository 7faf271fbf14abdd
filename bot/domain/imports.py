"""An import from the member's file to the papers on the list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.import_entries import Kind, Refused
from bot.domain.papers import PaperId

State = Literal["asked", "running", "done"]
"""asked: shown to the member, who has not decided. A cancelled one leaves no row."""

Outcome = Literal["waiting", "saved", "listed", "missing", "unanswered"]
"""Of one paper. listed: on the list already. missing: its source knows no such paper. unanswered: it could not be had
in time."""

KEPT = timedelta(hours=24)
"""How long an offer stands, and how long the result of an import can be looked at."""

GIVE_UP_AFTER = timedelta(minutes=3)
"""Without any news of the papers still wanted, the rest is put on the list without them."""


class Import(BaseModel):
    """Whose it is and how far."""

    model_config = ConfigDict(frozen=True)

    id: int
    server_id: int
    user_id: int
    state: State
    made_at: datetime


class Offer(NamedTuple):
    """What a file would bring. `id` is None when it brings nothing to the list. `new` are to be fetched, `known` are
    here, `listed` are on the list and stay as they are."""

    id: int | None
    kind: Kind
    new: int
    known: int
    listed: int
    refused: tuple[Refused, ...]
    tags: tuple[str, ...]
    tags_left_out: int
    guessed: bool

    @property
    def papers(self) -> int:
        """How many would be put on the list."""
        return self.new + self.known


class Standing(NamedTuple):
    """How far a running import is: of `total` papers so many are here, or known not to exist."""

    total: int
    here: int
    missing: int

    @property
    def settled(self) -> int:
        return self.here + self.missing


class Result(NamedTuple):
    """How an import ended."""

    saved: int
    listed: int
    missing: tuple[PaperId, ...]
    unanswered: tuple[PaperId, ...]


class Ended(NamedTuple):
    """An import that has just ended, and the papers that are on the list now because of it."""

    server_id: int
    saved: tuple[int, ...]
