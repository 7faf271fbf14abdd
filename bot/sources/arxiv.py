"""arXiv, through the `arxiv` package, which blocks and is not safe for several threads: one worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.domain.papers import PaperId
from bot.sources.ports import Answer, SourceFailed

if TYPE_CHECKING:
    from bot.sources.arxiv_client import ArxivClient

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
        self._base_url = base_url
        self._user_agent = f"PaperClub Discord bot ({contact})"
        self._client: ArxivClient | None = None
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
        if self._client is not None:
            self._client.close()

    async def _end_call(self) -> None:
        """Makes sure that no request is under way. Only looking up a host's name cannot be cut short."""
        call = self._call
        if call is None:
            return
        for _ in range(_HANG_UP_TRIES):
            if call.done():
                break
            if self._client is not None:
                self._client.hang_up()
            await asyncio.wait([call], timeout=_HANG_UP_AGAIN_SECONDS)
        if call.done() and not call.cancelled():
            call.exception()  # seen, also when nobody waits for it any more

    def _ask(self, ids: tuple[PaperId, ...]) -> Answer:
        """In the worker thread, which also imports what asks: the loop goes on meanwhile."""
        if self._client is None:
            from bot.sources.arxiv_client import ArxivClient  # noqa: PLC0415 - see there

            self._client = ArxivClient(
                self._base_url, self._user_agent, page_size=self.batch, timeout_seconds=self.timeout_seconds
            )
        return self._client.ask(ids)
