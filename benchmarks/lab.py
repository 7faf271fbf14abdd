"""What all measurements share: where files go, how much is measured, and how long loops stood still meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks import library
from benchmarks.place import Place
from benchmarks.processes import Kind, Reading


class Size(NamedTuple):
    """How much is measured."""

    rounds: int = 7
    servers: int = 10
    links: int = 60
    """One after the other in a round."""
    burst: int = 300
    """Links at once."""
    messages: int = 10_000
    many_servers: int = 2_500
    many_papers: int = 100_000
    starts: int = 5
    calls: int = 40
    """Of each page of a long list."""


TINY = Size(rounds=1, servers=2, links=3, burst=6, messages=40, many_servers=4, many_papers=200, starts=1, calls=3)
"""Enough to see that it works."""


class Stand(NamedTuple):
    """A loop that stood still."""

    during: str
    reading: Reading


class Lab:
    """Open it with `Lab.open`."""

    def __init__(self, folder: Path, size: Size) -> None:
        self.size = size
        self.stands: list[Stand] = []
        self._folder = folder
        self._databases = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, size: Size) -> AsyncIterator[Lab]:
        """Its files are gone afterwards."""
        with TemporaryDirectory(prefix="paper-club-bench-") as folder:
            yield cls(Path(folder), size)

    def database(self) -> Path:
        """Where a new one may be made."""
        self._databases += 1
        folder = self._folder / str(self._databases)
        folder.mkdir()
        return folder / "paperclub.db"

    @asynccontextmanager
    async def place(self, kind: Kind, database: Path | None = None, **options: Any) -> AsyncIterator[Place]:
        """See `Place.open`."""
        async with Place.open(kind, database or self.database(), **options) as place:
            yield place

    @asynccontextmanager
    async def duel(self, bare: Kind, *, servers: int, papers: int) -> AsyncIterator[tuple[Place, Place]]:
        """The bare bot's place and Paper Club's, the same but for the bot."""
        database = self.database()
        await library.fill(database, papers)
        async with AsyncExitStack() as both:
            theirs = await both.enter_async_context(self.place(bare, servers=servers))
            ours = await both.enter_async_context(self.place("paper club", database, servers=servers))
            yield theirs, ours

    async def note(self, during: str, place: Place) -> Reading:
        """Reads Paper Club's gauge and remembers how long its loop stood still."""
        reading = await place.bot.read()
        self.stands.append(Stand(during, place.bot.longest or reading))
        return reading
