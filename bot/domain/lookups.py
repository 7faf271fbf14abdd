"""Papers that cannot be had now: what is known of the attempts, and when to try again."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.papers import PaperId

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=24)
JITTER = 0.2


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
