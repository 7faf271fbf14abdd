"""The demo as a page: everything is started, a morning is played, and the reader is let in."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Callable, Collection
from ipaddress import IPv4Address

from bot.process import run_until_told
from sandbox import story
from sandbox.kept import KeptFolder
from sandbox.page import Page
from sandbox.page.tools import LocalTools
from sandbox.room import Room

Say = Callable[[str], None]
"""Writes one line for whoever started the demo."""

_PORTS_TRIED = 100


class NoPort(Exception):
    """A line that says why no port can be opened."""


async def serve(kept: KeptFolder, host: IPv4Address, port: int, say: Say) -> None:
    """Runs the demo until Ctrl-C or SIGTERM, which may also come while it starts. Raises NoPort."""

    async def run(stop: asyncio.Event) -> None:
        running = asyncio.create_task(_run(kept, host, port, say))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    await run_until_told(run)


async def _run(kept: KeptFolder, host: IPv4Address, wanted_port: int, say: Say) -> None:
    port = free_port(host, wanted_port)
    if port != wanted_port and wanted_port:
        say(f"Port {wanted_port} is taken; using {port}.")
    room = Room(kept.path, kept.morning())
    add_page(room, names=() if host.is_loopback else _names(host))
    remembering = asyncio.create_task(kept.follow(room.community.clock))
    try:
        await room.community.start(port, str(host))
        await (story.tell(room) if kept.is_new else story.begin_again(room))
        _welcome(room, host, say)
        await room.community.until_bot_ends()
    finally:
        remembering.cancel()
        await room.community.stop()
        kept.remember(room.community.clock.now())


def add_page(room: Room, *, names: Collection[str] = ()) -> None:
    """Gives the room's Discord its page; before the start."""
    sandbox = room.community.sandbox
    tools = LocalTools(sandbox, room.community.arxiv, room.community.settled)
    Page(sandbox, room.people, tools, names=names).add_to(sandbox.app)


def _names(host: IPv4Address) -> set[str]:
    """Under what browsers elsewhere reach this machine."""
    if not host.is_unspecified:
        return {str(host)}
    name, _, addresses = socket.gethostbyname_ex(socket.gethostname())
    return {name, socket.gethostname(), *addresses}


def _welcome(room: Room, host: IPv4Address, say: Say) -> None:
    if not host.is_loopback:
        say("Whoever can reach this address can act as anybody here; the demo asks for no password.")
    say(room.community.sandbox.url)
    say("Open it in a browser and start with the pinned message in #start-here. Ctrl-C ends the demo.")


def free_port(host: IPv4Address, wanted: int) -> int:
    """That port, or the next that nobody listens on; 0 stays 0, any free one. Raises NoPort."""
    for port in range(wanted, min(wanted + _PORTS_TRIED, 2**16)):
        with socket.socket() as probe:
            if os.name == "posix":  # a port whose last user has just gone is free, as for the server itself
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((str(host), port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                raise NoPort(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None
            return port
    raise NoPort(f"Port {wanted} and those after it are taken. Choose another with --port.")
