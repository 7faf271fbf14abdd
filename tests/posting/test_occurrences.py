"""The runner: each due one carried out, what fails tried again, and a loop that nothing ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.domain.occurrences import Kind, Occurrence
from bot.errors import NotFound
from bot.posting.occurrences import OccurrenceRunner
from bot.services.occurrences import Occurrences
from bot.storage import occurrences as rows
from bot.storage.database import Database
from bot.storage.tables import occurrence
from tests.engines import chosen_database_url
from tests.services.waiting import WatchedClock, settle_down, until
from tests.storage.examples import NOW, OTHER_SERVER, SERVER

__all__ = ["chosen_database_url"]

MINUTE = timedelta(minutes=1)


class Handler:
    """Notes what it is given. Answers with what stands in `answers`, one after the other; then with "done"."""

    def __init__(self, clock: WatchedClock, *answers: str | datetime | Exception) -> None:
        self.clock = clock
        self.answers = list(answers)
        self.calls: list[tuple[datetime, Occurrence]] = []
        self.at_work: list[int] = []
        self.called = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, due: Occurrence) -> str | datetime:
        self.calls.append((self.clock.now(), due))
        self.called.set()
        self.at_work.append(due.server_id)
        try:
            await self.may_end.wait()
        finally:
            self.at_work.remove(due.server_id)
        answer = self.answers.pop(0) if self.answers else "done"
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def seconds(self) -> list[float]:
        """When it was called, counted from NOW."""
        return [(at - NOW).total_seconds() for at, _ in self.calls]


class Setting:
    """The runner over a real database, on a clock that a test moves."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = WatchedClock(NOW)
        self.occurrences = Occurrences(db, self.clock)
        self.runner = OccurrenceRunner(self.occurrences, self.clock)

    def handle(self, kind: Kind, *answers: str | datetime | Exception) -> Handler:
        handler = Handler(self.clock, *answers)
        self.runner.add(kind, handler)
        return handler

    async def add(self, kind: Kind, minutes: float = 0, server_id: int = SERVER) -> None:
        async with self.db.write() as conn:
            assert await rows.add(conn, server_id, kind, NOW + minutes * MINUTE) is not None
        self.occurrences.changed()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.runner.run())
        yield
        assert not task.done(), "the loop lives for ever"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def outcomes(self) -> list[str | None]:
        async with self.db.read() as conn:
            return list(await conn.scalars(select(occurrence.c.outcome).order_by(occurrence.c.id)))


@pytest.fixture
async def setting(chosen_database_url: str) -> AsyncIterator[Setting]:
    db = await Database.open(chosen_database_url)
    yield Setting(db)
    await db.close()


async def test_each_is_carried_out_once_when_due(setting: Setting) -> None:
    poll, digest = setting.handle("poll", "posted"), setting.handle("digest", "nothing to tell")
    await setting.add("poll", 5)
    await setting.add("digest", 3 * 60)
    async with setting.running():
        await until(setting.clock, lambda: digest.calls and setting.runner.idle)
        await settle_down(setting.clock)
    assert (poll.seconds, digest.seconds) == ([300], [3 * 3600])
    assert await setting.outcomes() == ["posted", "nothing to tell"]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each look found that were due."""
    found: list[int] = []
    claim_due = rows.claim_due

    async def noted(*args: Any, **options: Any) -> list[Occurrence]:
        claimed = await claim_due(*args, **options)
        found.append(len(claimed))
        return claimed

    monkeypatch.setattr(rows, "claim_due", noted)
    return found


async def test_waiting_costs_a_look_a_minute(setting: Setting, looks: list[int]) -> None:
    handler = setting.handle("poll")
    await setting.add("poll", 60)
    async with setting.running():
        await until(setting.clock, lambda: handler.calls)
    assert len(looks) <= 65


async def test_a_time_is_when_it_is_looked_at_again(setting: Setting) -> None:
    handler = setting.handle("close", NOW + 10 * MINUTE, NOW + 30 * MINUTE, "decided")
    await setting.add("close")
    async with setting.running():
        await until(setting.clock, lambda: len(handler.calls) == 3)
        await settle_down(setting.clock)
    assert handler.seconds == [0, 600, 1800]
    assert [due.attempts for _, due in handler.calls] == [1, 2, 3]
    assert await setting.outcomes() == ["decided"]


@pytest.mark.parametrize(
    ("failure", "level"),
    [
        (RuntimeError("a bug"), logging.ERROR),
        (NotFound("That is gone."), logging.WARNING),
        (aiohttp.ClientError("away"), logging.INFO),
        (TimeoutError(), logging.INFO),
    ],
)
async def test_what_fails_is_tried_again_ever_more_slowly(
    setting: Setting, failure: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    handler = setting.handle("poll", *[failure] * 9)
    await setting.add("poll")
    with caplog.at_level(logging.INFO):
        async with setting.running():
            await until(setting.clock, lambda: len(handler.calls) == 10, idle=lambda: setting.runner.idle)
            await settle_down(setting.clock)
    waits = [later - earlier for earlier, later in zip(handler.seconds, handler.seconds[1:], strict=False)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert await setting.outcomes() == ["done"]
    assert {record.levelno for record in caplog.records if "poll of server" in record.message} == {level}


async def test_a_failure_of_the_database_does_not_end_the_loop(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither while looking for what is due, nor while recording how it ended: then the lease ends by itself."""
    monkeypatch.setattr("bot.posting.occurrences._PAUSE_AFTER_FAILURE_SECONDS", 0)
    failures = {"claim_due": 3, "finish": 1, "next_wake": 2}

    def fail_at_first(name: str) -> None:
        real = getattr(rows, name)

        async def failing(*args: object, **options: object) -> object:
            if failures[name]:
                failures[name] -= 1
                raise RuntimeError("the database makes no sense")
            return await real(*args, **options)

        monkeypatch.setattr(rows, name, failing)

    for name in failures:
        fail_at_first(name)
    handler = setting.handle("poll", "posted", "posted already")
    await setting.add("poll")
    async with setting.running():
        await until(setting.clock, lambda: len(handler.calls) == 2)
        await settle_down(setting.clock)
    assert failures == {"claim_due": 0, "finish": 0, "next_wake": 0}
    assert handler.seconds == [0, rows.LEASE_SECONDS]
    assert await setting.outcomes() == ["posted already"]
    assert caplog.text.count("Unexpected failure") == 6


async def test_of_one_server_one_after_another_and_of_several_at_the_same_time(setting: Setting) -> None:
    poll, digest = setting.handle("poll"), setting.handle("digest")
    poll.may_end.clear()
    await setting.add("poll")
    await setting.add("digest")
    await setting.add("poll", server_id=OTHER_SERVER)
    async with setting.running():
        await until(setting.clock, lambda: len(poll.at_work) == 2)
        await settle_down(setting.clock)
        assert digest.calls == []
        assert not setting.runner.idle
        poll.may_end.set()
        await asyncio.wait_for(digest.called.wait(), 10)  # the clock stands still


async def test_no_more_than_ten_at_once_and_none_forgotten(setting: Setting, looks: list[int]) -> None:
    handler = setting.handle("poll")
    handler.may_end.clear()
    for number in range(25):
        await setting.add("poll", server_id=SERVER + number)
    async with setting.running():
        await until(setting.clock, lambda: len(handler.at_work) == 10)
        await asyncio.sleep(0.02)
        assert len(handler.calls) == 10
        assert looks == [10]
        handler.may_end.set()
        await until(setting.clock, lambda: len(handler.calls) == 25)
        await settle_down(setting.clock)
    assert await setting.outcomes() == ["done"] * 25


async def test_a_clock_that_jumps_past_the_lease_does_not_begin_it_a_second_time(setting: Setting) -> None:
    handler = setting.handle("poll")
    handler.may_end.clear()
    await setting.add("poll")
    async with setting.running():
        await until(setting.clock, lambda: handler.at_work)
        await settle_down(setting.clock)
        setting.clock.advance(3600)
        await settle_down(setting.clock)
        assert len(handler.calls) == 1
        handler.may_end.set()
        await until(setting.clock, lambda: setting.runner.idle)
    assert len(handler.calls) == 1
    assert await setting.outcomes() == ["done"]


async def test_a_kind_without_a_handler_is_left_alone(setting: Setting) -> None:
    await setting.add("poll")
    async with setting.running():
        await settle_down(setting.clock)
        assert setting.runner.idle
    async with setting.db.read() as conn:
        assert await conn.scalar(select(occurrence.c.attempts)) == 0
    handler = setting.handle("poll")
    async with setting.running():
        await until(setting.clock, lambda: handler.calls)


async def test_before_the_end_what_is_under_way_is_recorded_and_nothing_more_begins(setting: Setting) -> None:
    handler = setting.handle("poll", "posted")
    handler.may_end.clear()
    await setting.add("poll")
    task = asyncio.create_task(setting.runner.run())
    await until(setting.clock, lambda: handler.at_work)
    finishing = asyncio.create_task(setting.runner.finish(10))
    await setting.add("poll", server_id=OTHER_SERVER)
    await asyncio.sleep(0.02)
    assert not finishing.done()
    handler.may_end.set()
    await finishing
    assert await setting.outcomes() == ["posted", None]
    await asyncio.wait_for(task, 10)
    assert len(handler.calls) == 1


async def test_what_is_claimed_at_the_very_end_is_left_to_the_next_process(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = setting.handle("poll")
    claim_due = rows.claim_due

    async def claimed_while_finishing(*args: Any, **options: Any) -> list[Occurrence]:
        await setting.runner.finish(10)
        return await claim_due(*args, **options)

    monkeypatch.setattr(rows, "claim_due", claimed_while_finishing)
    await setting.add("poll")
    await setting.runner.run()
    await until(setting.clock, lambda: not asyncio.all_tasks() - {asyncio.current_task()})
    assert handler.calls == []
    async with setting.db.write() as conn:
        (due,) = await claim_due(conn, NOW, kinds=["poll"], shards=None, limit=1)
    assert due.attempts == 2
