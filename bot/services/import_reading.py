"""Reads a member's file in a process of its own, which can be ended: a file made to hurt may keep a parser busy for as
long as it likes, and a thread cannot be stopped (docs/decisions/0011 for the time that starting one takes).

`python -m bot.services.import_reading` takes the file on standard input and answers on standard output, with a
`ReadFile` as JSON, or with the sentence of what is wrong with it and exit code 3.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import bot
from bot.domain.import_entries import ReadFile
from bot.domain.import_file import read_file
from bot.errors import NotUnderstood

log = logging.getLogger(__name__)

READING_SECONDS = 15.0
"""The largest file that is allowed takes about one on an idle machine."""

_REFUSED = 3
_PROGRAM = "bot.services.import_reading"
_FOLDER = Path(bot.__file__).parents[1]
_TOO_HARD = "I could not read that file. Export it again from where it came, or send a plain list of links."


class FileReader:
    """One file at a time: reading one keeps a processor busy."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def read(self, data: bytes, *, seconds: float = READING_SECONDS) -> ReadFile:
        """Raises NotUnderstood, also when it takes longer than that."""
        async with self._turn:
            code, answer = await _run(data, seconds)
        if code == _REFUSED:
            raise NotUnderstood(answer.decode())
        if code != 0:
            raise NotUnderstood(_TOO_HARD)
        return await asyncio.to_thread(ReadFile.model_validate_json, answer)


async def _run(data: bytes, seconds: float) -> tuple[int | None, bytes]:
    """Exit code and answer; None when it had to be ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _PROGRAM,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a parser's complaint quotes the file, which is nobody's business
        cwd=_FOLDER,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await process.communicate(data)
    except TimeoutError:
        log.warning("A file for import took longer than %.0f s to read", seconds)
        return None, b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    if process.returncode not in (0, _REFUSED):
        log.warning("Reading a file for import ended with exit code %s", process.returncode)
    return process.returncode, answer


def _main() -> int:
    logging.disable()
    try:
        answer = read_file(sys.stdin.buffer.read()).model_dump_json()
    except NotUnderstood as refused:
        sys.stdout.buffer.write(refused.sentence.encode())
        return _REFUSED
    sys.stdout.buffer.write(answer.encode())
    return 0


if __name__ == "__main__":
    sys.exit(_main())
