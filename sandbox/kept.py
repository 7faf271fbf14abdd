"""The folder in which the demo's state lives, and the day on which it goes on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.clock import START, VirtualClock

_AGAIN_SECONDS = 2.0
"""A demo that is killed has lost so much of its time; the next one begins hours later."""


class KeptFolder:
    """What a demo leaves to the next: the bot's database, which has it from the bot, and the time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._time = path / "clock"
        self._last = datetime.fromisoformat(self._time.read_text()) if self._time.exists() else None

    @property
    def is_new(self) -> bool:
        return self._last is None

    @property
    def log(self) -> Path:
        """The bot's log of this start."""
        return self.path / "bot.log"

    def morning(self) -> datetime:
        """09:00, of the first day or of the day after the last one, so that no id is given twice."""
        if self._last is None:
            return START
        return datetime.combine(self._last.date() + timedelta(days=1), START.timetz())

    def remember(self, moment: datetime) -> None:
        """The time that the demo has come to."""
        new = self._time.with_suffix(".new")
        new.write_text(moment.isoformat())
        new.replace(self._time)

    async def follow(self, clock: VirtualClock) -> None:
        """Remembers the time again and again, until cancelled."""
        while True:
            self.remember(clock.now())
            await asyncio.sleep(_AGAIN_SECONDS)


@contextmanager
def folder(keep: Path | None) -> Iterator[KeptFolder]:
    """That folder, made where it is new; without one, a folder that is removed in the end."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="paper-club-") as temporary:
            yield KeptFolder(Path(temporary))
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield KeptFolder(keep.resolve())
