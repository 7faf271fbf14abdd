"""Bots as real processes that start in no time: all is imported once, then each is a fork.

Reads one order a line from standard input and answers each with the number of the new process. The bot of an order
connects to the order's socket; whatever time it reads there it moves its clock to, and when it has nothing left to do
then, it answers with its gateway session and the number of the last event it has read. Standard error of all of them
is one log.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import sys
from datetime import datetime
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.app import EXTENSIONS, run
from bot.client import PaperBot
from sandbox.clock import VirtualClock
from sandbox.community import READY_TIMEOUT_SECONDS, SandboxSettings
from sandbox.quiet import handlers

_LOOK_SECONDS = 0.003


class Order(BaseModel):
    """Where the bot finds everything, and what time it is."""

    socket: str
    now: datetime
    token: str
    api_url: str
    database_url: str


class _Life:
    """One bot, from its start to the signal that ends it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._clock = VirtualClock(order.now)
        self._bot: PaperBot | None = None

    async def live(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._order.socket)
        writer.write(f"{os.getpid()}\n".encode())
        running = asyncio.create_task(self._run())
        while line := await reader.readline():
            self._clock.jump_to(max(self._clock.now(), datetime.fromisoformat(line.decode().strip())))
            while not self._idle():
                if running.done():
                    await running
                await asyncio.sleep(_LOOK_SECONDS)
            writer.write(self._heard())

    async def _run(self) -> None:
        order = self._order
        settings = SandboxSettings(
            discord_token=SecretStr(order.token),
            database_url=SecretStr(order.database_url),
            discord_api_url=order.api_url,
            arxiv_api_url=order.api_url,  # never asked: the papers are there already
            contact_email="papers@example.org",
        )
        await run(settings, stop=asyncio.Event(), clock=self._clock, client=self._make_client)
        raise AssertionError("the bot ended by itself")

    def _make_client(self, *arguments: Any, **options: Any) -> PaperBot:
        self._bot = PaperBot(*arguments, **options, guild_ready_timeout=READY_TIMEOUT_SECONDS)
        return self._bot

    def _heard(self) -> bytes:
        assert self._bot is not None
        socket = self._bot.shards[0]._parent.ws  # the library shows neither in public
        return f"{socket.session_id} {socket.sequence}\n".encode()

    def _idle(self) -> bool:
        bot = self._bot
        if bot is None or not bot.is_ready() or not bot.occurrences.idle:
            return False
        return bot.replies.idle and bot.refresher.idle and not handlers()


def _keep() -> None:
    for extension in EXTENSIONS:
        importlib.import_module(extension)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who was killed leaves nothing behind
    for line in sys.stdin:
        order = Order.model_validate_json(line)
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            logging.basicConfig(level=logging.WARNING, format=f"%(levelname)s {os.getpid()} %(name)s: %(message)s")
            asyncio.run(_Life(order).live())
            os._exit(0)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _keep()
