"""Ending a web server without leaving a connection open."""

from __future__ import annotations

import asyncio

from aiohttp import web

_TURNS = 5
"""Of the event loop, until a connection that was accepted at the last moment is one of the server's."""


async def stop(runner: web.AppRunner) -> None:
    """Ends the server and all of its connections, also those just being made and those whose client reads no more:
    aiohttp forgets the first, and waits for ever to write to the second."""
    for site in list(runner.sites):
        await site.stop()
    await _turns()
    server = runner.server
    connections = [connection.transport for connection in server.connections] if server is not None else []
    await runner.cleanup()
    for transport in connections:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
    await _turns()


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
