"""The engine of the week: what is due when, once, and what comes after it. NOW is a Monday, 09:00 UTC."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from bot.domain.occurrences import Kind, Occurrence
from bot.services.occurrences import BETWEEN, LOOK_SECONDS, Occurrences
from bot.storage import occurrences as rows
from bot.storage.database import Database
from bot.storage.tables import digest, occurrence
from sandbox.clock import VirtualClock
from tests.services.waiting import WatchedClock, settle_down
from tests.storage.examples import NOW, OTHER_SERVER, SERVER

KINDS: tuple[Kind, ...] = ("poll", "start", "close", "reminder", "digest")
MONDAY, SUNDAY = 0, 6
CHANNEL = 1
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LEASE = timedelta(seconds=rows.LEASE_SECONDS)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Week:
    """One server's weeks, with the clock in hand."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = VirtualClock(NOW)
        self.engine = Occurrences(db, self.clock)

    def at(self, moment: datetime) -> None:
        """A new process whose clock shows this: machines' clocks go back as well."""
        self.clock = VirtualClock(moment)
        self.engine = Occurrences(self.db, self.clock)

    async def every(self, weekday: int, hour: int, minute: int = 0, kind: Kind = "poll") -> datetime:
        assert kind in ("poll", "digest")
        return await self.engine.set_schedule(
            SERVER, kind, weekday=weekday, minute=hour * 60 + minute, channel_id=CHANNEL
        )

    async def due(self) -> list[Occurrence]:
        return await self.engine.claim_due(KINDS, 10)

    async def work_off(self) -> list[datetime]:
        """When everything was due that is carried out now."""
        done = []
        while found := await self.due():
            for each in found:
                await self.engine.finish(each, "posted")
                done.append(each.due_at)
        return done

    async def all(self) -> list[tuple[datetime, str | None]]:
        async with self.db.read() as conn:
            kept = await conn.execute(select(occurrence.c.due_at, occurrence.c.outcome).order_by(occurrence.c.due_at))
        return [(due_at, outcome) for due_at, outcome in kept]

    async def to_come(self) -> datetime | None:
        async with self.db.read() as conn:
            return await rows.next_due(conn, SERVER, "poll")


@pytest.fixture
def week(db: Database) -> Week:
    return Week(db)


async def test_a_schedule_comes_due_every_week_at_its_time(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    assert due_at == utc("2026-03-02 18:00")
    done = []
    for _ in range(4 * 7):
        week.clock.advance(DAY.total_seconds())
        done += await week.work_off()
    assert done == [due_at + n * WEEK for n in range(4)]


async def test_nothing_is_due_before_its_time(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at - timedelta(microseconds=1))
    assert await week.due() == []
    week.at(due_at)
    assert [each.due_at for each in await week.due()] == [due_at]


async def test_the_following_is_entered_with_the_claim_so_a_crash_loses_no_week(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at)
    (claimed,) = await week.due()
    assert await week.to_come() == due_at
    assert [at for at, _ in await week.all()] == [due_at, due_at + WEEK]
    week.at(due_at + LEASE)  # the process was killed
    (again,) = await week.due()
    assert (again.id, again.attempts) == (claimed.id, 2)
    assert [at for at, _ in await week.all()] == [due_at, due_at + WEEK]


@pytest.mark.parametrize(("kind", "hours"), [("poll", 24), ("digest", 48)])
async def test_late_is_carried_out_and_too_late_is_skipped(
    week: Week, kind: Kind, hours: int, caplog: pytest.LogCaptureFixture
) -> None:
    due_at = await week.every(MONDAY, 18, kind=kind)
    week.at(due_at + hours * HOUR)
    assert await week.work_off() == [due_at]
    caplog.clear()
    week.at(due_at + WEEK + hours * HOUR + timedelta(seconds=1))
    with caplog.at_level(logging.WARNING):
        assert await week.work_off() == []
    assert [record.message for record in caplog.records] == [
        f"The {kind} of server {SERVER}, due at {due_at + WEEK}: skipped: too late"
    ]
    assert await week.all() == [(due_at, "posted"), (due_at + WEEK, "skipped: too late"), (due_at + 2 * WEEK, None)]


async def test_the_bot_away_for_weeks_leaves_a_row_for_each(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at + 3 * WEEK + HOUR)
    assert await week.work_off() == [due_at + 3 * WEEK]
    assert await week.all() == [
        *((due_at + n * WEEK, "skipped: too late") for n in range(3)),
        (due_at + 3 * WEEK, "posted"),
        (due_at + 4 * WEEK, None),
    ]


async def test_what_has_begun_is_carried_on_with_however_late(week: Week) -> None:
    async with week.db.write() as conn:
        values = {"server_id": SERVER, "channel_id": CHANNEL, "since": NOW, "until": NOW}
        begun = await conn.scalar(insert(digest).values(values).returning(digest.c.id))
        await rows.add(conn, SERVER, "digest", NOW, digest_id=begun)
    week.at(NOW + 30 * DAY)
    assert [each.digest_id for each in await week.due()] == [begun]


async def test_when_clocks_go_forward_over_its_time_it_comes_right_after_and_once(week: Week) -> None:
    await week.engine.set_timezone(SERVER, "Europe/Berlin")
    await week.every(SUNDAY, 2, 30)
    week.at(utc("2026-03-29 00:59"))  # 01:59 there; the next minute is 03:00
    await week.work_off()
    week.at(utc("2026-03-29 01:00"))
    assert await week.work_off() == [utc("2026-03-29 01:00")]
    week.at(utc("2026-04-05 00:30"))
    assert await week.work_off() == [utc("2026-04-05 00:30")]


async def test_when_clocks_go_back_it_comes_the_first_time_only(week: Week) -> None:
    week.at(utc("2026-10-24 12:00"))
    await week.engine.set_timezone(SERVER, "Europe/Berlin")
    await week.every(SUNDAY, 2, 30)
    week.at(utc("2026-10-25 00:30"))
    assert await week.work_off() == [utc("2026-10-25 00:30")]
    week.at(utc("2026-10-25 01:30"))  # 02:30 again
    assert await week.work_off() == []
    assert await week.to_come() == utc("2026-11-01 01:30")


async def test_a_zone_change_moves_what_is_to_come(week: Week) -> None:
    await week.every(MONDAY, 18)
    await week.engine.set_timezone(SERVER, "America/New_York")
    assert await week.to_come() == utc("2026-03-02 23:00")
    assert [at for at, _ in await week.all()] == [utc("2026-03-02 23:00")]


async def test_a_zone_change_while_something_is_due_leaves_it_due_and_makes_no_second_that_week(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at + HOUR)
    await week.engine.set_timezone(SERVER, "America/New_York")  # where it is not 18:00 yet
    assert await week.work_off() == [due_at]
    assert await week.to_come() == utc("2026-03-09 22:00")  # New York changed its clocks on the 8th


async def test_a_zone_change_right_after_makes_no_second_that_week(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at)
    assert await week.work_off() == [due_at]
    await week.engine.set_timezone(SERVER, "America/New_York")
    assert await week.to_come() == utc("2026-03-09 22:00")
    await week.engine.set_timezone(SERVER, "Pacific/Kiritimati")
    assert await week.to_come() == utc("2026-03-09 04:00")


async def test_zone_changes_at_any_hour_keep_polls_apart_and_lose_no_week(week: Week) -> None:
    zones = ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/New_York"]
    await week.every(MONDAY, 18)
    done: list[datetime] = []
    for hours in range(0, 24 * 42, 19):
        week.at(NOW + hours * HOUR)
        done += await week.work_off()
        if hours % 5 == 0:
            await week.engine.set_timezone(SERVER, zones[hours // 5 % 4])
    assert len(done) >= 5
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(done))


async def test_a_zone_change_does_not_put_off_what_a_new_schedule_brings_sooner(week: Week) -> None:
    week.at(await week.every(MONDAY, 18))
    await week.work_off()
    assert await week.every(3, 18) == utc("2026-03-05 18:00")
    await week.engine.set_timezone(SERVER, "Europe/Berlin")
    assert await week.to_come() == utc("2026-03-05 17:00")


async def test_a_new_schedule_takes_the_place_of_the_old(week: Week) -> None:
    await week.every(MONDAY, 18)
    assert await week.every(2, 20, 15) == utc("2026-03-04 20:15")
    assert [at for at, _ in await week.all()] == [utc("2026-03-04 20:15")]
    (plan,) = await week.engine.schedules(SERVER)
    assert (plan.schedule.weekday, plan.schedule.minute, plan.due_at) == (2, 20 * 60 + 15, utc("2026-03-04 20:15"))


async def test_unscheduled_nothing_more_comes_but_what_is_due(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at)
    assert await week.engine.unschedule(SERVER, "poll")
    assert not await week.engine.unschedule(SERVER, "poll")
    assert await week.work_off() == [due_at]
    assert await week.to_come() is None
    assert await week.engine.schedules(SERVER) == []


async def test_a_meeting_makes_nothing_due_and_is_shown_with_its_next_time(week: Week) -> None:
    due_at = await week.engine.set_schedule(SERVER, "meeting", weekday=4, minute=17 * 60)
    assert due_at == utc("2026-03-06 17:00")
    assert await week.all() == []
    (plan,) = await week.engine.schedules(SERVER)
    assert plan.due_at == due_at
    await week.engine.set_timezone(SERVER, "Europe/Berlin")
    assert [plan.due_at for plan in await week.engine.schedules(SERVER)] == [due_at - HOUR]


async def test_a_clock_that_jumps_back_brings_nothing_twice(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.at(due_at)
    assert await week.work_off() == [due_at]
    week.at(due_at - 3 * HOUR)
    await week.engine.set_timezone(SERVER, "UTC")
    await week.every(MONDAY, 18)
    for hours in (-2, 0, 1):
        week.at(due_at + hours * HOUR)
        assert await week.work_off() == []


async def test_a_clock_that_jumps_ahead_skips_what_is_too_late(week: Week) -> None:
    due_at = await week.every(MONDAY, 18)
    week.clock.jump_to(due_at + 2 * WEEK)
    assert await week.work_off() == [due_at + 2 * WEEK]


async def test_of_one_server_one_is_carried_out_after_another(week: Week) -> None:
    for server_id, kind in ((SERVER, "poll"), (SERVER, "digest"), (OTHER_SERVER, "digest")):
        await week.engine.set_schedule(server_id, kind, weekday=MONDAY, minute=9 * 60 + 1, channel_id=CHANNEL)  # type: ignore[arg-type]  # the three are written out above
    week.clock.advance(60)
    first = await week.due()
    assert sorted(each.server_id for each in first) == sorted([SERVER, OTHER_SERVER])
    assert await week.due() == []
    for each in first:
        await week.engine.finish(each, "posted")
    (second,) = await week.due()
    assert (second.server_id, second.kind, second.attempts) == (SERVER, "digest", 1)


async def waiting(engine: Occurrences, clock: WatchedClock) -> asyncio.Task[None]:
    task = asyncio.create_task(engine.wait_for_work(KINDS))
    await settle_down(clock)
    assert not task.done()
    return task


async def test_the_sleeper_wakes_when_the_nearest_is_due(db: Database) -> None:
    clock = WatchedClock(NOW)
    engine = Occurrences(db, clock)
    await engine.set_schedule(SERVER, "poll", weekday=MONDAY, minute=9 * 60 + 1, channel_id=CHANNEL)
    clock.advance(20)
    task = await waiting(engine, clock)
    assert clock.next_waking == NOW + timedelta(minutes=1)
    clock.advance(40)
    await task
    assert len(await engine.claim_due(KINDS, 1)) == 1


async def test_quiet_is_who_sleeps_with_nothing_due(db: Database) -> None:
    clock = WatchedClock(NOW)
    engine = Occurrences(db, clock)
    quiet = [engine.quiet]
    task = await waiting(engine, clock)
    quiet.append(engine.quiet)
    engine.changed()
    quiet.append(engine.quiet)
    await task
    quiet.append(engine.quiet)
    assert quiet == [False, True, False, False]


async def test_the_sleeper_is_woken_by_a_change(db: Database) -> None:
    clock = WatchedClock(NOW)
    engine = Occurrences(db, clock)
    task = await waiting(engine, clock)
    await engine.set_schedule(SERVER, "poll", weekday=MONDAY, minute=10 * 60, channel_id=CHANNEL)
    await task
    assert clock.now() == NOW


async def test_what_another_process_added_is_seen_within_a_minute(db: Database) -> None:
    clock = WatchedClock(NOW)
    task = await waiting(Occurrences(db, clock), clock)
    await Occurrences(db, clock).set_schedule(SERVER, "poll", weekday=MONDAY, minute=9 * 60 + 1, channel_id=CHANNEL)
    clock.advance(LOOK_SECONDS)
    await task
