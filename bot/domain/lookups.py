"""Papers that cannot be had now: what is known of the attempts, and when to try again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.papers import PaperId

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=24)
JITTER = 0.2

APART = "failed a request that other ids were in"
"""The reason that keeps an id from all but those it was put apart with, which have its `due_at`."""

_BETWEEN_HALVES = timedelta(milliseconds=1)


class Lookup(BaseModel):
    """`waiting`: nobody could say yet. `missing`: the source knows no such paper.

    `attempts` counts the tries in a row that brought no answer, `looks` the answers that there is no such paper;
    `due_at` is None when there will be no other try.
    """

    model_config = ConfigDict(frozen=True)

    id: PaperId
    state: Literal["waiting", "missing"]
    attempts: int
    looks: int
    due_at: datetime | None
    reason: str

    @property
    def apart(self) -> bool:
        """Whether it may be what spoils a request."""
        return self.reason == APART


def company(due: Sequence[Lookup]) -> list[Lookup]:
    """Those of the ids that are due, longest overdue first, that go out in the next request."""
    if due and due[0].apart:
        return [lookup for lookup in due if lookup.apart and lookup.due_at == due[0].due_at]
    return [lookup for lookup in due if not lookup.apart]


def put_apart(spoilt: Sequence[Lookup], now: datetime) -> list[tuple[datetime, list[PaperId]]]:
    """The ids of a request that one of them may have spoilt, in halves, with the time that marks each.

    Halves of the same request come one after the other, before any quarter: where one id is the cause, no more than
    two requests in a row fail, and the service is not taken for dead."""
    ids = [lookup.id for lookup in spoilt]
    middle = (len(ids) + 1) // 2
    halves = [(now, ids[:middle]), (now + _BETWEEN_HALVES, ids[middle:])]
    return [(marked, half) for marked, half in halves if half]


def next_try(attempts: int, now: datetime, retry_after: float | None, random: Random) -> datetime:
    """When to ask again after a try that failed like the `attempts` before it: a minute, doubling to a day, each up
    to a fifth more or less, so that what failed together does not come back together.

    `retry_after` is what the source asked for in seconds: never earlier than that, and the first time right then.
    """
    told = timedelta(seconds=retry_after or 0)
    if retry_after is not None and attempts == 0:
        return now + told + FIRST_RETRY * random.uniform(0, JITTER)
    doublings = min(attempts, 11)  # 2**11 minutes are more than a day
    wait: timedelta = min(FIRST_RETRY * 2**doublings, LAST_RETRY) * random.uniform(1 - JITTER, 1 + JITTER)
    return now + max(wait, told)
