"""Discord's markdown as styled lines.

The rules are those of https://docs.discord.com/developers/reference#message-formatting and
https://support.discord.com/hc/en-us/articles/210298617, as far as bots and members use them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sandbox.terminal.lines import Line, Span

_INLINE = re.compile(
    r"""
      \\(?P<escaped>[^0-9A-Za-z\s])
    | (?P<ticks>`+)(?P<code>[^`](?:.*?[^`])?)(?P=ticks)(?!`)
    | \*\*(?P<bold>(?:\\.|[^\\])+?)\*\*
    | __(?P<underline>(?:\\.|[^\\])+?)__
    | ~~(?P<struck>(?:\\.|[^\\])+?)~~
    | \|\|(?P<spoiler>(?:\\.|[^\\])+?)\|\|
    | \*(?!\s)(?P<italic>(?:\\.|[^*\\])+?)\*
    | (?<![0-9A-Za-z])_(?P<slanted>(?:\\.|[^_\\])+?)_(?![0-9A-Za-z])
    | \[(?P<label>[^\]\n]+)\]\(<?https?://[^)\s]+\)
    | <@!?(?P<user>\d+)>
    | <\#(?P<channel>\d+)>
    | <t:(?P<seconds>-?\d+)(?::(?P<form>[tTdDfFsSR]))?>
    | </(?P<command>[^:>]+):\d+>
    | <(?P<quiet>https?://[^>\s]+)>
    | (?P<address>https?://[^\s<]*[^\s<.,:;"'\])])
    """,
    re.VERBOSE,
)
_STYLES = {"italic": "italic", "slanted": "italic"} | {
    name: name for name in ("bold", "underline", "struck", "spoiler")
}
_CODE_BLOCK = re.compile(r"```(?:[\w+-]+\n)?\n?(.*?)\n?```", re.DOTALL)
_HEADING = re.compile(r"#{1,3} +(?=\S)")
_SMALL = re.compile(r"-# +(?=\S)")
_QUOTE = re.compile(r"> ")
_BULLET = re.compile(r"( *)[*-] +(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"

BAR = Span("▏ ", frozenset({"dim"}))
"""Stands before each row of a quote or of a block of code."""

_CLOCK_FORMS = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%d/%m/%Y",
    "D": "%d %B %Y",
    "f": "%d %B %Y %H:%M",
    "F": "%A, %d %B %Y %H:%M",
    "s": "%d/%m/%Y, %H:%M",
    "S": "%d/%m/%Y, %H:%M:%S",
}
_UNITS = (("year", 365 * 86400), ("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


class Names(Protocol):
    """What a reader's client knows and the text does not say."""

    @property
    def now(self) -> datetime: ...

    def user(self, user_id: int) -> str: ...

    def channel(self, channel_id: int) -> str: ...


def render(markdown: str, names: Names) -> list[Line]:
    """The lines that a reader sees, not yet broken to a width. Times are in UTC."""
    return _Reader(names).lines(markdown)


def ago(moment: datetime, now: datetime) -> str:
    """`3 minutes ago`, `in 2 hours`."""
    seconds = round((now - moment) / timedelta(seconds=1))
    name, size = next(((name, size) for name, size in _UNITS if abs(seconds) >= size), ("second", 1))
    count = abs(seconds) // size
    if not count:
        return "just now"
    words = f"{count} {name}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


@dataclass(frozen=True)
class _Reader:
    names: Names

    def lines(self, markdown: str) -> list[Line]:
        found: list[Line] = []
        at = 0
        for block in _CODE_BLOCK.finditer(markdown):
            if before := markdown[at : block.start()].removesuffix("\n"):
                found += map(self._line, before.split("\n"))
            found += [(BAR, Span(row, _CODE)) for row in block[1].split("\n")]
            at = block.end()
        rest = markdown[at:].removeprefix("\n") if at else markdown
        if rest or not at:
            found += map(self._line, rest.split("\n"))
        return found

    def _line(self, text: str) -> Line:
        if start := _HEADING.match(text):
            return self._spans(text[start.end() :], frozenset({"heading"}))
        if start := _SMALL.match(text):
            return self._spans(text[start.end() :], frozenset({"small"}))
        if start := _QUOTE.match(text):
            return (BAR, *self._spans(text[start.end() :], frozenset()))
        if start := _BULLET.match(text):
            return (Span(f"{start[1]}• "), *self._spans(text[start.end() :], frozenset()))
        return self._spans(text, frozenset())

    def _spans(self, text: str, style: frozenset[str]) -> Line:
        return tuple(part for part in self._parts(text, style) if part.text)

    def _parts(self, text: str, style: frozenset[str]) -> Iterator[Span]:
        at = 0
        for found in _INLINE.finditer(text):
            yield Span(_visible(text[at : found.start()]), style)
            yield from self._part(found, style)
            at = found.end()
        yield Span(_visible(text[at:]), style)

    def _part(self, found: re.Match[str], style: frozenset[str]) -> Iterator[Span]:
        kind = found.lastgroup or ""
        if kind in _STYLES:
            yield from self._parts(found[kind], style | {_STYLES[kind]})
            return
        if kind == "escaped":
            yield Span(found[kind], style)
        elif kind == "code":
            yield Span(found[kind].strip(), style | {"code"})
        elif kind in {"label", "quiet", "address"}:
            yield Span(found[kind], style | {"link"})
        elif kind in {"seconds", "form"}:
            yield Span(self._moment(int(found["seconds"]), found["form"] or "f"), style)
        else:
            yield Span(self._mention(kind, found[kind]), style | {"mention"})

    def _mention(self, kind: str, named: str) -> str:
        if kind == "user":
            return f"@{self.names.user(int(named))}"
        if kind == "channel":
            return f"#{self.names.channel(int(named))}"
        return f"/{named}"

    def _moment(self, seconds: int, form: str) -> str:
        moment = datetime.fromtimestamp(seconds, UTC)
        return ago(moment, self.names.now) if form == "R" else f"{moment:{_CLOCK_FORMS[form]}}"


_CODE = frozenset({"code"})


def _visible(text: str) -> str:
    return text.replace(_ZERO_WIDTH_SPACE, "")
