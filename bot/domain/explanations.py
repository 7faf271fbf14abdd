"""A paper's core idea in plain words, and which of several explanations is shown first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from bot.errors import NotUnderstood

Level = Literal["newcomer", "practitioner", "researcher"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""For whom it is written."""

EXPLANATION_LENGTH = 500


class Explanation(BaseModel):
    """What one member wrote on one paper. `at` is when they first did: editing keeps its place and its votes."""

    model_config = ConfigDict(frozen=True)

    id: int
    user_id: int
    level: Level
    text: str
    at: datetime
    votes: int = 0


class BestExplanation(BaseModel):
    """The one on the card, and how many there are in all."""

    model_config = ConfigDict(frozen=True)

    user_id: int
    level: Level
    text: str
    of: int


class Draft(NamedTuple):
    """What a member sends in the form."""

    level: Level
    text: str


def best_first(explanations: Iterable[Explanation]) -> list[Explanation]:
    """Most votes first; of equal ones the older. `storage/community.py` chooses the first by the same rule."""
    return sorted(explanations, key=lambda each: (-each.votes, each.at, each.id))


def best(explanations: Iterable[Explanation]) -> Explanation | None:
    """The one for the card."""
    return next(iter(best_first(explanations)), None)


def read_draft(level: str, text: str) -> Draft:
    """A form can be sent by other means than Discord's window, so its limits are checked again."""
    words = text.strip()
    chosen = next((each for each in LEVELS if each == level), None)
    if chosen is None:
        raise NotUnderstood("Choose whom it is for: a newcomer, a practitioner or a researcher.")
    if not words:
        raise NotUnderstood("Write the idea in a few plain words; the form was empty.")
    if len(words) > EXPLANATION_LENGTH:
        raise NotUnderstood(f"An explanation has at most {EXPLANATION_LENGTH} characters. Write it shorter.")
    return Draft(chosen, words)
