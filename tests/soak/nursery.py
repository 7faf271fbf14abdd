"""Bots as real processes that start in no time: all is imported once, then each is a fork.

Reads one order a line from standard input and answers each with the number of the new process. The bot of an order
connects to the order's socket; whatever time it reads there it moves its clock to, and when it has nothing left to do
then, it answers with its gateway session and the number of the last event it has read. Standard error of all of them
is one log; after SIGUSR1 it has what a bot is doing.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import importlib
import logging
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.app import EXTENSIONS, run
from bot.client import PaperBot
from sandbox.clock import VirtualClock
from sandbox.community import READY_TIMEOUT_SECONDS, SandboxSettings
from sandbox.quiet import handlers

_LOOK_SECONDS = 0.002


class Order(BaseModel):
    """Where the bot finds everything, what time it is, and which shards are its own: all, if it has the bot alone."""

    socket: str
    now: datetime
    token: str
    api_url: str
    arxiv_api_url: str
    database_url: str
    shard_count: int | None = None
    shard_ids: tuple[int, ...] | None = None


class Life:
    """One bot, from its start to the signal that ends it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._clock = VirtualClock(order.now)
        self.bot: PaperBot | None = None

    async def live(self) -> None:
        """Until it is killed."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._say_what_it_does)
        faulthandler.register(signal.SIGUSR1, chain=True)  # for one that no longer gets to its tasks
        reader, writer = await asyncio.open_unix_connection(self.order.socket)
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
        order = self.order
        settings = SandboxSettings(
            discord_token=SecretStr(order.token),
            database_url=SecretStr(order.database_url),
            discord_api_url=order.api_url,
            arxiv_api_url=order.arxiv_api_url,
            contact_email="papers@example.org",
            shard_count=order.shard_count,
            shard_ids=order.shard_ids,
        )
        await run(settings, stop=asyncio.Event(), clock=self._clock, client=self._make_client)
        raise AssertionError("the bot ended by itself")

    def _make_client(self, *arguments: Any, **options: Any) -> PaperBot:
        self.bot = PaperBot(*arguments, **options, guild_ready_timeout=READY_TIMEOUT_SECONDS)
        return self.bot

    def _heard(self) -> bytes:
        assert self.bot is not None
        socket = self.bot.shards[0]._parent.ws  # the library shows neither in public
        return f"{socket.session_id} {socket.sequence}\n".encode()

    def _idle(self) -> bool:
        return not self.busy_with()

    def busy_with(self) -> list[str]:
        """What it has to do now."""
        return self._works() or handlers()  # to look through all tasks is the dearer half

    def _works(self) -> list[str]:
        bot = self.bot
        if bot is None or not bot.is_ready():
            return ["starting"]
        works = {
            "occurrences": bot.occurrences.idle,
            "replies": bot.replies.idle,
            "refresher": bot.refresher.idle,
            "resource lists": bot.resource_lists.idle,
        }
        return [name for name, idle in works.items() if not idle]

    def _say_what_it_does(self) -> None:
        sys.stderr.write(f"{os.getpid()} at {self._clock.now()}: busy with {self.busy_with()}\n")
        for task in asyncio.all_tasks():
            task.print_stack(file=sys.stderr)
        sys.stderr.flush()


def keep(life: type[Life] = Life) -> None:
    """Starts lives of this kind until there are no more orders."""
    for extension in EXTENSIONS:
        importlib.import_module(extension)
    gc.freeze()  # what is imported is never garbage: no bot needs to look through it
    for line in sys.stdin:
        order = Order.model_validate_json(line)
        number = os.fork()
        if number == 0:
            logging.basicConfig(level=logging.WARNING, format=f"%(levelname)s {os.getpid()} %(name)s: %(message)s")
            asyncio.run(life(order).live())
            os._exit(0)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    with suppress(ChildProcessError):
        while True:
            os.wait()  # so that the time they took is counted


if __name__ == "__main__":
    keep()
