"""Inside a bot's process: how long its event loop stood still, what it used, and when it was ready.

Writes one JSON object a line to standard output: when the bot is ready, and after each SIGUSR1, when it also begins
anew. Times of day are those of `time.monotonic`, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

TICK_SECONDS = 0.005
_LOOK_SECONDS = 0.01
_WORTH_A_LOOK_SECONDS = 0.03
"""The loop has stood still for so long: where it stands is noted."""


class Gauge:
    """Start it in the loop that it watches."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._main = threading.get_ident()
        self._worst = _Stall()
        self._tick_at, self._used_at_tick = time.monotonic(), time.thread_time()
        self._loop.add_signal_handler(signal.SIGUSR1, self._answer)
        self._loop.call_later(TICK_SECONDS, self._tick)
        threading.Thread(target=self._look, name="gauge", daemon=True).start()

    def ready(self) -> None:
        """The bot is connected and knows its servers."""
        self._say({"ready_at": time.monotonic()})

    def _tick(self) -> None:
        now, used = time.monotonic(), time.thread_time()
        late = now - self._tick_at - TICK_SECONDS
        if late > self._worst.seconds:
            self._worst.seconds, self._worst.own_seconds = late, used - self._used_at_tick
            self._worst.where, self._seen = self._seen, ""
        self._tick_at, self._used_at_tick = now, used
        self._loop.call_later(TICK_SECONDS, self._tick)

    _seen = ""

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.monotonic() - self._tick_at > TICK_SECONDS + _WORTH_A_LOOK_SECONDS:
                frame = sys._current_frames().get(self._main)
                if frame is not None:
                    self._seen = _place(frame)

    def _answer(self) -> None:
        self._say(
            {
                "stall_seconds": max(0.0, self._worst.seconds),
                "own_seconds": self._worst.own_seconds,
                "where": self._worst.where,
                "used_seconds": time.process_time(),
                "memory_bytes": memory_bytes(),
            }
        )
        self._worst = _Stall()

    def _say(self, what: dict[str, Any]) -> None:
        sys.stdout.write(f"{json.dumps(what)}\n")
        sys.stdout.flush()


def _place(frame: FrameType) -> str:
    """The innermost lines, by file and number: their text would have whole files read, which stay in the memory of
    the process that is measured."""
    inner = list(itertools.islice(traceback.walk_stack(frame), 6))
    return "\n".join(f"{each.f_code.co_filename}:{line} {each.f_code.co_name}" for each, line in reversed(inner))


class _Stall:
    """`seconds` by the clock; `own_seconds` is what the loop's thread itself used of them: on a busy machine a process
    also waits for its turn."""

    seconds = own_seconds = 0.0
    where = ""


def memory_bytes() -> int:
    """What the process holds in memory now; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
