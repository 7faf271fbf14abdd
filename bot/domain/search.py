"""What a search finds."""

from __future__ import annotations

from typing import Literal, NamedTuple

from bot.domain.reading_list import Entry, Note
from bot.domain.reports import Learned

Reach = Literal["all", "beginning", "any"]
"""How much had to match: every word; every word, of the last one the beginning; or only some of the words. Each is
tried where the one before finds nothing."""


class Matches(NamedTuple):
    """`papers` are numbers, best first, and one page of them; `total` counts all pages, up to a most, and `more` says
    that there are more than that."""

    reach: Reach
    papers: tuple[int, ...]
    total: int
    more: bool


class Result(NamedTuple):
    """A paper that was found; `paper` may also be known only by mention, so its community may say "not saved"."""

    entry: Entry
    notes: tuple[Note, ...]


class SearchPage(NamedTuple):
    """`number` is counted from 0. `words` are what was looked for, as `search_words` gives them; none when a paper was
    named by its id or link. `learned` is what members must have told of the papers."""

    words: tuple[str, ...]
    reach: Reach
    number: int
    results: tuple[Result, ...]
    total: int
    more: bool
    learned: Learned | None = None
