"""A bot in a process of its own that lives fast: an hour in minutes.

The library's own waits are shortened as much as the hour is; a dead connection is noticed in seconds. It says that it
has nothing to do also when what it has to do waits for time to pass, since time passes only when it says so. After
SIGUSR2 it writes down what it is made of.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import signal
import sys
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

import bot.posting.refresh
from bot import log
from bot.client import PaperBot
from bot.clock import sleep_unless
from sandbox.clock import VirtualClock
from sandbox.quiet import HANDLERS
from tests.long_run.body import PARTS
from tests.soak.nursery import Life, keep

SPEED = 50
"""So many times faster than the library's waits are meant to be."""
HEARTBEAT_SECONDS, HEARTBEAT_TIMEOUT_SECONDS = 1.0, 3.0

_PATIENCE_SECONDS = 5
"""After this long whatever it does waits for Discord."""
_KEEP_ALIVE_SECONDS = 0.2
"""For connections that nobody uses."""
_WAITING = ("discord.http", "discord.shard", "discord.client", "discord.webhook.async_", "bot.discord_requests")
_POOLED = re.compile(r"^asyncio_\d+$")


class _Hurried:
    """asyncio with shorter sleeps."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


class HurriedLife(Life):
    """One bot, until it is killed."""

    _told: datetime | None = None
    _since = 0.0

    async def live(self) -> None:
        """Until it is killed."""
        for name in _WAITING:
            module: Any = sys.modules[name]
            module.asyncio = _Hurried()
        bot.posting.refresh.SETTLE_SECONDS /= SPEED
        bot.posting.refresh._PAUSE_SECONDS /= SPEED
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, self._write_down)
        log.set_up("WARNING", as_json=False, secrets=[self.order.token])
        await super().live()

    def busy_with(self) -> list[str]:
        """Nothing, when it has been at it for long, or when all that it does waits for time to pass."""
        now = self._clock.now()
        if now != self._told:
            self._told, self._since = now, time.monotonic()
        busy = super().busy_with()
        if time.monotonic() - self._since > _PATIENCE_SECONDS:
            return []
        waiting = {_name(task) for task in asyncio.all_tasks() if _waits_for_time(task)}
        return [what for what in busy if what not in waiting]

    def _make_client(self, *arguments: Any, **options: Any) -> PaperBot:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS)
        return super()._make_client(
            *arguments, **options, connector=connector, heartbeat_timeout=HEARTBEAT_TIMEOUT_SECONDS
        )

    def _heard(self) -> bytes:
        """Nothing while it is not connected."""
        shard = None if self.bot is None else self.bot.shards.get(0)
        socket = None if shard is None else shard._parent.ws  # the library shows neither in public
        return b"- 0\n" if socket is None else f"{socket.session_id} {socket.sequence or 0}\n".encode()

    def _write_down(self) -> None:
        gc.collect()
        tasks = Counter(getattr(task.get_coro(), "__qualname__", "?") for task in asyncio.all_tasks())
        # A pool of threads grows up to its size when several are wanted at once, and keeps them.
        names = (thread.name for thread in threading.enumerate())
        threads = Counter(re.sub(r"\d+|\(.*\)", "", name) for name in names if not _POOLED.match(name))
        parts = Path(self.order.socket).with_name(PARTS)
        unfinished = parts.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"tasks": tasks, "threads": threads}))
        unfinished.replace(parts)


def _name(task: asyncio.Task[Any]) -> str:
    """How `busy_with` calls it."""
    return task.get_name() if task.get_name().startswith(HANDLERS) else "starting" if _runs(task) else ""


def _runs(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "cr_code", None) is HurriedLife._run.__code__


def _waits_for_time(task: asyncio.Task[Any]) -> bool:
    awaited: Any = task.get_coro()
    while (code := getattr(awaited, "cr_code", None)) is not None:
        if code in _WAITS:
            return True
        awaited = awaited.cr_await
    return False


_WAITS = (VirtualClock.sleep.__code__, sleep_unless.__code__)


if __name__ == "__main__":
    keep(HurriedLife)
