"""Finds papers of a server by words."""

from __future__ import annotations

from bot.domain.links import parse_paper
from bot.domain.reading_list import Entry
from bot.domain.reports import Learned
from bot.domain.search import Matches, Result, SearchPage
from bot.domain.search_text import search_words
from bot.errors import NotUnderstood
from bot.storage import papers, reading_list, search
from bot.storage.community import community
from bot.storage.database import Connection, Database

PAGE_SIZE = 5


class Search:
    """Reads one server's papers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, server_id: int, typed: str, page: int = 0, learned: Learned | None = None) -> SearchPage:
        """One page, counted from 0; the last one when there are fewer. A link or an id finds the paper it names,
        whatever members learned of it; words find those of which they told so."""
        async with self._db.read() as conn:
            number = await self._named(conn, server_id, typed) if page == 0 else None
            if number is not None:
                results = await self._results(conn, server_id, (number,))
                return SearchPage((), "all", 0, results, total=1, more=False)
            words = search_words(typed)
            if not words:
                raise NotUnderstood("Type words to look for: of a title, an author, an abstract, a tag or a note.")
            shown = min(max(page, 0), search.MOST_FOUND // PAGE_SIZE)
            found = await self._page(conn, server_id, words, shown, learned)
            if not found.papers and found.total:
                shown = (found.total - 1) // PAGE_SIZE
                found = await self._page(conn, server_id, words, shown, learned)
            results = await self._results(conn, server_id, found.papers)
            return SearchPage(words, found.reach, shown if results else 0, results, found.total, found.more, learned)

    @staticmethod
    async def _named(conn: Connection, server_id: int, typed: str) -> int | None:
        link = parse_paper(typed)
        if link is None:
            return None
        for known in (await papers.by_ids(conn, [link.paper])).values():
            if await search.is_met(conn, server_id, known.number):
                return known.number
        return None

    @staticmethod
    async def _page(
        conn: Connection, server_id: int, words: tuple[str, ...], page: int, learned: Learned | None
    ) -> Matches:
        return await search.search(conn, server_id, words, PAGE_SIZE, page * PAGE_SIZE, learned)

    @staticmethod
    async def _results(conn: Connection, server_id: int, numbers: tuple[int, ...]) -> tuple[Result, ...]:
        stored = await papers.by_numbers(conn, numbers)
        known = await community(conn, server_id, numbers)
        notes = {
            number: tuple(await reading_list.notes(conn, server_id, number)) if known[number].notes else ()
            for number in numbers
        }
        return tuple(Result(Entry(paper=stored[number], community=known[number]), notes[number]) for number in numbers)
