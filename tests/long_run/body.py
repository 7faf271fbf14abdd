"""What a bot's process is made of, looked at from outside and told by itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PARTS = "parts.json"
"""Beside the bot's socket: what it is made of, written when it gets SIGUSR2."""

_ANSWER_SECONDS = 60
_LOOK_SECONDS = 0.02
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)


@dataclass
class Body:
    """`tasks` and `threads` are counted by what they run; `files` by what is open."""

    resident: int
    tasks: Counter[str] = field(default_factory=Counter)
    threads: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    def more_than(self, before: Body) -> list[str]:
        """What there is more of than there was."""
        kinds = (("task", self.tasks, before.tasks), ("thread", self.threads, before.threads))
        grown = [
            f"{count} more {kind}s {what}" for kind, now, then in kinds for what, count in sorted((now - then).items())
        ]
        return grown + [f"{count} more open: {what}" for what, count in sorted((self.files - before.files).items())]


def resident(number: int) -> int:
    """The memory of a process, in kB."""
    found = _RESIDENT.search(Path(f"/proc/{number}/status").read_text())
    assert found is not None
    return int(found[1])


async def look_at(number: int, folder: Path) -> Body:
    """The body of a bot whose socket is in this folder."""
    parts = folder / PARTS
    parts.unlink(missing_ok=True)
    os.kill(number, signal.SIGUSR2)
    async with asyncio.timeout(_ANSWER_SECONDS):
        while not parts.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(_LOOK_SECONDS)
    told: dict[str, Any] = json.loads(parts.read_text())
    return Body(resident(number), Counter(told["tasks"]), Counter(told["threads"]), _open_files(number))


def _open_files(number: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for link in Path(f"/proc/{number}/fd").iterdir():
        try:
            what = str(link.readlink())
        except FileNotFoundError:  # closed meanwhile
            continue
        found[re.sub(r":\[\d+\]$", "", what)] += 1
    return found
