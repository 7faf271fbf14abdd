"""How a member reads of permissions that the bot lacks."""

from __future__ import annotations

from collections.abc import Sequence


def still_needed(names: Sequence[str]) -> str:
    """A sentence about a channel; empty when nothing is missing there."""
    return f"I still need there: {', '.join(names)}." if names else ""
