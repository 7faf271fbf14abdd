"""A value in a request body that knows where it stands, so that rules read as sentences.

Checks never raise, whatever JSON the body is: they note what Discord would refuse. Null counts as absent, as in
Discord's own bodies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

DOCS = "https://docs.discord.com/developers/"


class Problem(NamedTuple):
    """What Discord would refuse: where (`components.0.label`, empty for the whole body), the rule, and the page of
    Discord's documentation that states it."""

    path: str
    rule: str
    source: str


@dataclass(frozen=True)
class Field:
    """`page` is where the rules for this value are documented, below `DOCS`; parts inherit it."""

    value: object
    page: str
    path: str = ""
    problems: list[Problem] = field(default_factory=list)
    """One list for the whole body."""

    def __getitem__(self, key: str) -> Field:
        """A part; absent where this is no object or lacks the key."""
        inner = self.value.get(key) if isinstance(self.value, Mapping) else None
        return replace(self, value=inner, path=self._below(key))

    def ruled_by(self, page: str) -> Field:
        return replace(self, page=page)

    @property
    def present(self) -> bool:
        return self.value is not None

    @property
    def filled(self) -> bool:
        """Present, and neither an empty text nor an empty list."""
        return self.value is not None and self.value not in ("", [])

    @property
    def parts(self) -> list[Field]:
        """What the list holds, without a judgement; none if it is no list."""
        if not isinstance(self.value, list):
            return []
        return [replace(self, value=inner, path=self._below(str(place))) for place, inner in enumerate(self.value)]

    def refuse(self, rule: str) -> None:
        self.problems.append(Problem(self.path, rule, DOCS + self.page))

    def needed(self) -> bool:
        """Whether it is there; its absence is a problem."""
        if not self.present:
            self.refuse("is required")
        return self.present

    def is_object(self) -> bool:
        """Whether it is an object; anything else that is there is a problem."""
        if self.present and not isinstance(self.value, Mapping):
            self.refuse("must be an object")
        return isinstance(self.value, Mapping)

    def text(self, shortest: int, longest: int) -> str:
        """Its text, empty if there is none. Lengths count characters (code points)."""
        if not self.present:
            return ""
        if not isinstance(self.value, str):
            self.refuse("must be a string")
            return ""
        if not shortest <= len(self.value) <= longest:
            self.refuse(f"must have {shortest} to {longest} characters, has {len(self.value)}")
        return self.value

    def whole(self, least: int, most: int) -> int | None:
        """Its whole number, if it is one (24.0 is, as in JSON Schema)."""
        number = self.value
        if isinstance(number, bool) or not isinstance(number, int | float) or number != number // 1:
            if self.present:
                self.refuse("must be a whole number")
            return None
        if not least <= number <= most:
            self.refuse(f"must be {least} to {most}")
        return int(number)

    def truth(self) -> bool | None:
        if self.present and not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value if isinstance(self.value, bool) else None

    def one_of(self, allowed: Collection[str | int]) -> bool:
        """Whether it is one of them; another value is a problem."""
        known = isinstance(self.value, str | int) and not isinstance(self.value, bool) and self.value in allowed
        if self.present and not known:
            self.refuse(f"must be one of {', '.join(map(str, allowed))}")
        return known

    def items(self, fewest: int, most: int) -> list[Field]:
        """Its parts, none if it is no list."""
        if not self.present:
            return []
        if not isinstance(self.value, list):
            self.refuse("must be a list")
            return []
        if not fewest <= len(self.value) <= most:
            self.refuse(f"must have {fewest} to {most} entries, has {len(self.value)}")
        return self.parts

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def refuse_repeats(fields: Collection[Field], what: str) -> None:
    """Notes every text that an earlier field already has."""
    seen: set[str] = set()
    for one in fields:
        if not isinstance(one.value, str):
            continue
        if one.value in seen:
            one.refuse(f"{what} {one.value!r} is used twice")
        seen.add(one.value)
