"""From when on messages may have been missed."""

from __future__ import annotations

from datetime import timedelta

from bot.services.away import MARK_SECONDS, READ_BACK, Away
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import NOW


async def test_the_first_start_has_missed_nothing(db: Database) -> None:
    assert await Away(db, VirtualClock(NOW)).since(0) is None


async def test_reading_begins_well_before_the_last_mark(db: Database) -> None:
    """The last mark may be as old as the pause between two, and another one may have been on its way."""
    clock = VirtualClock(NOW)
    away = Away(db, clock)
    await away.listening(0)
    clock.advance(3600)
    await away.listening(1)
    assert await away.since(0) == NOW - timedelta(seconds=2 * MARK_SECONDS)
    assert await away.since(1) == NOW + timedelta(seconds=3600 - 2 * MARK_SECONDS)


async def test_what_is_older_than_a_day_is_not_picked_up(db: Database) -> None:
    clock = VirtualClock(NOW)
    away = Away(db, clock)
    await away.listening(0)
    clock.advance(timedelta(days=30).total_seconds())
    assert await away.since(0) == clock.now() - READ_BACK
