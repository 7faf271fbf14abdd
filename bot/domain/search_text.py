"""What two spellings of the same words have in common, and which words a text has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_SEARCH = 80
"""Characters of all words: they stand in the buttons that turn the page (100 characters, Discord's limit)."""

_MOST_WORDS = 12
"""Each is one more look into the index."""

_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
"""Letters that Unicode does not take for another one with a mark. Changing them means folding `paper.search_key` again:
see migration 0005."""

_WORD = re.compile(r"[^\W_]+")

_FEW_WORDS = 3
# fmt: off
_SMALL_WORDS = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "in",
        "into", "is", "it", "its", "of", "on", "or", "our", "that", "the", "their", "these", "this", "to",
        "via", "was", "we", "what", "when", "which", "with", "you", "your",
    }
)
# fmt: on


def folded(text: str) -> str:
    """Text for comparing: without case, accents, styled letters (`𝒪`, `ﬁ`) and surplus white space."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN_LETTERS)
    letters = "".join(char for char in plain if unicodedata.category(char) not in {"Mn", "Cc"} or char.isspace())
    return " ".join(letters.split())


def search_words(typed: str) -> tuple[str, ...]:
    """The words to look for, folded, each once, in letters and digits alone: whatever else was typed parts words. Not
    more than fit a button; of many, the small ones ("the", "of") are left out."""
    words = list(dict.fromkeys(_WORD.findall(folded(typed))))
    if len(words) > _FEW_WORDS:
        words = [word for word in words if word not in _SMALL_WORDS] or words
    return tuple(_that_fit(words))


def _that_fit(words: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if len(kept) < _MOST_WORDS and len(" ".join([*kept, word])) <= LONGEST_SEARCH:
            kept.append(word)
    return kept
