"""The process killed at any moment: before and after every request and every commit on a way, one after the other."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.process.kill_points import UNHURRIED_SECONDS
from tests.process.kill_town import KillTown
from tests.process.kill_ways import CardWay, DiscussWay, SaveWay, VoteWay, Way
from tests.process.kill_weekly import DigestWay, PollByHandWay, PollWay

pytestmark = pytest.mark.process

_TRIES = 3
"""What is done at the same time may come in another order, and leave a point out."""


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KillTown]:
    """With nothing to complain of in the end."""
    monkeypatch.setattr("sandbox.state.interaction.FIRST_ANSWER_SECONDS", UNHURRIED_SECONDS)
    async with KillTown.open(tmp_path) as town:
        yield town
        assert town.sandbox.violations == []
        assert town.arxiv.violations == []
    sys.stdout.write(town.log)
    assert "Traceback" not in town.log


@pytest.mark.parametrize("way", [PollWay, CardWay, DiscussWay, DigestWay, SaveWay, VoteWay, PollByHandWay])
async def test_killed_at_every_point(town: KillTown, way: type[Way]) -> None:
    """What happens when: the process is killed."""
    numbers = itertools.count(1)
    undisturbed, problems = await _live(town, way(town, next(numbers)), "")
    points = _numbered(undisturbed)[: way.points]
    sys.stdout.write("\n".join(points))
    for point in points:
        for _ in range(_TRIES):
            deaths = town.deaths
            _, found = await _live(town, way(town, next(numbers)), point)
            problems += [f"killed {point}: {problem}" for problem in found]
            if town.deaths > deaths:
                break
    assert problems == []
    assert town.deaths == len(points), "a point was never met again"


async def _live(town: KillTown, way: Way, deadly: str) -> tuple[list[str], list[str]]:
    """Goes one way to its end: what was passed on it, and what is wrong then."""
    await way.prepare()
    await town.next_way()
    passed = await town.watch(way.begin, way.act, deadly)
    problems = await way.problems()
    await way.end()
    return passed, problems


def _numbered(passed: list[str]) -> list[str]:
    """With how often each was passed."""
    times: Counter[str] = Counter()
    points = []
    for what in passed:
        times[what] += 1
        points.append(f"{what} #{times[what]}")
    return points
