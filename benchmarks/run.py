"""All measurements, one after the other."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence

from benchmarks.digests import digests
from benchmarks.figure import Figure, Goal
from benchmarks.lab import Lab, Size, Stand
from benchmarks.lists import lists
from benchmarks.memory import memory
from benchmarks.start import start
from benchmarks.talk import link, links, messages
from benchmarks.unknown import unknown
from benchmarks.votes import votes

Measure = Callable[[Lab], Awaitable[list[Figure]]]

MEASURES: Mapping[str, Measure] = {
    "link": link,
    "messages": messages,
    "links": links,
    "unknown": unknown,
    "vote": votes,
    "lists": lists,
    "memory": memory,
    "start": start,
    "digests": digests,
}

_STALL_MS = 50
_LIMIT_SECONDS = 900
"""Of one benchmark. On a machine with nothing else to do the longest takes four minutes."""


async def run(words: Sequence[str], size: Size, say: Callable[[str], None]) -> list[Figure]:
    """These figures, and how long the bot's loop stood still while they were taken."""
    figures: list[Figure] = []
    async with Lab.open(size) as lab:
        for word in words:
            say(f"measuring: {word}")
            figures += await _measured(word, lab, say)
        if lab.stands:
            figures.append(_longest(lab.stands))
    return figures


async def _measured(word: str, lab: Lab, say: Callable[[str], None]) -> list[Figure]:
    """One that fails is a row, so that hours later the others are still there."""
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            return await MEASURES[word](lab)
    except TimeoutError:
        say(traceback.format_exc())
        reason = f"took longer than {_LIMIT_SECONDS} s"
    except Exception as error:  # noqa: BLE001 - whatever it was, the next is measured
        say(traceback.format_exc())
        reason = next(iter(str(error).splitlines()), type(error).__name__)
    return [Figure(word=word, what=f"{word}: {reason}", own=None)]


def _longest(stands: Sequence[Stand]) -> Figure:
    worst = max(stands, key=lambda stand: stand.reading.stall_seconds)
    own = max(stand.reading.own_seconds for stand in stands)
    return Figure(
        word="stall",
        what="longest stall of the event loop in all of these",
        unit="ms",
        own=worst.reading.stall_seconds * 1000,
        goal=Goal(limit=_STALL_MS),
        details={
            "during": worst.during,
            "where": worst.reading.where,
            "most_processor_ms_in_a_stall": own * 1000,
            "each_ms": {stand.during: round(stand.reading.stall_seconds * 1000, 1) for stand in stands},
        },
    )
