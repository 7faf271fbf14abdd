"""What a digest tells: the week since the last one, chosen from what happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.domain.categories import OTHER_FIELD
from bot.domain.reports import Group
from bot.domain.rounds import Round

TOP = 3
"""Papers named under each heading."""

REPEAT_AFTER = timedelta(weeks=12)
"""A paper from outside or from the past is not named again before this."""

FIRST_WEEK = timedelta(days=7)
"""What the first digest of a server looks back on."""

LONGEST = timedelta(days=21)
"""No digest looks back further, however long ago the last one was."""

UNUSUAL_SHARE = 0.15
"""A field with less than this share of the server's mentions in 90 days is none of its usual ones."""

_YEAR_AGO = (timedelta(days=350), timedelta(days=380))
_OLD = timedelta(weeks=8)


class Shared(BaseModel):
    """A paper as this server shared it. `mentions` are those of the week, or in `Week.known` those of all time;
    `field` is its archive on arXiv."""

    model_config = ConfigDict(frozen=True)

    paper: int
    mentions: int
    first_at: datetime
    field: str
    votes: int = 0


class Week(BaseModel):
    """Everything the choice is made from; papers are numbers.

    `votes` are those cast in the week, `messages` those written in papers' threads; `known` are all papers that the
    server ever shared and that may be named from outside or from the past; `usual` counts its mentions by field over
    90 days; `round` is the one decided in the week; `days` are all of the week in the server's zone, with the papers
    of each field that first came up in it then; `reported` are new reports by paper and what they found.
    """

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime
    shared: tuple[Shared, ...] = ()
    votes: Mapping[int, int] = {}
    messages: Mapping[int, int] = {}
    known: tuple[Shared, ...] = ()
    usual: Mapping[str, int] = {}
    round: Round | None = None
    days: Mapping[date, Mapping[str, int]] = {}
    reported: Mapping[int, Mapping[Group, int]] = {}


class Count(BaseModel):
    """A paper and how often something happened to it."""

    model_config = ConfigDict(frozen=True)

    paper: int
    count: int


class News(BaseModel):
    """A paper and how many new reports found what."""

    model_config = ConfigDict(frozen=True)

    paper: int
    counts: Mapping[Group, int]


class Digest(BaseModel):
    """What is told. `days` counts papers by day and field, for the picture."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime
    shared: int
    top: tuple[Count, ...]
    voted: tuple[Count, ...]
    discussed: tuple[Count, ...]
    round: Round | None
    outside: int | None
    past: Shared | None
    days: Mapping[date, Mapping[str, int]]
    reported: tuple[News, ...] = ()

    @property
    def papers(self) -> set[int]:
        """Everything that is named."""
        named = {count.paper for count in (*self.top, *self.voted, *self.discussed)}
        winner = self.round.winner if self.round else None
        past = self.past.paper if self.past else None
        named |= {news.paper for news in self.reported}
        return named | {paper for paper in (winner, self.outside, past) if paper is not None}


def choose(week: Week, *, not_outside: Collection[int], not_past: Collection[int]) -> Digest | None:
    """The digest of a week; None when nothing happened in it. What was named from outside or from the past lately is
    in `not_outside` and `not_past`."""
    top = sorted(week.shared, key=lambda shared: (-shared.mentions, -shared.votes, shared.first_at, shared.paper))
    digest = Digest(
        since=week.since,
        until=week.until,
        shared=len(week.shared),
        top=tuple(Count(paper=shared.paper, count=shared.mentions) for shared in top[:TOP]),
        voted=_most(week.votes),
        discussed=_most(week.messages),
        round=week.round,
        outside=None,
        past=None,
        days=week.days,
        reported=_news(week.reported),
    )
    if not (digest.top or digest.voted or digest.discussed or digest.round or digest.reported):
        return None
    named = digest.papers
    outside = _outside(week, {*named, *not_outside})
    past = _past(week, {*named, *not_past} | ({outside} if outside is not None else set()))
    return digest.model_copy(update={"outside": outside, "past": past})


def _news(reported: Mapping[int, Mapping[Group, int]]) -> tuple[News, ...]:
    ranked = sorted(reported.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return tuple(News(paper=paper, counts=counts) for paper, counts in ranked[:TOP])


def _most(counts: Mapping[int, int]) -> tuple[Count, ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(paper=paper, count=count) for paper, count in ranked[:TOP] if count > 0)


def _outside(week: Week, without: Collection[int]) -> int | None:
    """From a field that is none of the server's usual ones: the one with most votes, the latest of equals."""
    total = sum(week.usual.values())
    unusual = [
        shared
        for shared in week.known
        if shared.paper not in without
        and shared.field != OTHER_FIELD
        and week.usual.get(shared.field, 0) < UNUSUAL_SHARE * total
    ]
    best = max(unusual, key=lambda shared: (shared.votes, shared.first_at, shared.paper), default=None)
    return None if best is None else best.paper


def _past(week: Week, without: Collection[int]) -> Shared | None:
    """Shared for the first time about a year ago; else an older one that came up most often, twice at least."""
    ages = [(week.until - shared.first_at, shared) for shared in week.known if shared.paper not in without]
    year_ago = [shared for age, shared in ages if _YEAR_AGO[0] <= age <= _YEAR_AGO[1]]
    again = [shared for age, shared in ages if age >= _OLD and shared.mentions > 1]
    return max(year_ago or again, key=lambda shared: (shared.mentions, shared.votes, -shared.paper), default=None)
