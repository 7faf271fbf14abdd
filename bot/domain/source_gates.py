"""When an outside service may be asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

FIRST_BACKOFF = timedelta(seconds=15)
LONGEST_BACKOFF = timedelta(minutes=15)
FAILURES_TO_STOP = 3
"""So many failures in a row, of whatever kind, and the service gets a rest."""

MISSING_AGAIN = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""A paper's page can be there before the API knows it: arXiv's index is behind by minutes to a day."""


def opens_after_failure(
    now: datetime,
    *,
    failures: int,
    pause_seconds: float,
    throttled: bool,
    retry_after: float | None,
    random: Random,
) -> datetime:
    """When the next request may start. `failures` counts this one; what the service said itself goes first."""
    if retry_after is not None:
        return now + timedelta(seconds=max(retry_after, pause_seconds))
    if not throttled and not rests(failures):
        return now + timedelta(seconds=pause_seconds)
    doublings = min(failures - 1, 10)
    backoff = min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF)
    return now + backoff * random.uniform(0.8, 1.0)


def rests(failures: int) -> bool:
    """Whether a service failed so often in a row that nobody waits for it."""
    return failures >= FAILURES_TO_STOP


def look_again_at(now: datetime, looks: int) -> datetime | None:
    """When a paper that was not there is looked for again, after so many looks; None after the last."""
    if looks > len(MISSING_AGAIN):
        return None
    return now + MISSING_AGAIN[max(looks, 1) - 1]
