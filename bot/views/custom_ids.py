"""The one owner of what stands in a `custom_id`: format and parser.

A button must work for ever, so its id carries all it needs: `pc:<version>:<action>:<argument>:<argument>…`, at most
100 characters (Discord's limit; developers/components/reference). Ids of an older version stay readable when the
format changes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

VERSION = 1
PATTERN = re.compile(r"pc:(?P<version>\d+):(?P<action>[a-z-]+)(?P<arguments>(?::[^:]*)*)")


class Press(NamedTuple):
    """What a button asks for. `values` is what was chosen, where it is a menu."""

    action: str
    arguments: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The paper, for the actions about one paper: their first argument."""
        return int(self.arguments[0])


def custom_id(action: str, *arguments: object) -> str:
    """The id of a button; arguments hold no colon."""
    return ":".join(["pc", str(VERSION), action, *map(str, arguments)])


def parse(match: re.Match[str]) -> Press:
    """What a matched id says."""
    return Press(match["action"], tuple(match["arguments"].split(":")[1:]))


def parse_text(text: str) -> Press | None:
    """The same from the text; None when it is not one of ours."""
    match = PATTERN.fullmatch(text)
    return None if match is None else parse(match)
