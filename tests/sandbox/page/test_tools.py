from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import START, VirtualClock
from sandbox.page import tools
from sandbox.page.tools import Jump, landing, pass_time

_WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("now", "to", "expected"),
    [
        ("2026-03-02T08:59", "monday", "2026-03-02T09:00"),
        ("2026-03-02T09:00", "monday", "2026-03-09T09:00"),
        ("2026-03-08T23:59", "monday", "2026-03-09T09:00"),
        ("2026-02-28T23:30", "hour", "2026-03-01T00:30"),
        ("2026-02-28T23:30", "day", "2026-03-01T23:30"),
    ],
)
def test_where_a_jump_ends(now: str, to: Jump, expected: str) -> None:
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, expected)]
    assert landing(moments[0], to) == moments[1]


async def nothing() -> None:
    """A bot that is quiet."""


async def test_sleepers_wake_in_order_and_read_their_own_time() -> None:
    clock, woken = VirtualClock(), list[timedelta]()

    async def sleeper(seconds: float) -> None:
        for _ in range(2):
            await clock.sleep(seconds)
            woken.append(clock.now() - START)

    tasks = [asyncio.create_task(sleeper(hours * 3600)) for hours in (40, 30, 50)]
    await asyncio.sleep(0)
    await pass_time(clock, START + _WEEK, nothing)
    await asyncio.gather(*tasks)
    assert [round(moment.total_seconds() / 3600, 1) for moment in woken] == [30, 40, 50, 60, 80, 100]
    assert clock.now() == START + _WEEK


async def test_a_week_of_short_sleeps_takes_seconds() -> None:
    clock, wakings = VirtualClock(running=True), 0

    async def sleeper() -> None:
        nonlocal wakings
        while True:
            await clock.sleep(5)
            wakings += 1

    task = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    started = time.monotonic()
    await pass_time(clock, START + _WEEK, nothing)
    assert time.monotonic() - started < 200
    assert 50 < wakings < 500
    assert clock.now() - START - _WEEK < timedelta(seconds=10)
    task.cancel()


async def test_a_bot_that_never_comes_to_rest_does_not_hold_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_MOST_SECONDS", 0.2)
    clock = VirtualClock()
    tasks = [asyncio.create_task(clock.sleep(3600 * hours)) for hours in range(1, 20)]
    await asyncio.sleep(0)
    started = time.monotonic()
    await pass_time(clock, START + _WEEK, lambda: asyncio.sleep(60))
    assert time.monotonic() - started < 20
    await asyncio.gather(*tasks)
