"""How much one member may have at once, and how fast it comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

_LONGEST = timedelta(hours=1)
"""More than this is never remembered, so that a clock that was set back shuts nobody out for long."""


class Allowance(NamedTuple):
    """`at_once` uses in one go; one comes back `every` so often. What was used is one moment: when all is back."""

    at_once: int
    every: timedelta

    def after(self, back_at: datetime | None, now: datetime, uses: int = 1) -> datetime:
        """When all is back after some uses more."""
        fresh = back_at is None or not now <= back_at <= now + _LONGEST
        return (now if fresh or back_at is None else back_at) + uses * self.every

    def waits(self, back_at: datetime, now: datetime) -> timedelta:
        """How long the last use would have to wait to be within the allowance; zero when it is."""
        return max(timedelta(), back_at - now - self.at_once * self.every)


PRESSES = Allowance(20, timedelta(seconds=1))
"""Buttons, menus, forms and commands: faster than anybody reads the answers."""

COMPLETIONS = Allowance(40, timedelta(seconds=0.25))
"""One for each pause in typing."""

CARDS = Allowance(10, timedelta(seconds=6))
"""Messages that get cards. Discord takes five messages in five seconds in a channel, from all together."""

LOOKUPS = Allowance(100, timedelta(seconds=0.1))
"""Unknown papers put in line: one request to arXiv holds a hundred, and there is one every three seconds, so a third of
it is the most that one member has."""
