"""Where lines are written: a terminal with colours, or any stream without."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from typing import TextIO

from sandbox.terminal.lines import Line, Span, plain

NARROWEST, WIDEST = 60, 100

_SGR = {
    "bold": "1",
    "heading": "1",
    "dim": "2",
    "small": "2",
    "italic": "3",
    "underline": "4",
    "struck": "9",
    "spoiler": "7",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "mention": "36",
    "code": "33",
    "link": "34",
    "name": "1;35",
}
"""Styles as parameters of "select graphic rendition" (ECMA-48, 8.3.117)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Shown, these would move the cursor or worse; a message must not."""


class Screen:
    """`is_live` says that somebody sits in front of it."""

    def __init__(self, out: TextIO, *, width: int, colours: bool, is_live: bool) -> None:
        self._out = out
        self._colours = colours
        self.width = width
        self.is_live = is_live

    @classmethod
    def on(cls, out: TextIO, environment: Mapping[str, str] = os.environ) -> Screen:
        """Colours on a terminal only, unless NO_COLOR is set (https://no-color.org)."""
        is_live = out.isatty()
        colours = is_live and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        width = shutil.get_terminal_size((NARROWEST + 30, 24)).columns
        return cls(out, width=min(max(width, NARROWEST), WIDEST), colours=colours, is_live=is_live)

    def write(self, *lines: Line) -> None:
        """Each on a line of its own; seen at once."""
        for line in lines:
            text = "".join(map(self._coloured, line)) if self._colours else _CONTROL.sub("", plain(line))
            self._out.write(f"{text.rstrip()}\n")
        self._out.flush()

    def _coloured(self, part: Span) -> str:
        text = _CONTROL.sub("", part.text)
        codes = ";".join(_SGR[name] for name in sorted(part.style))
        return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text
