"""Has the digest's picture drawn, in a process of its own.

matplotlib takes half a second to import, some of it without letting go of the interpreter: in a thread, that holds
up the loop for longer than it should ever wait, on a machine with other work (docs/decisions/0011).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import bot
from bot.views.digest_picture import Chart

log = logging.getLogger(__name__)

DRAWING_SECONDS = 30.0
"""The very first time, matplotlib also looks through the machine's fonts."""

_PROGRAM = "bot.views.digest_picture"
_FOLDER = Path(bot.__file__).parents[1]


async def draw(made: Chart) -> bytes | None:
    """The PNG; None, with a line in the log, when it could not be drawn: a digest goes without its picture then."""
    try:
        # a session of its own: Ctrl+C is for the bot, which lets what it has begun come to its end
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=_FOLDER,
            start_new_session=True,
        )
    except OSError as error:
        log.warning("No picture for the digest: %s", error)
        return None
    try:
        async with asyncio.timeout(DRAWING_SECONDS):
            png, complaint = await process.communicate(made.model_dump_json().encode())
    except TimeoutError:
        log.warning("No picture for the digest: drawing took longer than %.0f s", DRAWING_SECONDS)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    if process.returncode != 0 or not png:
        log.warning("No picture for the digest: %s", complaint.decode(errors="replace").strip()[-500:])
        return None
    return png
