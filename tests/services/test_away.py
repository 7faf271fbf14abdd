"""From when on messages may have been missed."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.links import find_links
from bot.services.away import MARK_SECONDS, READ_BACK, UNHEARD_SECONDS, Away
from bot.storage import mentions
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import NOW


async def test_the_first_start_has_missed_nothing(db: Database) -> None:
    assert await Away(db, VirtualClock(NOW)).since(0) is None


async def test_reading_begins_well_before_the_last_mark(db: Database) -> None:
    """The last mark may be as old as the pause between two, another one may have been on its way, and the connection
    may have been dead for a while before it was noticed."""
    before = timedelta(seconds=2 * MARK_SECONDS + UNHEARD_SECONDS)
    clock = VirtualClock(NOW)
    away = Away(db, clock)
    await away.listening(0)
    clock.advance(3600)
    await away.listening(1)
    assert await away.since(0) == NOW - before
    assert await away.since(1) == NOW + timedelta(hours=1) - before


async def test_what_is_older_than_a_day_is_not_picked_up(db: Database) -> None:
    clock = VirtualClock(NOW)
    away = Away(db, clock)
    await away.listening(0)
    clock.advance(timedelta(days=30).total_seconds())
    assert await away.since(0) == clock.now() - READ_BACK


async def test_what_named_papers_in_the_last_day_is_known(db: Database) -> None:
    clock = VirtualClock(NOW)
    link = find_links("https://arxiv.org/abs/1706.03762")
    async with db.write() as conn:
        for server_id, channel_id, message_id, ago in (
            (1, 7, 70, 0),
            (1, 7, 71, 23),
            (1, 8, 80, 1),
            (1, 8, 81, 25),
            (2, 9, 90, 0),
        ):
            await mentions.add(
                conn,
                link,
                server_id=server_id,
                channel_id=channel_id,
                message_id=message_id,
                author_id=5,
                at=NOW - timedelta(hours=ago),
            )
        await mentions.forget_messages(conn, 1, [80])
    assert await Away(db, clock).known(1) == {7: {70, 71}}
