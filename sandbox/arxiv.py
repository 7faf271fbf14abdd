"""A local arXiv: answers `GET /api/query` as export.arxiv.org does, from a catalogue, with faults on request.

In a test: `async with LocalArxiv(clock=clock) as arxiv:` and give the client `arxiv.url`.
By hand: `python -m sandbox.arxiv --port 8090`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any, Self

from aiohttp import web

from bot.clock import Clock, SystemClock
from sandbox import web_server
from sandbox.arxiv_answers import Reply, error_reply, right_reply, spoiled
from sandbox.arxiv_faults import PLAIN_ANSWERS, Fault, FaultKind, FaultPlan
from sandbox.arxiv_feed import Form
from sandbox.arxiv_search import SearchNotUnderstoodError
from sandbox.arxiv_terms import ArxivRequest, TermsWatch, Violation
from sandbox.catalogue.catalogue import Catalogue, CataloguePaper

log = logging.getLogger(__name__)

_PIECES_WHEN_SLOW = 20
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # for SO_LINGER: on, zero seconds; closing then sends RST


class LocalArxiv:
    """Answers from `catalogue`; notes every request and every term of arXiv's that was not kept.

    `down = True` breaks every connection; `form` chooses the feed of 2026 or the classic one.
    """

    def __init__(self, catalogue: Catalogue | None = None, clock: Clock | None = None, form: Form = "2026") -> None:
        self.catalogue = catalogue if catalogue is not None else Catalogue.bundled()
        self.form: Form = form
        self.down = False
        self._clock = clock or SystemClock()
        self._terms = TermsWatch(self._clock)
        self._faults = FaultPlan()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._url = ""

    @property
    def requests(self) -> list[ArxivRequest]:
        return self._terms.requests

    @property
    def watchers(self) -> list[Callable[[ArxivRequest], None]]:
        """Told of each request once its answer is known."""
        return self._terms.watchers

    @property
    def violations(self) -> list[Violation]:
        return self._terms.violations

    @property
    def url(self) -> str:
        """The address of the query interface, once started."""
        return self._url

    def add(self, record: Mapping[str, Any]) -> CataloguePaper:
        """Publish a paper, or a newer version of one. Fields: see `CataloguePaper.from_record`."""
        return self.catalogue.add(record)

    def fail(
        self,
        kind: FaultKind,
        times: int | None = 1,
        *,
        retry_after: int | str | None = None,
        seconds: float = 1.0,
        with_id: str | None = None,
    ) -> None:
        """Spoil the next `times` requests (None: until `clear`), after those that were asked for before.

        `retry_after` goes with a status, as seconds or as an HTTP date. `seconds` is how long a slow answer
        takes, in real time, since a client's timeouts are. `with_id` spares requests that do not ask for that id.
        """
        self._faults.add(Fault(kind, times, None if retry_after is None else str(retry_after), seconds, with_id))

    def clear(self) -> None:
        """Forget all faults that were asked for and let what hangs go on."""
        self._faults.clear()
        self.release()

    def release(self) -> None:
        """Answer the requests that hang now."""
        self._released.set()
        self._released = asyncio.Event()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until `done()` is true; it is asked whenever a request comes or has its answer."""
        await self._terms.until(done)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/query", self._handle)
        return app

    async def start(self, port: int = 0) -> str:
        """Serve on loopback, on a free port unless one is given. Returns the address to query."""
        # A client that hangs up ends its request: it may ask again without being "two at once".
        self._runner = web.AppRunner(
            self.application(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/query"
        return self._url

    async def stop(self) -> None:
        self.clear()
        if self._runner is not None:
            await web_server.stop(self._runner)
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        ids = tuple(part.strip() for part in request.query.get("id_list", "").split(",") if part.strip())
        noted = self._terms.begin(ids, request.query.get("search_query", ""), request.headers.get("User-Agent", ""))
        try:
            if self.down:
                return self._break_connection(request)
            return await self._answer(request, noted, self._faults.next(noted.ids))
        finally:
            self._terms.end(noted, None)

    async def _answer(self, request: web.Request, noted: ArxivRequest, fault: Fault | None) -> web.StreamResponse:
        if fault is None:
            return await self._send(request, noted, self._reply(request, noted))
        if fault.kind == "reset":
            return self._break_connection(request)
        if fault.kind == "hang":
            await self._released.wait()
        if fault.kind in PLAIN_ANSWERS:
            headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            return await self._send(request, noted, Reply(*PLAIN_ANSWERS[fault.kind], headers))
        reply = spoiled(self._reply(request, noted, fault.kind), fault.kind)
        if fault.kind in {"cut", "torn"}:
            return await self._send_half(request, noted, reply, torn=fault.kind == "torn")
        return await self._send(request, noted, reply, seconds=fault.seconds if fault.kind == "slow" else 0.0)

    def _reply(self, request: web.Request, noted: ArxivRequest, fault: FaultKind | None = None) -> Reply:
        catalogue = Catalogue() if fault == "empty_feed" else self.catalogue
        backwards = fault == "unordered"
        now = self._clock.now()
        try:
            return right_reply(noted.ids, request.query, catalogue, self.form, now, backwards=backwards)
        except SearchNotUnderstoodError as error:
            self._terms.note("bad search", noted.search)
            return error_reply(f"search not understood: {error}", self.form, now)

    async def _send(
        self, request: web.Request, noted: ArxivRequest, reply: Reply, *, seconds: float = 0.0
    ) -> web.StreamResponse:
        headers = {**reply.headers, "Content-Type": reply.content_type}
        if not seconds:
            self._terms.end(noted, reply.status)
            return web.Response(status=reply.status, body=reply.body, headers=headers)
        response = web.StreamResponse(status=reply.status, headers={**headers, "Content-Length": str(len(reply.body))})
        await response.prepare(request)
        size = len(reply.body) // _PIECES_WHEN_SLOW + 1
        for position in range(0, len(reply.body), size):
            await asyncio.sleep(seconds / _PIECES_WHEN_SLOW)
            if position + size >= len(reply.body):
                self._terms.end(noted, reply.status)
            await response.write(reply.body[position : position + size])
        return response

    async def _send_half(
        self, request: web.Request, noted: ArxivRequest, reply: Reply, *, torn: bool
    ) -> web.StreamResponse:
        headers = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))}
        response = web.StreamResponse(status=reply.status, headers=headers)
        await response.prepare(request)
        self._terms.end(noted, reply.status)
        await response.write(reply.body[: len(reply.body) // 2])
        if torn:
            self._break_connection(request)
        elif request.transport is not None:
            request.transport.close()
        return response

    @staticmethod
    def _break_connection(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            sock = request.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            request.transport.abort()
        return web.Response()


async def _serve(port: int) -> None:
    arxiv = LocalArxiv()
    url = await arxiv.start(port)
    log.info("%d papers at %s, for example %s?id_list=1706.03762", len(arxiv.catalogue), url, url)
    try:
        await asyncio.Event().wait()
    finally:
        await arxiv.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.arxiv", description="A local arXiv, until Ctrl-C.")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
