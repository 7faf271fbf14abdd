"""Where in a message something may name a paper: addresses and identifiers, outside code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.link_hosts import ENDINGS, identify_address
from bot.domain.link_ids import ARXIV, DOI_CHARACTER, DOI_PREFIX, Identified, identify

# Ends an address in a sentence: spaces, quotation marks, Markdown and the punctuation of other scripts.
_STOP = (
    r"\s\x00-\x1f\x7f<>\"`\\|^\u200b-\u200f\u2028-\u202f\u2060\ufeff"
    "“”„‘’‚«»‹›…、。，．！？：；（）［］｛｝【】「」『』《》〈〉"
)
_BRACKETS = r"()\[\]{}"
# Old DOIs hold angle brackets, 10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2,
# and Discord's own escape of `_` is a backslash.
_ODD = r"\\_|<\d{1,6}:{1,2}[A-Za-z0-9-]{1,30}>"
# Groups repeat inside (?>…) rather than with ++: until Python 3.11.5 that lost its place when a repeated group failed
# half-way (https://github.com/python/cpython/issues/106052).
# An address holds brackets in pairs, one pair inside another at most: `[a](https://b.org/c_(d))[e](https://f.org)`.
_ROUND = rf"\((?>(?:[^{_STOP}()]|{_ODD}|\([^{_STOP}()]*+\))*)\)"
_SQUARE = rf"\[[^{_STOP}\[\]]*+\]"
_CURLY = rf"\{{[^{_STOP}{{}}]*+\}}"
_PAIRS_AND_ODD = rf"{_ROUND}|{_SQUARE}|{_CURLY}|{_ODD}"
_ADDRESS = rf"[^{_STOP}{_BRACKETS}]++(?>(?:(?:{_PAIRS_AND_ODD})[^{_STOP}{_BRACKETS}]*+)*)"
_DOI = (
    rf"{DOI_PREFIX}(?=[^{_STOP}]{{4}})(?=[^{_STOP}]{{0,60}}\d)"  # 10.1234/5 is a number, 10.1234/month a price
    rf"(?>(?:{_PAIRS_AND_ODD}|(?![<>{_BRACKETS}]|[,;]@){DOI_CHARACTER})+)"
)
_PIECE = re.compile(
    rf"[Hh][Tt][Tt][Pp][Ss]?://(?=\w)(?P<address>{_ADDRESS})"
    r"|(?<![A-Za-z0-9])(?:"
    r"[Aa][Rr][Xx][Ii][Vv](?:\s?(?i:preprint|e-?print|paper|id|number)\b)?[\s:：.#=*_/\[({\"-]{0,4}"
    rf"(?P<arxiv>{ARXIV})"
    # A host without http:// in front; hosts unknown to us too, so that no address is found inside another one.
    rf"|(?<![.@_/-])(?P<host>(?>(?:[A-Za-z0-9-]++\.)+)[A-Za-z]{{2,}}+(?:\:\d+)?[/?]{_ADDRESS})"
    rf"|(?<![./_-])(?P<doi>{_DOI})"
    r"|(?P<pmc>[Pp][Mm][Cc]\d{5,8})(?![A-Za-z0-9])"
    r"|[Pp][Mm][Ii][Dd]\s?[:：#=]?\s{0,2}(?P<pmid>\d{1,8})(?![A-Za-z0-9])"
    r")"
)
_HOST_AND_PATH = re.compile(rf"\.(?:{'|'.join(ENDINGS)})/")
# One pasted right behind another. One behind `/` or `=` is a part of it: an archive's, a redirection's.
_GLUED = re.compile(r"http(?<=[A-Za-z0-9|)]http)(?=s?://)")  # small letters first: found several times as fast
_GLUED_BY_COMMA = re.compile(r"[,;](?=(?i:https?://|doi:|doi\.org/|arxiv[:.]|pmid:)|10\.\d{4,9}/)")
_DOI_START = re.compile(DOI_PREFIX)
_ENDS_A_SENTENCE = ".,;:!?'*~$&="
_MARKUP = "_*~|(<["
_BACKTICKS = re.compile(r"`+")
_FENCE = 3
_LONGEST_MARKUP = 8
_OPEN_ENDED = {"address", "host", "doi"}


class Piece(NamedTuple):
    """One place that may name a paper."""

    found: Identified | None
    is_link: bool
    """Discord makes a link of it, with a preview of its page."""
    quiet: bool
    """It stands in <angle brackets>: no preview."""


def may_name_papers(text: str) -> bool:
    """A quick look that lets most messages go; where it says no, nothing in `text` names a paper or is a link."""
    lowered = text.lower()
    # One letter, or two, are looked for faster than a word.
    if "x" in lowered and "arxiv" in lowered:
        return True
    if "pm" in lowered and ("pmid" in lowered or "pmc" in lowered):
        return True
    if "/" not in lowered:
        return False
    return "://" in lowered or bool(_HOST_AND_PATH.search(lowered) or _DOI_START.search(lowered))


def pieces(text: str) -> Iterator[Piece]:
    """All of them, in order."""
    if "`" in text:
        text = _without_code(text)
    if text.count("://") > 1:
        text = _GLUED.sub(" http", text)
    if "," in text or ";" in text:
        text = _GLUED_BY_COMMA.sub(" ", text)
    position = 0
    while match := _PIECE.search(text, position):
        kind = match.lastgroup or ""
        start, end = match.start(), match.end()
        quiet = text[start - 1 : start] == "<" and text[end : end + 1] == ">" and text[start - 2 : start - 1] != "\\"
        position = end
        if kind in _OPEN_ENDED:
            position = _end_of(text, start, end)
        yield Piece(_identify(kind, text[match.start(kind) : position]), kind == "address", quiet)
        position = max(position, start + 1)


def _identify(kind: str, value: str) -> Identified | None:
    return identify_address(value) if kind in {"address", "host"} else identify(kind, value)


def _end_of(text: str, start: int, end: int) -> int:
    """Where what starts at `start` really ends: before the punctuation, Markdown and other scripts' letters that only
    follow it."""
    punctuation = _ENDS_A_SENTENCE
    before = text[max(0, start - _LONGEST_MARKUP) : start]
    if "_" in before[len(before.rstrip(_MARKUP)) :]:  # otherwise OpenReview's identifiers may end with it
        punctuation += "_"
    while end > start and (text[end - 1] in punctuation or not text[end - 1].isascii()):
        end -= 1
    return end


def _without_code(text: str) -> str:
    """A space in place of each code block and inline code. Discord closes a run of one or two backticks with a run
    of the same length and a fence with the next fence, leaves an unclosed run as text, and ignores an escaped one."""
    runs = [(run.start(), run.end()) for run in _BACKTICKS.finditer(text)]
    kept: list[str] = []
    copied = 0
    closes_later: dict[int, list[int]] = {}
    for index, (start, end) in reversed(list(enumerate(runs))):
        closes_later.setdefault(min(end - start, _FENCE), []).append(index)
    index = 0
    while index < len(runs):
        start, end = runs[index]
        if text[start - 1 : start] == "\\":
            start += 1
        later = closes_later.get(min(end - start, _FENCE), [])
        while later and later[-1] <= index:
            later.pop()
        if start < end and later:
            index = later[-1]
            kept.append(text[copied:start])
            copied = runs[index][1]
        index += 1
    kept.append(text[copied:])
    return " ".join(kept)
