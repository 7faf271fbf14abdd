"""How soon the bot is there."""

from __future__ import annotations

from statistics import median

from benchmarks import library
from benchmarks.figure import Figure, Goal
from benchmarks.lab import Lab


async def start(lab: Lab) -> list[Figure]:
    """From the command to ready: connected, all servers known."""
    papers = lab.size.many_papers
    took = await starts(lab, papers)
    return [
        Figure(
            word="start",
            what=f"start to ready with a database of {papers:,} papers",
            unit="s",
            own=median(took),
            goal=Goal(limit=2.5),
            details={"rounds": took},
        )
    ]


async def starts(lab: Lab, papers: int) -> list[float]:
    """Seconds of each. The first, which writes down what it finds, is not among them."""
    database = lab.database()
    await library.fill(database, papers)
    took = []
    async with lab.place("paper club", database, servers=lab.size.servers) as place:
        for _ in range(lab.size.starts):
            await place.start("paper club", database)
            took.append(place.bot.start_seconds)
    return took
