"""arXiv, through the `arxiv` package, which blocks and is not safe for several threads: one worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import arxiv  # type: ignore[import-untyped]  # the package publishes no types
import requests

from bot.domain.papers import Paper, PaperId
from bot.sources.arxiv_feed import FeedFacts, to_paper
from bot.sources.arxiv_http import OneAnswerAdapter, SecondPage
from bot.sources.ports import Answer, SourceFailed

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_HANG_UP_AGAIN_SECONDS = 0.05
_HANG_UP_TRIES = 20


class ArxivSource:
    """Papers by arXiv id. The terms, which the caller keeps (see `PaperSource`): one request each three seconds and
    one at once, over all machines, API and feeds together (https://info.arxiv.org/help/api/tou.html)."""

    name = "arxiv"
    schemes = frozenset({"arxiv"})
    batch = 100
    """More ids make addresses that arXiv refuses for their length."""
    pause_seconds = 3.0
    surely_exists = PaperId("arxiv", "1706.03762")

    def __init__(self, base_url: str, contact_email: str | None, *, timeout_seconds: float = 20.0) -> None:
        contact = f"mailto:{contact_email}" if contact_email else "no contact address set"
        self.timeout_seconds = timeout_seconds
        self._adapter = OneAnswerAdapter(f"PaperClub Discord bot ({contact})", timeout_seconds)
        self._client = arxiv.Client(page_size=self.batch, delay_seconds=0, num_retries=0)
        self._client.query_url_format = base_url + "?{}"
        # the package takes no session of the caller's, so its own is fitted out
        self._session: requests.Session = self._client._session
        self._session.trust_env = urlsplit(base_url).hostname not in _LOOPBACK
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="arxiv")
        self._call: asyncio.Future[Answer] | None = None

    async def fetch(self, ids: Sequence[PaperId]) -> Answer:
        """Asks for up to `batch` papers in one request."""
        self._call = asyncio.get_running_loop().run_in_executor(self._worker, self._ask, tuple(ids))
        try:
            # the adapter's timeout is for each wait on the socket; a server that drips bytes is bounded here
            async with asyncio.timeout(self.timeout_seconds):
                return await asyncio.shield(self._call)
        except TimeoutError as error:
            raise SourceFailed("did not answer in time") from error
        finally:
            await self._end_call()

    async def close(self) -> None:
        """Ends the worker thread, hanging up on a request under way."""
        await self._end_call()
        still_busy = self._call is not None and not self._call.done()
        self._worker.shutdown(wait=not still_busy, cancel_futures=True)
        self._session.close()

    async def _end_call(self) -> None:
        """Makes sure that no request is under way. Only looking up a host's name cannot be cut short."""
        call = self._call
        if call is None:
            return
        for _ in range(_HANG_UP_TRIES):
            if call.done():
                break
            self._adapter.hang_up()
            await asyncio.wait([call], timeout=_HANG_UP_AGAIN_SECONDS)
        if call.done() and not call.cancelled():
            call.exception()  # seen, also when nobody waits for it any more

    def _ask(self, ids: tuple[PaperId, ...]) -> Answer:
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
