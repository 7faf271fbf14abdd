"""What `check` says about one thing."""

from __future__ import annotations

from typing import Literal, NamedTuple

WELL, FAILED, REFUSED, NO_DATABASE = 0, 1, 3, 4
"""Exit codes, the same as for the other commands."""


class Finding(NamedTuple):
    """One line. `warn`: the bot runs, but does less or may come to harm; `code`: what a `fail` ends `check` with."""

    verdict: Literal["ok", "warn", "fail"]
    what: str
    words: str
    code: int = FAILED

    def __str__(self) -> str:
        return f"{self.verdict:<4}  {self.what:<11}  {self.words}"
