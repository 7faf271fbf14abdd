"""What two spellings of the same words have in common."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Text for comparing: without case, accents, styled letters (`𝒪`, `ﬁ`) and surplus white space."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(char for char in plain if unicodedata.category(char) not in {"Mn", "Cc"} or char.isspace())
    return " ".join(letters.split())
