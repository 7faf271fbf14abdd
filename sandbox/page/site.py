"""The page's addresses: itself, its files, its socket."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path

from aiohttp import WSMsgType, web

from sandbox.commands import NotPossible
from sandbox.page import asking, doing, looking, tooling
from sandbox.page.feed import Feed
from sandbox.page.guard import HEADERS, guard
from sandbox.page.outbox import Outbox
from sandbox.page.requests import Requests
from sandbox.page.tools import Tools
from sandbox.page.traffic import Traffic
from sandbox.page.viewers import Audience, Viewer
from sandbox.people import Person
from sandbox.server import Sandbox

STATIC = Path(__file__).parent / "static"
FRAME_BYTES = 30 * 1024 * 1024
"""Of one request; a message with files is the largest."""
_AT_ONCE = 50
"""Requests of one socket that wait for their answers."""
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class Page:
    """Add it to the sandbox's application before the start: `Page(sandbox, people, tools).add_to(sandbox.app)`.

    `people` are those whom the reader can act as, the first one at first. `names` are names or addresses, besides the
    loopback ones, under which browsers reach this machine.
    """

    def __init__(
        self, sandbox: Sandbox, people: Sequence[Person], tools: Tools, *, names: Collection[str] = ()
    ) -> None:
        self.audience = Audience(sandbox, people, tools, Traffic(sandbox, tools))
        self._names = names
        self._requests = Requests(looking.requests, doing.requests, asking.requests, tooling.requests)
        self._feed = Feed(self.audience)

    def add_to(self, app: web.Application) -> None:
        app.middlewares.append(guard(self._names))
        app.router.add_get("/", self._index)
        app.router.add_get("/page/socket", self._socket)
        app.router.add_get(r"/page/static/{path:[\w./-]+}", self._static)

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _file(STATIC / "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return _file(STATIC / request.match_info["path"])

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self.audience.person(request.query.get("as"))
        except NotPossible:
            person = self.audience.person(None)  # the sandbox was started anew, and the page remembers somebody
        socket = web.WebSocketResponse(max_msg_size=FRAME_BYTES, heartbeat=30)
        await socket.prepare(request)
        outbox = Outbox(socket, request.transport)
        viewer = Viewer(self.audience, outbox, person, f"{request.scheme}://{request.host}/attachments")
        self.audience.viewers.add(viewer)
        viewer.greet()
        answering: set[asyncio.Task[None]] = set()
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                if len(answering) >= _AT_ONCE:
                    await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.create_task(self._answer(viewer, frame.data), name="sandbox page request")
                answering.add(task)
                task.add_done_callback(answering.discard)
        finally:
            self.audience.viewers.discard(viewer)
            for task in answering:
                task.cancel()
            await asyncio.gather(*answering, return_exceptions=True)
            await outbox.stop()
        return socket

    async def _answer(self, viewer: Viewer, frame: str) -> None:
        viewer.send(await self._requests.answer(viewer, frame))


def _file(path: Path) -> web.StreamResponse:
    found = path.resolve()
    kind = _KINDS.get(found.suffix)
    if kind is None or not found.is_relative_to(STATIC.resolve()) or not found.is_file():
        return web.Response(status=404, headers=HEADERS)
    charset = None if kind.startswith("image/") else "utf-8"
    return web.Response(body=found.read_bytes(), content_type=kind, charset=charset, headers=HEADERS)
