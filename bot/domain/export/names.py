"""Authors' names taken apart, for formats that want the family name by itself."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.citation import FAMILY_FIRST, SEVERAL
from bot.domain.latex import readable

_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


class Name(NamedTuple):
    """`given` is empty for groups, and for people with one name."""

    family: str
    given: str


def name_of(raw: str) -> Name:
    """BibTeX's rule: the last word is the family name, with the small words before it (`van der Maaten`). A suffix
    stays with it. Collaborations are one name."""
    name = " ".join(readable(raw).split())
    if FAMILY_FIRST.match(name):
        family, _, given = name.partition(", ")
        return Name(family, given)
    words = name.split()
    if SEVERAL.search(name) or len(words) < 2:  # noqa: PLR2004 - one word is no given name and family name
        return Name(name, "")
    start = len(words) - 1
    if words[start].lower() in _SUFFIXES and start > 1:
        start -= 1
    while start > 1 and words[start - 1].islower():
        start -= 1
    return Name(" ".join(words[start:]), " ".join(words[:start]))
