"""Every server's digest is due in the same minute, and Discord keeps to its limits."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress

from benchmarks import library
from benchmarks.figure import Figure, Goal
from benchmarks.lab import Lab
from benchmarks.place import Place
from sandbox.ratelimits import GLOBAL_PER_SECOND
from sandbox.rest.server import Request

_PAPERS_EACH = 3
_PATIENCE_SECONDS = 60.0
_PATIENCE_SECONDS_EACH = 0.25
"""Six times what Discord's limits take for the two requests of one. What is not there then counts as lost."""
_ALMOST = 1.25
"""So many times as long as the limits alone would take is still their pace."""


async def digests(lab: Lab) -> list[Figure]:
    """Each with its picture."""
    many = lab.size.many_servers
    database = lab.database()

    async def prepare(place: Place) -> None:
        await library.fill(database, 2 * _PAPERS_EACH * many, guilds=place.guilds, digests=True)
        place.sandbox.rest.watchers.append(watch)

    posted: Counter[str] = Counter()
    asked: Counter[int] = Counter()
    pictures = 0
    posted_at: list[float] = []

    def watch(request: Request) -> None:
        nonlocal pictures
        asked[request.status] += 1
        if request.method == "POST" and request.template.endswith("/messages") and request.status < 300:  # noqa: PLR2004 - HTTP's own
            posted[request.path] += 1
            pictures += bool(request.body and request.body.get("attachments"))
            posted_at.append(time.monotonic())

    async with lab.place("paper club", database, servers=many, rate_limits=True, prepare=prepare) as place:
        began = time.monotonic()
        with suppress(AssertionError):
            await place.sandbox.until(
                lambda: len(posted) >= many,
                what=f"{many} digests",
                seconds=_PATIENCE_SECONDS + many * _PATIENCE_SECONDS_EACH,
            )
        took = (posted_at[-1] if len(posted) >= many else time.monotonic()) - began
        await place.quiet()
        reading = await lab.note("digests", place)
    pace = (asked.total() - asked[429]) / GLOBAL_PER_SECOND
    twice = sum(count - 1 for count in posted.values())
    details = {
        "seconds": took,
        "requests": dict(asked),
        "pictures": pictures,
        "processor_seconds": reading.used_seconds,
        "log": place.bot.log[-2000:] if len(posted) < many else "",
    }
    return [
        Figure(
            word="digests",
            what=f"{many:,} digests due in the same minute: lost",
            own=many - len(posted),
            goal=Goal(limit=0),
            details=details,
        ),
        Figure(word="digests", what="the same: posted twice", own=twice, goal=Goal(limit=0)),
        Figure(
            word="digests",
            what="the same: how long, against what Discord's limits alone would take",
            unit="s",
            bare=pace,
            own=took,
            ratio=took / pace,
            goal=Goal(limit=_ALMOST, of="ratio"),
        ),
    ]
