"""Names and descriptions of slash commands and their options."""

from __future__ import annotations

import unicodedata

from sandbox.bodies.field import Field
from sandbox.bodies.locales import translations

_NAMING = "interactions/application-commands#application-command-object-application-command-naming"


def check_name(named: Field) -> None:
    """`name` and its translations: letters, digits, `-`, `_` and `'`, in lower case where there is one."""
    name = named["name"].ruled_by(_NAMING)
    name.needed()
    for text in (name, *(one.ruled_by(_NAMING) for one in translations(named["name_localizations"]))):
        wrong = sorted({character for character in text.text(1, 32) if not _may_stand_in_name(character)})
        if wrong:
            text.refuse(f"must not contain {', '.join(map(repr, wrong))}")


def check_description(described: Field) -> None:
    description = described["description"]
    description.needed()
    for text in (description, *translations(described["description_localizations"])):
        text.text(1, 100)


def _may_stand_in_name(character: str) -> bool:
    if character in "-_'":
        return True
    if character.lower() != character:
        return False
    # the regular expression also names two scripts whose vowel signs are neither letters nor digits
    in_script = unicodedata.name(character, "").startswith(("DEVANAGARI ", "THAI "))
    return unicodedata.category(character)[0] in "LN" or in_script
