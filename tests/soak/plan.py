"""What a soak is to be, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """`together` are the weeks in which two processes run at once; `kills` are spread over all of the time."""

    seed: int
    weeks: int
    servers: int
    kills: int
    together: range

    @property
    def long_absences(self) -> int:
        """So many of the kills leave nobody at work for one to four days, or ten."""
        return max(1, self.kills // 16)

    @property
    def end(self) -> datetime:
        return START + timedelta(weeks=self.weeks)


@dataclass
class Figures:
    """What happened. `up` are the times in which at least one process was at work."""

    kills: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    requests: int = 0
    up: list[tuple[datetime, datetime]] = field(default_factory=list)
