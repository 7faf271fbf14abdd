"""What the bot did that Discord would not accept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Violation:
    """`what` is a sentence; `request` the method and address, or the gateway frame."""

    when: datetime
    what: str
    request: str

    def __str__(self) -> str:
        return f"{self.when:%H:%M:%S} {self.request}: {self.what}"


@dataclass
class ExpectedRefusals:
    """The codes that a test foresees, and which refusals came."""

    codes: frozenset[int]
    seen: list[str] = field(default_factory=list)


class Violations(list[Violation]):
    """All violations so far. A refusal that a test foresaw is none."""

    def __init__(self) -> None:
        super().__init__()
        self._expected: list[ExpectedRefusals] = []
        self.watchers: list[Callable[[Violation], None]] = []

    def append(self, violation: Violation) -> None:
        super().append(violation)
        for watcher in self.watchers:
            watcher(violation)

    def refused(self, when: datetime, code: int, what: str, request: str) -> None:
        """Takes note of a refused request, unless its code is expected."""
        for expected in self._expected:
            if code in expected.codes:
                expected.seen.append(f"{request}: {what}")
                return
        self.append(Violation(when, what, request))

    @contextmanager
    def expecting(self, *codes: int) -> Iterator[ExpectedRefusals]:
        """Refusals with these codes of Discord's are foreseen inside the block."""
        expected = ExpectedRefusals(frozenset(codes))
        self._expected.append(expected)
        try:
            yield expected
        finally:
            self._expected.remove(expected)
