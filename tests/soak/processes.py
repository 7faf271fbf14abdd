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

START_SECONDS = 60
"""Far more than a process takes to be there."""

_ANSWER_SECONDS = 2
"""What a process may take to say what it is doing."""


class Bot:
    """One process."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.gone = asyncio.Event()
        self.killed = False
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
        await self._answers.get()

    def ask(self) -> None:
        """It writes into the log what it is doing."""
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGUSR1)

    def kill(self) -> None:
        """As when the power fails."""
        if not self.gone.is_set():
            self.killed = True
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
    async def open(cls, folder: Path, module: str = "tests.soak.nursery") -> AsyncIterator[Nursery]:
        """All of them end with the block. `module` is what keeps them."""
        with (folder / "bots.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
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
            server.close()
            assert process.stdin is not None
            process.stdin.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(START_SECONDS):
                    await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()

    @property
    def socket(self) -> str:
        return str(self._folder / "clock")

    async def start(self, order: Order) -> Bot:
        """Returns when the process is there; whether the bot is ready, `catch_up` tells."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order.model_dump_json()}\n".encode())
        async with asyncio.timeout(START_SECONDS):
            bot = await self._born.get()
        self._all.append(bot)
        return bot

    async def what_they_do(self) -> str:
        """What every process that is alive is busy with, in its own words."""
        before = self.log.stat().st_size
        alive = [bot for bot in self._all if not bot.gone.is_set()]
        for bot in alive:
            bot.ask()
        await asyncio.sleep(_ANSWER_SECONDS)
        return f"alive: {[bot.number for bot in alive]}\n{self.log.read_bytes()[before:].decode()}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._born.put(Bot(int(await reader.readline()), reader, writer))
