"""Plain text on its way into a Discord message: shown literally, and cut to fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice

from bot.domain.latex import readable

# All alternatives begin with a character of one set, which is found three times as fast as several patterns are.
_ACTIVE = re.compile(
    r"""[\\*_~|`\[\]<:@](?:           # escapes, emphasis, spoilers, code, links, and everything in angle brackets
        (?<![:@])
      | (?<=:)(?=//|[\w+-]+:)          # addresses and :shortcodes:
      | (?<=@)(?=everyone|here)
    )""",
    re.VERBOSE,
)
_ACTIVE_AT_LINE_START = re.compile(
    r"""^[^\S\n]*(?:
        [-+>\#]                        # lists, quotes, headings, small print
      | [0-9]+\.(?=\s|\Z)             # numbered lists
    )""",
    re.VERBOSE | re.MULTILINE,
)
"""What Discord's clients act on, https://docs.discord.com/developers/reference#message-formatting and
https://support.discord.com/hc/en-us/articles/210298617. A backslash works before every ASCII punctuation mark."""

_ZERO_WIDTH_SPACE = "\u200b"
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

ELLIPSIS = "…"
"""Behind what was cut."""

_SENTENCE_END = re.compile(r"""(?:[.!?…][)\]"'”’»]*(?=\s)|[。！？]|\n(?=\n))""")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:e\.g|i\.e|al|cf|vs|etc|resp|approx|ca|Figs?|Eqs?|Refs?|Secs?|No|Dr|Mr|Mrs|Prof|St|[A-Z])\.$"
)

_LONGEST_NAME = 100
_SPLIT_INITIALS = re.compile(r"(?<=\.) -(?=\w)")


def literal(text: str) -> str:
    """Discord markdown that shows exactly `text`: nothing in it formats, mentions, links or becomes an emoji.

    Not for the label of a masked link, where Discord shows backslashes as they are
    (https://github.com/discord/discord-api-docs/issues/6185). At most twice as long as `text`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ACTIVE_AT_LINE_START.sub(_disarm, _ACTIVE.sub(_disarm, text))


def _disarm(active: re.Match[str]) -> str:
    found = active[0]
    if found == "@":
        return "@" + _ZERO_WIDTH_SPACE
    return f"{found[:-1]}\\{found[-1]}"


def shorten(text: str, limit: int) -> str:
    """`text`, or its beginning and "…" in at most `limit` characters.

    Cuts behind a sentence if that keeps at least half of the limit, else between words, else between characters as
    people see them. Characters are code points, as Discord counts them
    (https://github.com/discord/discord-api-docs/issues/1315).
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    return _whole_sentences(text, limit) or _whole_words(text, limit) + ELLIPSIS


def literal_within(text: str, limit: int) -> str:
    """The markdown of `literal` in at most `limit` characters; the plain text is cut, so no escape is torn apart."""
    room = limit
    while True:
        shown = literal(shorten(text, room))
        excess = len(shown) - limit
        if excess <= 0:
            return shown
        room = min(room, len(text)) - (excess + 1) // 2  # one character fewer is at most two fewer in markdown


def author_line(authors: Sequence[str], shown: int = 5) -> str:
    """Readable plain text: the first names, then "and 12 more". Only the names shown are looked at, however many
    there are."""
    names = ", ".join(_author(name) for name in islice(authors, shown))
    more = len(authors) - shown
    return f"{names} and {more:,} more" if more > 0 else names


def _author(name: str) -> str:
    # arXiv's API splits hyphenated initials: "C. -P. Yuan"
    return shorten(_SPLIT_INITIALS.sub("-", readable(_LINE_BREAK.sub(" ", name))), _LONGEST_NAME)


def _whole_sentences(text: str, limit: int) -> str:
    """Empty when no sentence ends in the second half of what fits. The ellipsis stands apart from the full stop."""
    room = limit - len(ELLIPSIS) - 1
    kept = 0
    for end in _SENTENCE_END.finditer(text[: room + 1]):
        if limit / 2 <= end.end() <= room and not _ABBREVIATION.search(text, max(0, end.start() - 10), end.end()):
            kept = end.end()
    return f"{text[:kept].rstrip()} {ELLIPSIS}" if kept else ""


def _whole_words(text: str, limit: int) -> str:
    room = limit - len(ELLIPSIS)
    for cut in range(room, limit // 2, -1):
        if text[cut].isspace():
            return text[:cut].rstrip(" \n\t,;:([{–—-")
    return text[: _character_start(text, room)].rstrip()


def _character_start(text: str, cut: int) -> int:
    """The last place at or before `cut` that does not tear apart what is one character to a reader."""
    while cut > 0 and _belong_together(text[cut - 1], text[cut]):
        cut -= 1
    flags = 0
    while flags < cut and _is_flag_letter(text[cut - 1 - flags]):
        flags += 1
    return cut - flags % 2 if _is_flag_letter(text[cut]) else cut


def _belong_together(before: str, after: str) -> bool:
    if before == "\u200d" or after in "\u200c\u200d" or unicodedata.category(after) in {"Mn", "Mc", "Me"}:
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    # skin tones, and the tag characters of regional flags
    return "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
