"""Turns the texts of paper records into plain Unicode that reads well."""

from __future__ import annotations

import re

from bot.domain.latex_macros import DROPPED
from bot.domain.latex_reader import Reader
from bot.domain.raw_text import without_html, without_unseen

LONGEST_TEX = 12_000
"""Characters. Whatever follows is taken as plain text: no abstract of arXiv is half as long."""

_MAY_BE_TEX = re.compile(r"[\\${}~`]|--|''")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SPACES = re.compile(r"\s+")
_EMPTIED = re.compile(rf"[(\[]\s*{DROPPED}(?:[\s,;]*{DROPPED})*\s*[)\]]")
_SPACE_BEFORE_DROPPED = re.compile(rf"\s*{DROPPED}(?=[\s.,;:!?)\]]|$)")


def readable(text: str) -> str:
    """A title, abstract or name as arXiv and others give it, as plain text for people.

    TeX becomes Unicode (`$x_{i}^{2}$` is xᵢ²), HTML goes, hard-wrapped lines are joined; a blank line stays as the one
    that separates paragraphs. Invisible and direction-changing characters are removed. Plain text comes back as it is,
    but for its white space. Never fails: TeX that makes no sense stays as it was written.
    """
    text = without_unseen(without_html(text))
    paragraphs = (_SPACES.sub(" ", part).strip() for part in _BLANK_LINES.split(text))
    return "\n\n".join(filter(None, map(_without_tex, paragraphs)))


def _without_tex(paragraph: str) -> str:
    if not _MAY_BE_TEX.search(paragraph):
        return paragraph
    read = Reader(paragraph[:LONGEST_TEX]).read(math=False) + paragraph[LONGEST_TEX:]
    if DROPPED in read:
        read = _SPACE_BEFORE_DROPPED.sub("", _EMPTIED.sub(DROPPED, read)).replace(DROPPED, "")
    return _SPACES.sub(" ", read).strip()
