"""The life of the bot's process: it runs until it is told to stop, and then really stops."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType

log = logging.getLogger(__name__)

CLOSE_WITHIN_SECONDS = 10
"""What `docker stop` waits before it kills (docs.docker.com/reference/cli/docker/container/stop)."""


async def run_until_told(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Runs `run` with an event that SIGTERM or SIGINT sets.

    From the first signal on there are 10 seconds to close; then the process ends with code 1, wherever it
    hangs. A second signal ends it at once.
    """
    stop = asyncio.Event()
    with _signals_set(stop):
        await run(stop)


@contextmanager
def _signals_set(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    told = threading.Event()
    threading.Thread(target=_end_when_late, args=(told,), name="closing-deadline", daemon=True).start()

    def begin_to_stop(name: str) -> None:
        log.info("%s: closing", name)
        stop.set()

    # Python's own handlers rather than the loop's: they also run while the loop is blocked.
    def on_signal(number: int, _frame: FrameType | None) -> None:
        if told.is_set():
            os._exit(128 + number)
        told.set()
        loop.call_soon_threadsafe(begin_to_stop, signal.Signals(number).name)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_when_late(told: threading.Event) -> None:
    """Goes on counting after the loop has closed: a thread that does not end would keep the process, too."""
    told.wait()
    time.sleep(CLOSE_WITHIN_SECONDS)
    log.critical("Still not closed after %d s: ending the process", CLOSE_WITHIN_SECONDS)
    os._exit(1)
