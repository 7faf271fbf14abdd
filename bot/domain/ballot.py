"""Which papers a round offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.categories import OTHER_FIELD
from bot.domain.rounds import Place


class Nomination(NamedTuple):
    """One member's wish; `paper` is a number."""

    paper: int
    user_id: int
    at: datetime


class Listed(NamedTuple):
    """A paper of the reading list. `field` is its archive on arXiv (`bot.domain.categories.field_of`)."""

    paper: int
    votes: int
    since: datetime
    field: str


def ballot(
    places: int,
    *,
    nominations: Sequence[Nomination],
    carried: Sequence[int],
    listed: Collection[Listed],
    chosen: Collection[int],
    mentions: Mapping[str, int],
) -> tuple[Place, ...]:
    """The ballot, in this order; a paper that won a round before (`chosen`) is never on it:

    1. nominations, the oldest first, as far as there are places;
    2. what was `carried` over from a round without a winner, in its order;
    3. the list by votes, equal ones by the older entry;
    4. the last of the list's places goes to the seldom-read field, unless that field is on the ballot anyway: of the
       fields with a candidate that has a vote, the one with the fewest of the server's `mentions` in the last 90 days.
    """
    offered = list(_once(_wishes(nominations, carried), without=chosen))[:places]
    taken = {place.paper for place in offered}
    by_votes = sorted(
        (entry for entry in listed if entry.paper not in taken and entry.paper not in chosen), key=_most_wanted
    )
    filled = by_votes[: places - len(offered)]
    seldom = _seldom_read([entry for entry in listed if entry.paper not in chosen], mentions)
    fields = {entry.field for entry in listed if entry.paper in taken} | {entry.field for entry in filled}
    if filled and seldom is not None and seldom.field not in fields:
        votes, last = filled[:-1], Place(seldom.paper, "seldom")
        return (*offered, *(Place(entry.paper, "votes") for entry in votes), last)
    return (*offered, *(Place(entry.paper, "votes") for entry in filled))


def _wishes(nominations: Sequence[Nomination], carried: Sequence[int]) -> Iterator[Place]:
    for nomination in sorted(nominations, key=lambda nomination: nomination.at):
        yield Place(nomination.paper, "nominated", nomination.user_id)
    for paper in carried:
        yield Place(paper, "carried")


def _once(places: Iterable[Place], *, without: Collection[int]) -> Iterator[Place]:
    seen = set(without)
    for place in places:
        if place.paper not in seen:
            seen.add(place.paper)
            yield place


def _seldom_read(listed: Collection[Listed], mentions: Mapping[str, int]) -> Listed | None:
    """The most wanted paper of the field that this server mentions least."""
    wanted = [entry for entry in listed if entry.votes and entry.field != OTHER_FIELD]
    return min(wanted, key=lambda entry: (mentions.get(entry.field, 0), *_most_wanted(entry)), default=None)


def _most_wanted(entry: Listed) -> tuple[int, datetime, int]:
    return (-entry.votes, entry.since, entry.paper)
