"""Has digests' pictures drawn, in a process of their own.

matplotlib takes half a second to import, some of it without letting go of the interpreter: in a thread, that holds
up the loop for longer than it should ever wait, on a machine with other work (docs/decisions/0011). The process stays
for a while: where thousands of digests are due at once, the import would be most of the work (docs/decisions/0018).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import bot
from bot.views.digest_picture import Chart

log = logging.getLogger(__name__)

DRAWING_SECONDS = 30.0
"""The very first time, matplotlib also looks through the machine's fonts."""

IDLE_SECONDS = 20.0
"""So long after a picture the process stays, with its 60 MiB."""

_PROGRAM = "bot.views.digest_picture"
_FOLDER = Path(bot.__file__).parents[1]


class Drawer:
    """Draws one picture at a time; `close` it in the end."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._left: list[Process] = []

    async def draw(self, made: Chart) -> bytes | None:
        """The PNG; None, with a line in the log, when it could not be drawn: a digest goes without its picture then."""
        async with self._turn:
            self._stay()
            drawn = False
            try:
                async with asyncio.timeout(DRAWING_SECONDS):
                    png = await self._drawn(made)
                drawn = True
            except TimeoutError:
                log.warning("No picture for the digest: drawing took longer than %.0f s", DRAWING_SECONDS)
                return None
            except (OSError, ValueError, asyncio.IncompleteReadError) as error:
                complaint = await self._end() or str(error)
                log.warning("No picture for the digest: %s", complaint)
                return None
            finally:
                if not drawn:  # what it still has to say belongs to no later picture
                    await self._end()
            self._leaving = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._leave)
            return png

    async def close(self) -> None:
        """Ends the process, also one that is just about to leave."""
        self._stay()
        await self._end()
        while self._left:
            self._process = self._left.pop()
            await self._end()

    async def _drawn(self, made: Chart) -> bytes:
        """Raises ValueError or IncompleteReadError when the process ends instead."""
        process = self._process = self._process or await _started()
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(made.model_dump_json().encode() + b"\n")
        await process.stdin.drain()
        size = int(await process.stdout.readline())
        return await process.stdout.readexactly(size)

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave(self) -> None:
        """It ends by itself when nothing more can come."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            self._left = [*(each for each in self._left if each.returncode is None), process]

    async def _end(self) -> str:
        """What it complained of, if anything."""
        process, self._process = self._process, None
        if process is None:
            return ""
        if process.returncode is None and process.stdout is not None and not process.stdout.at_eof():
            process.kill()
        _, complaint = await process.communicate()
        return complaint.decode(errors="replace").strip()[-500:]


async def _started() -> Process:
    # a session of its own: Ctrl+C is for the bot, which lets what it has begun come to its end
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", _PROGRAM, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=_FOLDER, start_new_session=True
    )
