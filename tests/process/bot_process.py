"""`python -m bot` as whoever runs it starts it: a process of its own, settings from the environment alone."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30
"""Far more than anything here takes: a process that hangs fails its test, not the whole run."""


class BotProcess:
    """One running (or ended) process. `lines` is what it wrote to standard error so far, `answers` to standard
    output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []
        self.answers: list[str] = []
        self._news = asyncio.Event()
        assert process.stdout is not None
        assert process.stderr is not None
        self._readers = [
            asyncio.create_task(self._read(process.stderr, self.lines)),
            asyncio.create_task(self._read(process.stdout, self.answers)),
        ]

    @classmethod
    async def start(cls, *arguments: str, settings: Mapping[str, str], folder: Path) -> BotProcess:
        """In an empty environment, in this folder."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *arguments,
                env={"PYTHONPATH": str(CHECKOUT), **settings},
                cwd=folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=2**20,
            )
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return "".join(f"{line}\n" for line in [*self.answers, *self.lines])

    async def says(self, words: str) -> str:
        """The first line of its log with these words, as soon as it is there."""
        return await self._line(self.lines, words)

    async def answers_with(self, words: str) -> str:
        """The same on standard output."""
        return await self._line(self.answers, words)

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def kill(self) -> None:
        """As when the power fails: nothing of it runs after this."""
        if self._process.returncode is None:
            self._process.kill()
        await self.ends()

    async def ends(self, *, within_seconds: float = PATIENCE_SECONDS) -> int:
        """Its exit code, all output read."""
        try:
            async with asyncio.timeout(within_seconds):
                code = await self._process.wait()
                await asyncio.gather(*self._readers)
        except TimeoutError:
            raise AssertionError(f"still running after {within_seconds} s:\n{self.output}") from None
        return code

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Tells it to close, which takes at most ten seconds and always ends well."""
        self.send(number)
        assert await self.ends(within_seconds=10) == 0, self.output

    async def _line(self, lines: list[str], words: str) -> str:
        await self._until(lambda: words in "\n".join(lines) or self._silent, f"line with {words!r}")
        found = [line for line in lines if words in line]
        assert found, f"ended without saying {words!r}:\n{self.output}"
        return found[0]

    @property
    def _silent(self) -> bool:
        return all(reader.done() for reader in self._readers)

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} in {PATIENCE_SECONDS} s:\n{self.output}") from None

    async def _read(self, stream: asyncio.StreamReader, lines: list[str]) -> None:
        try:
            while line := await stream.readline():
                lines.append(line.decode().rstrip("\n"))
                self._news.set()
        finally:
            asyncio.get_running_loop().call_soon(self._news.set)
