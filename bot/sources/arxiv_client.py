"""The blocking side of `bot.sources.arxiv`: the `arxiv` package, fitted out.

Imported at the first question: with requests and lxml, the package takes 10 MiB and a tenth of a second of a start.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import arxiv  # type: ignore[import-untyped]  # the package publishes no types
import requests

from bot.domain.papers import Paper, PaperId
from bot.sources.arxiv_feed import FeedFacts, to_paper
from bot.sources.arxiv_http import OneAnswerAdapter, SecondPage
from bot.sources.ports import Answer, SourceFailed

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class ArxivClient:
    """Everything but `hang_up` and `close` belongs to the thread that does the requests."""

    def __init__(self, base_url: str, user_agent: str, *, page_size: int, timeout_seconds: float) -> None:
        self._adapter = OneAnswerAdapter(user_agent, timeout_seconds)
        self._client = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
        self._client.query_url_format = base_url + "?{}"
        # the package takes no session of the caller's, so its own is fitted out
        self._session: requests.Session = self._client._session
        self._session.trust_env = urlsplit(base_url).hostname not in _LOOPBACK
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)

    def hang_up(self) -> None:
        """Makes the request under way fail now."""
        self._adapter.hang_up()

    def close(self) -> None:
        """Ends its connections."""
        self._session.close()

    def ask(self, ids: Sequence[PaperId]) -> Answer:
        """One request. Raises SourceFailed."""
        search = arxiv.Search(id_list=[paper.value for paper in ids], max_results=None)
        found: dict[PaperId, Paper] = {}
        self._adapter.begin()
        try:
            for result in self._client.results(search):
                paper = to_paper(result)
                if paper is not None and _newer(paper, found.get(paper.id)):
                    found[paper.id] = paper
        except (SecondPage, arxiv.HTTPError):
            pass  # what came is judged below, by the feed's own words
        except ValueError as error:
            raise SourceFailed("sent an entry that cannot be read") from error
        if self._adapter.facts is None:
            raise SourceFailed("sent nothing")
        return _judge(frozenset(ids), found, self._adapter.facts)


def _newer(paper: Paper, other: Paper | None) -> bool:
    return other is None or (paper.version or 0) > (other.version or 0)


def _judge(asked: frozenset[PaperId], found: dict[PaperId, Paper], facts: FeedFacts) -> Answer:
    """Which of the papers that did not come surely do not exist."""
    papers = {paper: found[paper] for paper in asked if paper in found}
    if facts.refused:
        refused = asked & facts.refused
        if not refused:
            raise SourceFailed("refused an id that was not asked for")
        return Answer(papers, missing=refused, unasked=asked - refused - papers.keys())
    present = asked & facts.present
    if not present:
        return Answer({}, doubtful=True)
    cut = facts.entries < facts.total
    return Answer(papers, missing=frozenset() if cut else asked - present)
