"""What `check` says about one thing."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One line. `off`: the bot runs without it but does less; `refused`: Discord turns the token down."""

    verdict: Literal["ok", "off", "FAIL"]
    what: str
    words: str
    refused: bool = False

    def __str__(self) -> str:
        return f"{self.verdict:<4} {self.what}: {self.words}"
