"""What all payloads are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")


def optional_id(value: int | None) -> str | None:
    return None if value is None else str(value)


def emoji(name: str) -> Json:
    """`name:id` is a server's own emoji, anything else a character."""
    plain, _, emoji_id = name.partition(":")
    return {"id": emoji_id or None, "name": plain}
