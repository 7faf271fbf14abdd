from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import START, VirtualClock
from sandbox.snowflakes import Snowflakes, moment_of


async def test_sleepers_wake_in_order() -> None:
    clock, woken = VirtualClock(), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (30, 10, 20, 40)]
    await asyncio.sleep(0)
    assert clock.next_waking == START + timedelta(seconds=10)
    clock.advance(30)
    await asyncio.gather(*tasks[:3])
    assert [seconds for seconds, _ in woken] == [10, 20, 30]
    assert {moment for _, moment in woken} == {START + timedelta(seconds=30)}
    assert not tasks[3].done()
    tasks[3].cancel()
    await asyncio.gather(tasks[3], return_exceptions=True)
    assert clock.next_waking is None


async def test_stands_still_and_jumps() -> None:
    clock = VirtualClock()
    assert clock.now() == clock.now() == START
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    clock.jump_to(monday)
    assert clock.now() == monday
    with pytest.raises(ValueError, match="does not go back"):
        clock.jump_to(START)
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2026, 3, 9))  # noqa: DTZ001 - that it has no zone is the point


async def test_runs_with_real_time() -> None:
    clock = VirtualClock(running=True)
    await clock.sleep(0.01)
    passed = clock.now() - START
    assert timedelta(seconds=0.01) <= passed < timedelta(seconds=5)
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(3600)
    await asyncio.wait_for(sleeping, timeout=20)


async def test_no_wait_is_no_sleep() -> None:
    clock = VirtualClock()
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.next_waking is None


@given(st.lists(st.floats(min_value=0, max_value=86400), max_size=20))
def test_ids_grow_and_tell_their_time(steps: list[float]) -> None:
    clock = VirtualClock()
    snowflakes = Snowflakes(clock)
    made = []
    for step in steps:
        clock.advance(step)
        made += [snowflakes.next(), snowflakes.next()]
        assert abs(moment_of(made[-1]) - clock.now()) <= timedelta(milliseconds=1)
    assert made == sorted(set(made))
