"""What the developers' panel may show: no token, and no more than somebody reads."""

from __future__ import annotations

import re
from typing import Any

_LONGEST_TEXT = 2000
_MOST_ITEMS = 60
_DEEPEST = 10
_HIDDEN = "(hidden)"
_SECRET_KEYS = {"token", "session_id"}
_TOKEN_IN_PATH = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?]+")


def shown_path(path: str) -> str:
    """An address without the token of the interaction it belongs to."""
    return _TOKEN_IN_PATH.sub(rf"\g<1>{_HIDDEN}", path)


def shown(value: Any, secret: str, depth: int = 0) -> Any:
    """A copy of a JSON value, cut where it is long or deep; `secret` is the bot's token."""
    if isinstance(value, str):
        text = shown_path(value.replace(secret, _HIDDEN))
        return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
    if not isinstance(value, (dict, list)):
        return value
    if depth == _DEEPEST:
        return "…"
    if isinstance(value, list):
        items = [shown(item, secret, depth + 1) for item in value[:_MOST_ITEMS]]
        return items if len(value) <= _MOST_ITEMS else [*items, f"… {len(value) - _MOST_ITEMS} more"]
    return {
        str(key): _HIDDEN if key in _SECRET_KEYS else shown(item, secret, depth + 1)
        for key, item in list(value.items())[:_MOST_ITEMS]
    }
