"""What one member may ask for in one server in a short time, so that nobody's haste makes others wait.

Kept in memory: every event of a server comes to one process, and a restart gives everybody all of it back. It may be
asked in the middle of a transaction, so on the database's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.clock import Clock
from bot.domain.allowances import CARDS, COMPLETIONS, LOOKUPS, PRESSES, Allowance
from bot.domain.papers import PaperId

MOST_MEMBERS = 10_000
"""Remembered for each kind of use. Of more, those are forgotten who asked longest ago."""


class _Uses:
    """Of one allowance, by server and member."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._back_at: dict[tuple[int, int], datetime] = {}
        self._alone = threading.Lock()

    def take(self, key: tuple[int, int], now: datetime) -> bool:
        """Uses one, when there is one."""
        with self._alone:
            before = self._back_at.get(key)
            then = self._allowance.after(before, now)
            if before is not None and self._allowance.waits(then, now):
                self._remember(key, before)
                return False
            self._remember(key, then)
            return True

    def turns(self, key: tuple[int, int], now: datetime, uses: int) -> list[datetime]:
        """Uses as many as are wanted; when each is within the allowance."""
        with self._alone:
            before = self._back_at.get(key)
            ends = [self._allowance.after(before, now, use) for use in range(1, uses + 1)]
            if ends:
                self._remember(key, ends[-1])
        return [now + self._allowance.waits(end, now) for end in ends]

    def _remember(self, key: tuple[int, int], back_at: datetime) -> None:
        self._back_at.pop(key, None)
        self._back_at[key] = back_at
        if len(self._back_at) > MOST_MEMBERS:
            del self._back_at[next(iter(self._back_at))]


class Limits:
    """Asked before the work is done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._presses, self._completions = _Uses(PRESSES), _Uses(COMPLETIONS)
        self._cards, self._lookups = _Uses(CARDS), _Uses(LOOKUPS)

    def may_press(self, server_id: int, member_id: int) -> bool:
        """A button, a menu, a form or a command."""
        return self._presses.take((server_id, member_id), self._clock.now())

    def may_complete(self, server_id: int, member_id: int) -> bool:
        """What is offered while they type."""
        return self._completions.take((server_id, member_id), self._clock.now())

    def may_have_card(self, server_id: int, member_id: int, at: datetime) -> bool:
        """For a message of that moment, heard now or read back later."""
        return self._cards.take((server_id, member_id), at)

    def turns(self, server_id: int, member_id: int, unknown: Sequence[PaperId]) -> dict[datetime, list[PaperId]]:
        """When each of these papers may be looked for: in whole seconds from now, so that few go out alone."""
        now = self._clock.now()
        ends = self._lookups.turns((server_id, member_id), now, len(unknown))
        whole = [now + timedelta(seconds=-((now - end) // timedelta(seconds=1))) for end in ends]
        pairs = zip(whole, unknown, strict=True)
        return {due: [paper for _, paper in same] for due, same in groupby(pairs, key=lambda pair: pair[0])}
