"""A small reader of Discord's markdown, for tests: what a client shows, and what in it does something.

Rules as https://docs.discord.com/developers/reference#message-formatting,
https://support.discord.com/hc/en-us/articles/210298617 and the clients have them. It errs on the side of finding
something.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_UNREMARKABLE = re.compile(r"[^\\*_~|`\[<:@hs\n>#0-9+-]+")

_INLINE = {
    "code block": r"```.+?```",
    "code": r"(`+)[^`].*?(?<!`)\1(?!`)",
    "bold": r"\*\*(?:\\.|[^\\])+?\*\*",
    "italic": r"\*(?!\s)(?:\\.|[^*\\])+?\*|_(?:\\.|[^_\\])+?_(?![A-Za-z0-9])",
    "underline": r"__(?:\\.|[^\\])+?__",
    "strikethrough": r"~~.+?~~",
    "spoiler": r"\|\|.+?\|\|",
    "masked link": r"\[[^\]]+\]\(\s*<?[a-z]+:[^)]+\)",
    "mention": r"<(?:@[!&]?|#)\d+>",
    "command": r"</[^<>:]+:\d+>",
    "timestamp": r"<t:-?\d+(?::[A-Za-z])?>",
    "navigation": r"<id:[a-z-]+(?::\d+)?>",
    "emoji": r"<a?:\w+:\d+>|:[\w+-]+:",
    "everyone": r"@(?:everyone|here)",
    "address": r"(?:https?|steam)://[^\s<]*[^\s<.,:;\"'\]]",
    "address in brackets": r"<[a-z][a-z+.-]*:[^ >]+>",
}
_AT_LINE_START = {
    "heading": r"#{1,3}\s",
    "small print": r"-#\s",
    "quote": r">(?:>>)?\s",
    "list": r"(?:[*+-]|\d+\.)\s",
}
_RULES = [(name, re.compile(rule, re.DOTALL)) for name, rule in _INLINE.items()]
_LINE_RULES = [(name, re.compile(rule)) for name, rule in _AT_LINE_START.items()]


class Shown(NamedTuple):
    text: str
    active: list[str]


def shown(markdown: str) -> Shown:
    """The text that a reader sees, and the names of the rules that did something on the way (they are not applied)."""
    text: list[str] = []
    active: list[str] = ["everyone"] if re.search("@(?:everyone|here)", markdown) else []  # pings through escapes
    at, line_start = 0, True
    while at < len(markdown):
        if run := _UNREMARKABLE.match(markdown, at):
            text.append(run[0])
            at = run.end()
            line_start = line_start and run[0].isspace()
            continue
        if escape := _ESCAPE.match(markdown, at):
            text.append(escape[1])
            at = escape.end()
            line_start = False
            continue
        rules = _LINE_RULES + _RULES if line_start else _RULES
        active += [name for name, rule in rules if rule.match(markdown, at)]
        text.append(markdown[at])
        line_start = markdown[at] == "\n"
        at += 1
    return Shown("".join(text), active)
