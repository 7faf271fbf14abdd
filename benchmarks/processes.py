"""A bot as its own process, and what its gauge says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120
"""Far more than a start takes; one that hangs ends the run."""

Kind = Literal["paper club", "bare", "empty", "every intent"]


class Reading(NamedTuple):
    """What a gauge said. `stall_seconds` is the longest stand of the event loop since the last reading,
    `own_seconds` what the loop itself used of it, `used_seconds` the processor's time since the start."""

    stall_seconds: float
    own_seconds: float
    where: str
    used_seconds: float
    memory_bytes: int


class Bot:
    """One running process; `start_seconds` is how long it took until it was ready, `longest` what its gauge said of
    the longest stand since then."""

    def __init__(self, process: asyncio.subprocess.Process, began: float) -> None:
        self._process, self._began = process, began
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._log: list[str] = []
        self._readers = [asyncio.create_task(self._read_gauge()), asyncio.create_task(self._read_log())]
        self.start_seconds = 0.0
        self.longest: Reading | None = None

    @classmethod
    async def start(cls, kind: Kind, settings: Mapping[str, str], folder: Path) -> Bot:
        """In an environment with nothing else in it; returns at once."""
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.bots",
            kind,
            env={"PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "WARNING", **settings},
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=2**20,
        )
        return cls(process, began)

    async def ready(self) -> None:
        """When it is connected and knows its servers."""
        self.start_seconds = (await self._next())["ready_at"] - self._began
        await self.read()  # how it started is no stand of a loop that somebody waits for
        self.longest = None

    async def read(self) -> Reading:
        """What its gauge says; it begins anew with that."""
        self._process.send_signal(signal.SIGUSR1)
        reading = Reading(**await self._next())
        if self.longest is None or reading.stall_seconds > self.longest.stall_seconds:
            self.longest = reading
        return reading

    async def stop(self) -> None:
        """Ends it, in the hard way: nothing of it is wanted any more."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(*self._readers)

    @property
    def log(self) -> str:
        return "\n".join(self._log)

    async def _next(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                said = await self._said.get()
        except TimeoutError:
            raise RuntimeError(f"the bot says nothing:\n{self.log}") from None
        if not said:
            raise RuntimeError(f"the bot ended:\n{self.log}")
        return said

    async def _read_gauge(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        while line := await self._process.stdout.readline():
            self._said.put_nowait(json.loads(line))
        self._said.put_nowait({})

    async def _read_log(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - as above
        while line := await self._process.stderr.readline():
            self._log.append(line.decode().rstrip())
