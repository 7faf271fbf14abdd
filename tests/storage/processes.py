"""The same few lines in several processes at once: what a second copy of the bot would do."""

from __future__ import annotations

import asyncio
import sys
from textwrap import dedent, indent

_PROGRAM = """
import asyncio
import sys
from datetime import UTC, datetime, timedelta

from bot.storage import discussions, occurrences, reading_list, replies, servers, source_gates
from bot.storage.database import Database
from bot.storage.migrate import migrate

async def main(url: str, number: int) -> None:
{lines}

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def run_processes(lines: str, url: str, *, count: int) -> list[str]:
    """What each process printed. The lines know `url` and the process's `number`; one that fails fails the test."""
    program = _PROGRAM.format(lines=indent(dedent(lines).strip(), "    "))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            url,
            str(number),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for number in range(count)
    ]
    answers = [await process.communicate() for process in processes]
    for process, (_, errors) in zip(processes, answers, strict=True):
        assert process.returncode == 0, errors.decode()
    return [said.decode() for said, _ in answers]
