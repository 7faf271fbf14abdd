"""The weekly round: a ballot, a poll on Discord, a winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

State = Literal["opening", "open", "closing", "telling", "decided", "no_winner", "cancelled", "lost"]
"""opening: the ballot stands, the poll is not posted yet. open: members vote. closing: the poll is over, Discord still
counts. telling: there is a winner, and the room is being told. The others are ends: `lost` is a poll that somebody
deleted."""

RUNNING: tuple[State, ...] = ("opening", "open", "closing", "telling")
"""A server has at most one round in these states."""

Reason = Literal["nominated", "carried", "votes", "seldom"]
"""Why a paper is on the ballot; see `bot.domain.ballot`."""

Tie = Literal["list votes", "older entry"]
"""What decided between papers with equal votes."""

FEWEST_CANDIDATES, MOST_CANDIDATES, CANDIDATES = 2, 10, 4
SHORTEST_HOURS, LONGEST_HOURS, HOURS = 1, 768, 72
"""Least, most and default; the most is Discord's (developers/resources/poll)."""


class Place(NamedTuple):
    """One line of a ballot. `paper` is the paper's number; `nominated_by` the member, for a nomination."""

    paper: int
    reason: Reason
    nominated_by: int | None = None


class Candidate(BaseModel):
    """A place of a round's ballot. `position` counts from 0; Discord's answer id is one more. `votes` is Discord's
    final count, None before it."""

    model_config = ConfigDict(frozen=True)

    position: int
    paper: int
    reason: Reason
    nominated_by: int | None = None
    votes: int | None = None

    @property
    def answer_id(self) -> int:
        return self.position + 1


class Round(BaseModel):
    """`number` counts a server's rounds from 1. The ids are of Discord, None until the thing is there."""

    model_config = ConfigDict(frozen=True)

    id: int
    server_id: int
    number: int
    channel_id: int
    state: State
    hours: int
    made_at: datetime
    ends_at: datetime | None = None
    decided_at: datetime | None = None
    candidates: tuple[Candidate, ...] = ()
    winner: int | None = None
    tie: Tie | None = None
    list_message_id: int | None = None
    poll_message_id: int | None = None
    result_message_id: int | None = None
    thread_id: int | None = None
    card_message_id: int | None = None
    meeting_at: datetime | None = None
    event_id: int | None = None

    @property
    def running(self) -> bool:
        return self.state in RUNNING


class Standing(NamedTuple):
    """What the reading list says of a candidate; one that was taken off has no votes, and the round's ballot dates
    it."""

    votes: int
    since: datetime


class Decision(NamedTuple):
    """The winning paper's number, and what decided between equals: the list's votes or the older entry."""

    winner: int
    tie: Tie | None = None


def decide(
    candidates: Sequence[Candidate], counts: Mapping[int, int], standings: Mapping[int, Standing]
) -> Decision | None:
    """The winner by Discord's final counts (by answer id), equal ones by the list's votes, then by the older entry,
    then by the place on the ballot. None when nobody voted."""
    most = max((counts.get(candidate.answer_id, 0) for candidate in candidates), default=0)
    if most == 0:
        return None
    leading = [candidate.paper for candidate in candidates if counts.get(candidate.answer_id, 0) == most]
    if len(leading) == 1:
        return Decision(leading[0])
    listed = max(standings[paper].votes for paper in leading)
    wanted = [paper for paper in leading if standings[paper].votes == listed]
    if len(wanted) == 1:
        return Decision(wanted[0], "list votes")
    return Decision(min(wanted, key=lambda paper: standings[paper].since), "older entry")
