"""Links to papers that only arXiv knows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from benchmarks import library
from benchmarks.figure import Figure, Goal
from benchmarks.lab import Lab
from benchmarks.place import Place
from sandbox.state.message import Message

_DIFFERENT, _SAME = 100, 20
_SERVERS = 10
_SETTLED_SECONDS = 3.5
"""arXiv takes one request in three seconds: until one more would have come."""


async def unknown(lab: Lab) -> list[Figure]:
    """A hundred within a second, then one again and again."""
    async with lab.place("paper club", servers=_SERVERS) as place:
        for number in range(1, _DIFFERENT + 2):
            place.arxiv.add(_record(number))
        lost = await _all_answered(place, range(1, _DIFFERENT + 1))
        different = len(place.arxiv.requests)
        lost += await _all_answered(place, [_DIFFERENT + 1] * _SAME)
        same = len(place.arxiv.requests) - different
        broken = [str(each) for each in place.arxiv.violations]
        await lab.note("unknown", place)
    return [
        Figure(
            word="unknown",
            what=f"{_DIFFERENT} different unknown ids in one second: arXiv requests",
            own=different,
            goal=Goal(limit=2),
            details={"terms_broken": broken},
        ),
        Figure(word="unknown", what="the same: cards lost", own=lost, goal=Goal(limit=0)),
        Figure(
            word="unknown",
            what=f"one unknown id {_SAME} times in one second: arXiv requests",
            own=same,
            goal=Goal(limit=1),
        ),
    ]


async def _all_answered(place: Place, numbers: Sequence[int]) -> int:
    """How many stay without a card."""
    messages: list[Message] = []
    began = time.monotonic()
    for place_in_line, (spot, number) in enumerate(zip(place.spots(len(numbers)), numbers, strict=True)):
        await asyncio.sleep(began + place_in_line / len(numbers) - time.monotonic())
        messages.append(await spot.person.post(spot.channel, library.link(number)))
    try:
        await place.answered(messages)
    except AssertionError:
        return sum(not place.has_reply(message) for message in messages)
    await asyncio.sleep(_SETTLED_SECONDS)
    return 0


def _record(number: int) -> dict[str, object]:
    return {
        "id": library.arxiv_id(number),
        "title": f"What nobody has read yet, part {number}",
        "authors": ["Ada Writer"],
        "abstract": "We say what is new. " * 40,
        "categories": ["cs.CL"],
        "published": "2020-01-01T00:00:00Z",
    }
