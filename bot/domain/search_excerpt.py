"""The sentence of a text that has the words of a search, with these in bold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.domain.search_text import folded
from bot.domain.text import literal, shorten

_SENTENCE = re.compile(r"\S.*?(?:[.!?][)\]\"'”’]*(?=\s)|\n|\Z)", re.DOTALL)
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_ENDINGS = re.compile(
    r"(?:|s|es|e|ed|er|ers|ing|ings|ly|al|y|ies|ied|ive|ion|ions|or|ors|able|ation|ations|ment|ments|ity|ness)"
)
_SHORTEST_STEM = 3
_LONGEST_ENDING = 6
_BEFORE = 60
"""Characters that may stand before the first match of a sentence that is too long."""


def excerpt(text: str, words: Sequence[str], limit: int) -> str | None:
    """Markdown of at most `limit` characters; None when no word stands in the text. `words` are those of
    `search_words`. Of several sentences the first of those with most of the words."""
    best, most = "", 0
    for found in _SENTENCE.finditer(text):
        sentence = " ".join(found[0].split())
        number = len({word for said in _WORD.findall(sentence) for word in words if same_word(word, said)})
        if number > most:
            best, most = sentence, number
    return _fitting(_from_first_match(best, words, limit), words, limit) if most else None


def same_word(word: str, said: str) -> bool:
    """Whether a word of a text is the searched one, or another form of it: `networks` and `networking` for `network`.
    Only for the eye: the index has stems of its own."""
    plain = said.lower() if said.isascii() else folded(said)
    if plain == word:
        return True
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(plain, word, strict=False)))
    return any(
        _ENDINGS.fullmatch(plain, stem) and _ENDINGS.fullmatch(word, stem)
        for stem in range(max(_SHORTEST_STEM, alike - _LONGEST_ENDING), alike + 1)
    )


def _from_first_match(sentence: str, words: Sequence[str], limit: int) -> str:
    """Begins between two words shortly before the first match, where that would be cut off otherwise."""
    first = next(found for found in _WORD.finditer(sentence) if any(same_word(word, found[0]) for word in words))
    if len(sentence) <= limit or first.end() <= limit // 2:
        return sentence
    start = sentence.find(" ", max(0, first.start() - min(_BEFORE, limit // 3)), first.start()) + 1
    return f"… {sentence[start or first.start() :]}"


def _fitting(sentence: str, words: Sequence[str], limit: int) -> str:
    """Cut as plain text, so that no mark or escape is torn apart."""
    room = limit
    while True:
        shown = _marked(shorten(sentence, room), words)
        if len(shown) <= limit or room <= 1:
            return shown[:limit]
        room -= max(1, (len(shown) - limit) // 4)


def _marked(text: str, words: Sequence[str]) -> str:
    pieces, end = [], 0
    for found in _WORD.finditer(text):
        if any(same_word(word, found[0]) for word in words):
            pieces += [literal(text[end : found.start()]), f"**{found[0]}**"]
            end = found.end()
    return "".join([*pieces, literal(text[end:])])
