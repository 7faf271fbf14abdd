"""Processes that share a bot IDENTIFY one after the other, whichever of them dies or is slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import Unavailable
from bot.services.session_starts import HOLD_SECONDS, SECONDS_APART, SessionStarts
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import NOW

APPLICATION = 1


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def new_process(db: Database, clock: VirtualClock) -> Callable[[], SessionStarts]:
    """One more process of the same bot."""
    return lambda: SessionStarts(db, clock)


@asynccontextmanager
async def waiting(process: SessionStarts, bucket: int = 0) -> AsyncIterator[asyncio.Task[None]]:
    """Its wait for a turn, given up at the end of the block."""
    turn = asyncio.create_task(process.turn(APPLICATION, bucket))
    yield turn
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)


async def time_of(clock: VirtualClock, *turns: asyncio.Task[None]) -> datetime:
    """When the last of them comes. The clock jumps on when all that are left wait for it."""
    while left := sum(not turn.done() for turn in turns):
        if clock.sleeping == left and clock.next_waking is not None:
            clock.jump_to(clock.next_waking)
        await asyncio.sleep(0.001)
    return clock.now()


async def test_the_next_turn_comes_five_seconds_after_ready(
    new_process: Callable[[], SessionStarts], clock: VirtualClock
) -> None:
    first, second = new_process(), new_process()
    await first.turn(APPLICATION, 0)
    clock.advance(4)  # the process was slow, or Discord
    ready_at = clock.now()
    await first.began(APPLICATION, 0)
    async with waiting(second) as turn:
        assert await time_of(clock, turn) == ready_at + timedelta(seconds=SECONDS_APART)


async def test_one_that_died_holds_up_the_others_for_ten_seconds(
    new_process: Callable[[], SessionStarts], clock: VirtualClock
) -> None:
    await new_process().turn(APPLICATION, 0)
    async with waiting(new_process()) as turn:
        assert await time_of(clock, turn) == NOW + timedelta(seconds=HOLD_SECONDS)


async def test_a_late_ready_leaves_the_others_turn_alone(
    new_process: Callable[[], SessionStarts], clock: VirtualClock
) -> None:
    slow, second, third = new_process(), new_process(), new_process()
    await slow.turn(APPLICATION, 0)
    clock.advance(HOLD_SECONDS)
    await second.turn(APPLICATION, 0)
    clock.advance(1)
    await slow.began(APPLICATION, 0)
    async with waiting(third) as turn:
        assert await time_of(clock, turn) == NOW + timedelta(seconds=2 * HOLD_SECONDS)


async def test_buckets_and_bots_do_not_wait_for_each_other(new_process: Callable[[], SessionStarts]) -> None:
    await new_process().turn(APPLICATION, 0)
    await new_process().turn(APPLICATION, 1)
    await new_process().turn(APPLICATION + 1, 0)


async def test_each_of_many_has_a_turn_of_its_own(
    new_process: Callable[[], SessionStarts], clock: VirtualClock
) -> None:
    processes = [new_process() for _ in range(4)]
    turns = []

    async def connect(process: SessionStarts) -> None:
        await process.turn(APPLICATION, 0)
        turns.append(clock.now())
        await process.began(APPLICATION, 0)

    tasks = [asyncio.create_task(connect(process)) for process in processes]
    await time_of(clock, *tasks)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(turns)]
    assert len(gaps) == 3
    assert all(gap >= SECONDS_APART for gap in gaps)


async def test_goes_on_alone_while_the_database_is_away(
    new_process: Callable[[], SessionStarts], clock: VirtualClock, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Unavailable("I cannot use my database just now.")

    monkeypatch.setattr(db, "write", away)
    async with waiting(new_process()) as turn:
        assert await time_of(clock, turn) == NOW + timedelta(seconds=SECONDS_APART)
