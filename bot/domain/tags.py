"""What members type as tags."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from bot.errors import NotUnderstood

MAX_TAGS = 10
MAX_TAG_LENGTH = 30

NO_TAGS = "none"
"""Typed in place of tags it means that there are to be none; so it is never one itself."""


def parse_tags(typed: str) -> tuple[str, ...]:
    """Comma-separated tags in lower case, each once: `RL, #World models` is `rl`, `world models`."""
    tags = dict.fromkeys(filter(None, map(_clean, typed.split(","))))
    tags.pop(NO_TAGS, None)
    check_number(tags)
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            raise NotUnderstood(f"A tag has at most {MAX_TAG_LENGTH} characters. Write commas between tags.")
    return tuple(tags)


def parse_all_tags(typed: str) -> tuple[str, ...]:
    """The tags that a paper is to have; `none` for no tags. What is neither is refused, so that a slip of the finger
    takes nothing off."""
    tags = parse_tags(typed)
    if not tags and _clean(typed) != NO_TAGS:
        raise NotUnderstood(f"Write the tags with commas between them, or {NO_TAGS} to take them all off.")
    return tags


def parse_tag(typed: str) -> str:
    """The one tag that was typed."""
    tags = parse_tags(typed)
    if len(tags) != 1:
        raise NotUnderstood("Name one tag, without commas; the tags of this server appear while you type.")
    return tags[0]


def finish_tags(typed: str, known: Sequence[str]) -> list[str]:
    """What was typed with its last tag finished, once for each of the `known` tags that hold what is there of it and
    were not typed before. Those that begin so come first, else they keep their order."""
    others = list(filter(None, map(_clean, typed.split(",")[:-1])))
    part = unfinished_tag(typed)
    found = [tag for tag in known if part in tag and tag not in others]
    found.sort(key=lambda tag: not tag.startswith(part))
    return [", ".join([*others, tag]) for tag in found]


def unfinished_tag(typed: str) -> str:
    """What is there of the tag that is being typed, the last one."""
    return _clean(typed.rpartition(",")[2])


def check_number(tags: Collection[str]) -> None:
    """Refuses more tags than a paper takes."""
    if len(tags) > MAX_TAGS:
        raise NotUnderstood(f"That makes {len(tags)} tags; a paper takes up to {MAX_TAGS}. Choose the best of them.")


def _clean(tag: str) -> str:
    plain = "".join(" " if char == ":" or unicodedata.category(char).startswith(("C", "Z")) else char for char in tag)
    return " ".join(plain.split()).lstrip("#").strip().casefold()
