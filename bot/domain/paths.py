"""What to read before what: papers as points, "read this first" as arrows, and never a circle."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

PATH_LENGTH = 10
"""Papers of one path; the nearest are kept."""
PATH_DEPTH = 8
"""Arrows that are followed from the paper back."""

_UNDATED = datetime.max.replace(tzinfo=UTC)

Firsts = Mapping[int, Sequence[int]]
"""For each paper the ones to read before it."""


class Path(NamedTuple):
    """Numbers of papers in the order to read them, without the paper itself; `more` says that others come even
    before, or beside."""

    numbers: tuple[int, ...]
    more: bool


def circle(firsts: Firsts, paper: int, first: int) -> list[int] | None:
    """The circle that "read `first` before `paper`" would close, beginning and ending with `paper`; the shortest."""
    came_from: dict[int, int] = {}
    row = [first]
    seen = {first}
    while row:
        if paper in seen:
            break
        following = []
        for here in row:
            for before in firsts.get(here, ()):
                if before not in seen:
                    seen.add(before)
                    came_from[before] = here
                    following.append(before)
        row = following
    if paper not in seen:
        return None
    back = [paper]
    while back[-1] != first:
        back.append(came_from[back[-1]])
    return [paper, *reversed(back)]


def nearest(firsts: Firsts, paper: int) -> Path:
    """What comes before, the fewest arrows away first: as many as a path holds, in no order to read them."""
    found: list[int] = []
    seen = {paper}
    row = [paper]
    for _ in range(PATH_DEPTH):
        following = []
        for here in row:
            for before in sorted(firsts.get(here, ())):
                if before not in seen:
                    seen.add(before)
                    following.append(before)
        found += following
        row = following
    left_over = any(before not in seen for here in row for before in firsts.get(here, ()))
    return Path(tuple(found[:PATH_LENGTH]), more=left_over or len(found) > PATH_LENGTH)


def in_order(firsts: Firsts, numbers: Sequence[int], published: Mapping[int, datetime | None]) -> list[int]:
    """Each paper behind all that come before it; where that leaves a choice, the older paper first."""
    chosen = set(numbers)
    waits_for = {number: chosen.intersection(firsts.get(number, ())) for number in chosen}
    leads_to: dict[int, list[int]] = {number: [] for number in chosen}
    for number, before in waits_for.items():
        for each in before:
            leads_to[each].append(number)

    def place(number: int) -> tuple[datetime, int]:
        return published.get(number) or _UNDATED, number

    ready = [place(number) for number, before in waits_for.items() if not before]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        _, number = heapq.heappop(ready)
        order.append(number)
        for then in leads_to[number]:
            waits_for[then].discard(number)
            if not waits_for[then]:
                heapq.heappush(ready, place(then))
    return order
