"""What members type as tags."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from bot.errors import NotUnderstood

MAX_TAGS = 10
MAX_TAG_LENGTH = 30


def parse_tags(typed: str) -> tuple[str, ...]:
    """Comma-separated tags in lower case, each once: `RL, #World models` is `rl`, `world models`."""
    tags = dict.fromkeys(filter(None, map(_clean, typed.split(","))))
    check_number(tags)
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            raise NotUnderstood(f"A tag has at most {MAX_TAG_LENGTH} characters, and commas go between tags.")
    return tuple(tags)


def check_number(tags: Collection[str]) -> None:
    """Refuses more tags than a paper takes."""
    if len(tags) > MAX_TAGS:
        raise NotUnderstood(f"That makes {len(tags)} tags; a paper takes up to {MAX_TAGS}.")


def _clean(tag: str) -> str:
    plain = "".join(" " if char == ":" or unicodedata.category(char).startswith(("C", "Z")) else char for char in tag)
    return " ".join(plain.split()).lstrip("#").strip().casefold()
