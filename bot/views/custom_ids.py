"""The one owner of what stands in a `custom_id`: format and parser.

A button must work for ever, so its id carries all it needs: `pc:<version>:<action>:<argument>:<argument>…`, at most
100 characters (Discord's limit; developers/components/reference). Ids of an older version stay readable when the
format changes; those of a newer one are not understood, after an older bot was put back.
"""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = 1
_ID = re.compile(r"pc:(?P<version>[0-9]{1,4}):(?P<action>[a-z-]+)(?P<arguments>(?::[^:]*)*)")
_NUMBER = re.compile(r"[0-9]{1,19}")
_LARGEST = 2**63 - 1
"""What a column of the database takes; Discord's ids are no larger."""


class Unreadable(ValueError):
    """No button and no form of ours has such arguments. Whoever pressed is told that it is no longer in use."""


class Press(NamedTuple):
    """What a button asks for. `values` is what was chosen, where it is a menu."""

    action: str
    arguments: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """What it is about, for the actions about one paper, round, import or reading of history: their first
        argument. Raises Unreadable."""
        return self.number_at(0)

    @property
    def chosen(self) -> set[int]:
        """The ids that were chosen from a menu of channels or roles. Raises Unreadable."""
        return set(map(read_number, self.values))

    def number_at(self, place: int) -> int:
        """One argument that is a number. Raises Unreadable where there is none."""
        return read_number(self.text_at(place))

    def text_at(self, place: int) -> str:
        """One argument. Raises Unreadable where there is none."""
        if place >= len(self.arguments):
            raise Unreadable(f"{self.action} says too little: {len(self.arguments)} parts")
        return self.arguments[place]


UNKNOWN = Press("", ())
"""Of an id that is not understood; nobody answers such an action."""


def custom_id(action: str, *arguments: object) -> str:
    """The id of a button; arguments hold no colon."""
    return ":".join(["pc", str(VERSION), action, *map(str, arguments)])


def parse_text(text: str) -> Press | None:
    """What an id says; None when it is not one of ours."""
    match = _ID.fullmatch(text)
    if match is None or int(match["version"]) > VERSION:
        return None
    return Press(match["action"], tuple(match["arguments"].split(":")[1:]))


def read_number(text: str) -> int:
    """A number as ids have it. Raises Unreadable."""
    if not _NUMBER.fullmatch(text) or int(text) > _LARGEST:
        raise Unreadable("one part is no number of ours")
    return int(text)
