"""A server on loopback that answers byte for byte what a test wrote, also what no HTTP library would send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Request(NamedTuple):
    target: str
    headers: dict[str, str]

    @property
    def ids(self) -> list[str]:
        return parse_qs(urlsplit(self.target).query)["id_list"][0].split(",")


class ScriptedServer:
    """Carries out one act for each request, in order; a request too many gets HTTP 500."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.acts: list[Act] = []
        self.requests: list[Request] = []
        self.asked = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines)
                self.requests.append(Request(first.split(" ")[1], headers))
                self.asked.set()
                await (self.acts.pop(0) if self.acts else answer(b"", status="500 Too many requests"))(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def scripted_server() -> AsyncIterator[ScriptedServer]:
    """Runs a server on a free port; every connection ends with it."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(scripted.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    scripted = ScriptedServer(f"http://127.0.0.1:{port}/api/query")
    try:
        yield scripted
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answer(body: bytes, *, status: str = "200 OK", headers: str = "", length: int | None = None) -> Act:
    """A plain answer; `length` lies about how long the body is."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n{headers}\r\n"

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + body)
        await writer.drain()
        if length is not None:
            writer.close()

    return act


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Tears the connection down without an answer."""
    writer.transport.abort()


def drip(text: bytes, *, every_seconds: float) -> Act:
    """Sends one byte at a time, for ever within any timeout on a single read."""

    async def act(writer: asyncio.StreamWriter) -> None:
        for byte in text:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every_seconds)

    return act
