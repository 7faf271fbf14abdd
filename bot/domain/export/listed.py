"""What a file of the list is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.domain.reading_list import Entry


class Listed(NamedTuple):
    """One line of the list with what members noted on it, without their names (docs/decisions/0013)."""

    entry: Entry
    notes: tuple[str, ...]


class ListWriter(Protocol):
    """Writes one file piece by piece, so that a long list holds up nobody: `head`, `lines` any number of times,
    `tail`."""

    def head(self) -> str: ...

    def lines(self, listed: Sequence[Listed]) -> str: ...

    def tail(self) -> str: ...
