"""The bots of a soak, seen from outside: started, told the time, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from tests.process.bot_process import CHECKOUT
from tests.soak.nursery import Order

PATIENCE_SECONDS = 60
"""Far more than a bot takes for what is due at one time."""


class Bot:
    """One process."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.gone = asyncio.Event()
        self._writer = writer
        self.heard = ("", 0)
        """Its gateway session, and the last event it had read when it last had nothing left to do."""
        self._answers: asyncio.Queue[None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read(reader))

    async def catch_up(self, now: datetime) -> None:
        """Tells it the time; returns when it has nothing left to do, or is gone."""
        if self.gone.is_set():
            return
        self._writer.write(f"{now.isoformat()}\n".encode())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._answers.get()
        except TimeoutError:
            raise AssertionError(f"a bot is still busy after {PATIENCE_SECONDS} s") from None

    def kill(self) -> None:
        """As when the power fails."""
        if not self.gone.is_set():
            with suppress(ProcessLookupError):
                os.kill(self.number, signal.SIGKILL)

    async def end(self) -> None:
        """Nothing of it is left."""
        self.kill()
        await self._reading

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                session, number = line.decode().split()
                self.heard = (session, int(number))
                self._answers.put_nowait(None)
        self.gone.set()
        self._answers.put_nowait(None)
        self._writer.close()


class Nursery:
    """Starts bots; `log` is where they all write what went wrong."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process) -> None:
        self._folder, self._process = folder, process
        self.log = folder / "bots.log"
        self._born: asyncio.Queue[Bot] = asyncio.Queue()
        self._all: list[Bot] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Nursery]:
        """All of them end with the block."""
        with (folder / "bots.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.soak.nursery",
                cwd=CHECKOUT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        nursery = cls(folder, process)
        server = await asyncio.start_unix_server(nursery._connected, nursery.socket)
        try:
            yield nursery
        finally:
            for bot in nursery._all:
                await bot.end()
            process.kill()
            await process.wait()
            server.close()

    @property
    def socket(self) -> str:
        return str(self._folder / "clock")

    async def start(self, order: Order) -> Bot:
        """Returns when the process is there; whether the bot is ready, `catch_up` tells."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order.model_dump_json()}\n".encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            bot = await self._born.get()
        self._all.append(bot)
        return bot

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._born.put(Bot(int(await reader.readline()), reader, writer))
