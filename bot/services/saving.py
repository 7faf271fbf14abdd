"""Saving all that a message names at once, whatever is known of it yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from bot.domain.papers import PaperId
from bot.domain.reading_list import Community
from bot.domain.stored_paper import StoredPaper
from bot.services.fetching import PaperFetcher
from bot.services.reading_list import ReadingList


class OnList(NamedTuple):
    """A paper that was on the list before, and what is known of it."""

    paper: StoredPaper
    community: Community


class SavedPapers(NamedTuple):
    """What became of each paper, in the order of the message. `missing`: its source knows no such paper. `waiting`: its
    source could not be asked now; it stands in line, so the next try finds it. `unread`: no source reads it yet."""

    new: tuple[StoredPaper, ...]
    known: tuple[OnList, ...]
    missing: tuple[PaperId, ...] = ()
    waiting: tuple[PaperId, ...] = ()
    unread: tuple[PaperId, ...] = ()


class Saving:
    """The saving is the act of the member who asks for it: of the message and its author nothing is recorded."""

    def __init__(self, fetcher: PaperFetcher, reading_list: ReadingList) -> None:
        self._fetcher = fetcher
        self._list = reading_list

    async def save_named(
        self, server_id: int, user_id: int, named: Collection[PaperId], *, wait_seconds: float
    ) -> SavedPapers:
        """Saves the papers with these ids; those that are new are fetched together, which may take `wait_seconds`."""
        resolved = await self._fetcher.resolve(named, wait_seconds)
        found = [resolved.papers[paper] for paper in named if paper in resolved.papers]
        absent = [paper for paper in named if paper not in resolved.papers]
        saved = await self.save(server_id, user_id, found)
        return saved._replace(
            missing=tuple(paper for paper in absent if paper in resolved.missing),
            waiting=tuple(paper for paper in absent if paper in resolved.waiting),
            unread=tuple(paper for paper in absent if paper not in resolved.missing | resolved.waiting),
        )

    async def save(self, server_id: int, user_id: int, papers: Sequence[StoredPaper]) -> SavedPapers:
        """Saves papers that are here. One that several ids name counts once."""
        if not papers:
            return SavedPapers((), ())
        by_number = {paper.number: paper for paper in papers}
        saved = await self._list.save_all(server_id, list(by_number), user_id)
        return SavedPapers(
            new=tuple(paper for number, paper in by_number.items() if saved[number].new),
            known=tuple(
                OnList(paper, saved[number].community) for number, paper in by_number.items() if not saved[number].new
            ),
        )
