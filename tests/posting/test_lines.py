"""Whoever posts in a channel waits for those before, and for nobody elsewhere."""

from __future__ import annotations

import asyncio

import pytest

from bot.posting.lines import Lines

HERE, THERE = 1, 2


async def test_one_after_the_other_in_a_channel_and_at_once_in_two() -> None:
    lines, told, go_on = Lines(), list[str](), asyncio.Event()

    async def post(name: str, channel_id: int) -> None:
        async with lines.turn(channel_id):
            told.append(f"{name} begins")
            await go_on.wait()
            told.append(f"{name} ends")

    posting = [asyncio.create_task(post(*who)) for who in (("a", HERE), ("b", HERE), ("c", THERE))]
    await asyncio.sleep(0)
    assert (lines.waiting(HERE), lines.waiting(THERE)) == (2, 1)
    assert told == ["a begins", "c begins"]
    go_on.set()
    await asyncio.gather(*posting)
    assert told[2:] == ["a ends", "c ends", "b begins", "b ends"]
    assert (lines.waiting(HERE), lines.waiting(THERE)) == (0, 0)


async def test_a_failure_lets_the_next_in() -> None:
    lines = Lines()
    with pytest.raises(ZeroDivisionError):
        async with lines.turn(HERE):
            _ = 1 / 0
    async with asyncio.timeout(1), lines.turn(HERE):
        assert lines.waiting(HERE) == 1
