"""What is measured, and what it is to reach."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Goal(BaseModel):
    """The most (or with `least` the least) that a figure, or its ratio to the bare bot's, may be."""

    model_config = ConfigDict(frozen=True)

    limit: float
    of: Literal["ratio", "own"] = "own"
    least: bool = False

    def is_reached(self, own: float, ratio: float | None) -> bool:
        """Compared as it is shown, so that the table does not contradict itself."""
        value = own if self.of == "own" or ratio is None else ratio
        shown = float(f"{value:.3g}")
        return shown >= self.limit if self.least else shown <= self.limit


class Figure(BaseModel):
    """One row. `details` goes into the file alone: spreads, processor time, where something was spent. `own` is None
    when it could not be measured; `what` says why then."""

    model_config = ConfigDict(frozen=True)

    word: str
    what: str
    unit: str = ""
    bare: float | None = None
    own: float | None
    ratio: float | None = None
    goal: Goal | None = None
    details: dict[str, Any] = {}

    @property
    def reached(self) -> bool | None:
        """None where nothing is asked of it."""
        if self.own is None:
            return False
        return None if self.goal is None else self.goal.is_reached(self.own, self.ratio)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def middle_ratio(own: Sequence[float], bare: Sequence[float]) -> float:
    """Round by round, since what else the machine does changes from one to the next; of these the median."""
    return statistics.median(mine / theirs for mine, theirs in zip(own, bare, strict=True))
