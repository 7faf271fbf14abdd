"""Choices of an option, fixed ones and those that autocomplete offers."""

from __future__ import annotations

from sandbox.bodies.field import Field, Problem
from sandbox.bodies.locales import translations

MOST_CHOICES = 25
LARGEST_NUMBER = 2**53
"""Whole numbers are less than this either way, so that they survive in JavaScript."""

STRING, INTEGER, NUMBER = 3, 4, 10
"""The option types that can have choices."""

_AUTOCOMPLETE = "interactions/receiving-and-responding#interaction-response-object-autocomplete"


def autocomplete_problems(data: object) -> list[Problem]:
    """`data` of an interaction's answer of type 8. The option's type is not in it, so values are only held to be of
    one type."""
    root = Field(data, _AUTOCOMPLETE)
    if root.is_object() and root["choices"].needed():
        choices = root["choices"].items(0, MOST_CHOICES)
        for choice in choices:
            check_choice(choice)
        texts = [isinstance(choice["value"].value, str) for choice in choices]
        if any(texts) and not all(texts):
            root["choices"].refuse("values must be all texts or all numbers")
    elif not root.present:
        root.refuse("is required")
    return root.problems


def check_choice(choice: Field, option_type: int | None = None) -> None:
    if not choice.is_object():
        choice.needed()
        return
    if choice["name"].needed():
        choice["name"].text(1, 100)
    for name in translations(choice["name_localizations"]):
        name.text(1, 100)
    value = choice["value"]
    if not value.needed():
        return
    if option_type == STRING or (option_type is None and isinstance(value.value, str)):
        value.text(0, 100)
    elif option_type == INTEGER:
        value.whole(1 - LARGEST_NUMBER, LARGEST_NUMBER - 1)
    elif isinstance(value.value, bool) or not isinstance(value.value, int | float):
        value.refuse("must be a number")
    elif not abs(value.value) <= LARGEST_NUMBER:
        value.refuse(f"must be -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
