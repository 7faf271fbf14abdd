"""A page without a browser: the socket as the page uses it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.page import Page
from sandbox.page.tools import LocalTools
from sandbox.people import Person
from sandbox.server import Sandbox

Json = dict[str, Any]


class Refused(Exception):
    """The sentence that the reader gets."""


class Client:
    """`events` are all frames that were no answers, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.events: list[Json] = []
        self._numbers = itertools.count(1)
        self._waiting: dict[int | None, asyncio.Future[Json]] = {}
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def ask(self, what: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        return await self.send({"number": number, "do": what} | parameters, number)

    async def send(self, frame: Json | str, number: int | None) -> Any:
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await (self.socket.send_str(frame) if isinstance(frame, str) else self.socket.send_json(frame))
        answer = await asyncio.wait_for(self._waiting[number], 10)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["result"]

    async def event(self, kind: str, fits: Callable[[Json], bool] = lambda _: True, *, after: int = 0) -> Json:
        """The first event of the kind that fits, as soon as it is there."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events[after:]:
                    if event["type"] == kind and fits(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def message(self, text: str) -> Json:
        """The latest of a message that has this text anywhere."""
        event = await self.event("message", lambda event: text in str(event["message"]))
        message: Json = event["message"]
        return message

    def of(self, kind: str) -> list[Json]:
        return [event for event in self.events if event["type"] == kind]

    async def close(self) -> None:
        await self.socket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        async for frame in self.socket:
            event = frame.json()
            if event["type"] == "answer":
                self._waiting.pop(event["number"]).set_result(event)
            else:
                self.events.append(event)
                self._news.set()


class Browser:
    """Opens pages of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.http = aiohttp.ClientSession(sandbox.url)
        self.clients: list[Client] = []

    async def open(self, person: Person | None = None) -> Client:
        """A page, once it has been greeted."""
        query = {"as": str(person.id)} if person else {}
        client = Client(await self.http.ws_connect("/page/socket", params=query, max_msg_size=0))
        self.clients.append(client)
        await client.event("hello")
        return client


@asynccontextmanager
async def browsing(sandbox: Sandbox) -> AsyncIterator[Browser]:
    """Of a sandbox that has started."""
    browser = Browser(sandbox)
    try:
        yield browser
    finally:
        for client in browser.clients:
            await client.close()
        await browser.http.close()


def with_page(sandbox: Sandbox, people: Sequence[Person], tools: LocalTools) -> Page:
    """Adds the page to a sandbox that has not started."""
    page = Page(sandbox, people, tools)
    page.add_to(sandbox.app)
    return page
