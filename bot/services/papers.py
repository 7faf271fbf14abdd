"""What a member typed as PAPER, and which paper is meant."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.domain.links import parse_paper
from bot.domain.papers import PaperId
from bot.domain.stored_paper import StoredPaper
from bot.domain.text import literal
from bot.errors import NotFound, NotUnderstood, Unavailable
from bot.services.fetching import PaperFetcher
from bot.storage import papers, suggestions
from bot.storage.database import Database

SUGGESTIONS = 25
"""Discord shows at most this many choices (developers/interactions/application-commands, autocomplete)."""

_NAMED_IN_ANSWER = 5


class Suggestion(NamedTuple):
    """A choice for the option: `title` for the eye, `value` for the command."""

    title: str
    value: str


class Papers:
    """Finds papers by what members type."""

    def __init__(self, db: Database, fetcher: PaperFetcher) -> None:
        self._db = db
        self._fetcher = fetcher

    async def find(self, server_id: int, typed: str, *, wait_seconds: float) -> StoredPaper:
        """The paper a link, an id or words mean; one that is new is fetched, which may take `wait_seconds`."""
        link = parse_paper(typed)
        if link is not None:
            return await self._fetch(link.paper, wait_seconds)
        words = typed.strip()
        if not words:
            raise NotUnderstood("Name a paper: a link, an id like 1706.03762, or words of its title.")
        async with self._db.read() as conn:
            found = await suggestions.suggest(conn, server_id, words, limit=_NAMED_IN_ANSWER + 1)
        exact = [paper for paper in found if paper.title_text.casefold() == words.casefold()]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise NotUnderstood(
                "No paper of this server matches that. Paste a link or an id, or choose one from the list that "
                "appears while you type."
            )
        raise NotUnderstood(
            "Several papers match that. Choose one from the list that appears while you type, or paste its link."
        )

    async def suggest(self, server_id: int, typed: str) -> list[Suggestion]:
        """This server's papers that match what is typed so far, best known first."""
        link = parse_paper(typed)
        async with self._db.read() as conn:
            if link is None:
                found = await suggestions.suggest(conn, server_id, typed, limit=SUGGESTIONS)
            else:
                found = list((await papers.by_ids(conn, [link.paper])).values())
        if not found and link is not None:
            return [Suggestion(str(link.paper), str(link.paper))]
        return [Suggestion(paper.title_text, str(paper.paper.id)) for paper in found]

    async def arxiv_away_since(self) -> datetime | None:
        """Since when arXiv has not answered, where it failed so often that nobody waits for it now."""
        return (await self._fetcher.resting()).get("arxiv")

    async def by_number(self, number: int) -> StoredPaper:
        """The paper a button names."""
        async with self._db.read() as conn:
            found = await papers.by_numbers(conn, [number])
        if number not in found:
            raise NotFound("That paper is not known here any more. Paste its link again.")
        return found[number]

    async def _fetch(self, paper: PaperId, wait_seconds: float) -> StoredPaper:
        resolved = await self._fetcher.resolve([paper], wait_seconds)
        if paper in resolved.papers:
            return resolved.papers[paper]
        if paper.scheme not in self._fetcher.schemes:
            raise NotFound(
                f"I recognise {literal(str(paper))}, but can only read papers of arXiv so far. Try its arXiv link."
            )
        if paper in resolved.missing:
            raise NotFound(f"arXiv knows no paper {paper.value}. Check the link or id.")
        raise Unavailable("arXiv is not answering just now. I keep trying; try again in a few minutes.")
