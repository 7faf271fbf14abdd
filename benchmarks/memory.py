"""What the processes hold in memory once somebody has spoken in every server."""

from __future__ import annotations

from benchmarks.figure import Figure, Goal
from benchmarks.lab import Lab
from benchmarks.processes import Kind

_MIB = 2**20
_WORDS = "Good morning everybody, what are you reading today?"


async def memory(lab: Lab) -> list[Figure]:
    """With one server, and with many of fifty members. What a client of discord.py keeps depends on the intents, which
    it has no default for: with all of them it keeps every member, with `Intents.default()` none."""
    many = lab.size.many_servers
    alone = await held(lab, "paper club", 1)
    own = await held(lab, "paper club", many)
    greedy, modest = await held(lab, "every intent", many), await held(lab, "empty", many)
    what = f"memory with {many:,} servers of 50 members, against a discord.py client with default settings"
    return [
        Figure(word="memory", what="memory with 1 server", unit="MiB", own=alone, goal=Goal(limit=100)),
        Figure(
            word="memory",
            what=f"{what} and all intents",
            unit="MiB",
            bare=greedy,
            own=own,
            ratio=own / greedy,
            goal=Goal(limit=1, of="ratio"),
        ),
        Figure(
            word="memory",
            what=f"{what} and the default intents, which keeps no members",
            unit="MiB",
            bare=modest,
            own=own,
            ratio=own / modest,
        ),
    ]


async def held(lab: Lab, kind: Kind, servers: int) -> float:
    """MiB. Paper Club's database has been there before: it is the second start that lasts."""
    database = lab.database()
    async with lab.place(kind, database, servers=servers) as place:
        await place.start(kind, database)
        for spot in place.spots(servers):
            await spot.person.post(spot.channel, _WORDS)
        await place.quiet()
        reading = await lab.note("memory", place) if kind == "paper club" else await place.bot.read()
    return reading.memory_bytes / _MIB
