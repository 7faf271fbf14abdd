"""What members type about reports, checked. A form can be sent by other means than Discord's window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.domain.reports import (
    HAPPENED_LENGTH,
    LINK_LENGTH,
    MADE_WORK_LENGTH,
    OUTCOMES,
    SETTING_LENGTH,
    TRIED_LENGTH,
    Outcome,
    Words,
)
from bot.errors import NotUnderstood


def read_words(texts: Mapping[str, Any], outcome: str, link: str | None) -> Words:
    """From the fields of the form. Raises NotUnderstood, which says which one to change."""
    setting, tried, happened = (_needed(texts, *field) for field in _NEEDED)
    return Words(
        outcome=read_outcome(outcome),
        setting=setting,
        tried=tried,
        happened=happened,
        made_work=_short(str(texts.get("made_work") or ""), MADE_WORK_LENGTH),
        link=read_link(link),
    )


_NEEDED = (
    ("setting", SETTING_LENGTH, "in which setting"),
    ("tried", TRIED_LENGTH, "what you tried"),
    ("happened", HAPPENED_LENGTH, "what happened"),
)


def read_outcome(text: str) -> Outcome:
    """One of the six."""
    found = next((outcome for outcome in OUTCOMES if outcome == text), None)
    if found is None:
        raise NotUnderstood("That is no outcome I know. Choose one of the six.")
    return found


def read_link(text: str | None) -> str | None:
    """None for an empty one. It is never fetched, and shown as text or on a button."""
    link = (text or "").strip()
    if not link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    plain = link.isprintable() and not any(character.isspace() or character in "<>\"'`" for character in link)
    if not plain or parts.scheme not in ("http", "https") or "." not in parts.netloc or len(link) > LINK_LENGTH:
        raise NotUnderstood(
            f"The link must begin with https:// and have at most {LINK_LENGTH} characters. Check it, or leave it out."
        )
    return link


def read_line(text: str, most: int) -> str:
    """A line that may be empty."""
    return _short(text, most)


def read_text(text: str, most: int) -> str:
    """A line that must say something."""
    if not text.strip():
        raise NotUnderstood("The form was empty. Write a few words.")
    return _short(text, most)


def _needed(texts: Mapping[str, Any], field: str, most: int, what: str) -> str:
    words = str(texts.get(field) or "").strip()
    if not words:
        raise NotUnderstood(f"The form does not say {what}. Write a few words there.")
    return _short(words, most)


def _short(text: str, most: int) -> str:
    words = text.strip()
    if len(words) > most:
        raise NotUnderstood(f"One of the texts has more than {most} characters. Write it shorter.")
    return words
