"""From what somebody types to a time zone."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from functools import cache

from bot.domain.schedule import zones
from bot.errors import NotUnderstood

_OFFERED = 3
_ALIKE = 0.7


def find_zone(text: str) -> str:
    """The IANA name of a zone or city, whatever the case and the accents. Raises NotUnderstood, naming the nearest."""
    wanted = _folded(text)
    by_name = _by_folded_name()
    if wanted in by_name:
        return by_name[wanted]
    in_city = [name for folded, name in by_name.items() if _city(folded) == wanted]
    if len(in_city) == 1:
        return in_city[0]
    near = in_city or _near(wanted, by_name)
    if not near:
        raise NotUnderstood("I know no such time zone. Type a large city like Berlin, or a zone like Europe/Berlin.")
    *others, last = near[:_OFFERED]
    named = f"{', '.join(others)} or {last}" if others else last
    raise NotUnderstood(f"I know no such time zone. Did you mean {named}? Type that, or a large city near you.")


def _near(wanted: str, by_name: Mapping[str, str]) -> list[str]:
    """Zones that hold the words, those whose city begins with them first; else those that are spelt much like them."""
    if not wanted:
        return []
    holding = sorted(
        (folded for folded in by_name if wanted in folded),
        key=lambda folded: (not _city(folded).startswith(wanted), folded),
    )
    if holding:
        return [by_name[folded] for folded in holding]
    cities: dict[str, str] = {}
    for folded, name in by_name.items():
        cities.setdefault(_city(folded), name)
    alike = difflib.get_close_matches(wanted.rpartition("/")[2], cities, n=_OFFERED, cutoff=_ALIKE)
    return [cities[city] for city in alike]


@cache
def _by_folded_name() -> Mapping[str, str]:
    return {_folded(name): name for name in zones()}


def _city(folded: str) -> str:
    return folded.rpartition("/")[2]


def _folded(text: str) -> str:
    """Without accents, in small letters, with the underscores of the IANA names."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return "_".join(plain.replace("_", " ").split()).casefold()
