"""Until when each shard is known to have been listening."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.storage import mentions, servers
from bot.storage.database import Database

READ_BACK = timedelta(hours=24)
"""Messages older than this are not picked up."""

MARK_SECONDS = 30.0
"""How often a listening shard says so; what was heard since the last mark is read again, and found known."""

UNHEARD_SECONDS = 120.0
"""A connection that died in silence is noticed by the first heartbeat after a minute without a word: 41 and 60 seconds.
The shard has called itself listening all the while."""


class Away:
    """What the bot may have missed."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def since(self, shard_id: int) -> datetime | None:
        """From when on messages may have been missed, at most a day ago; None on the very first start."""
        async with self._db.read() as conn:
            alive_at = await servers.alive(conn, shard_id)
        if alive_at is None:
            return None
        return max(alive_at - timedelta(seconds=2 * MARK_SECONDS + UNHEARD_SECONDS), self._clock.now() - READ_BACK)

    async def known(self, server_id: int) -> dict[int, set[int]]:
        """The messages of the last day that named papers, by channel: one may have been edited or deleted."""
        async with self._db.read() as conn:
            found = await mentions.messages_since(conn, server_id, self._clock.now() - READ_BACK)
        by_channel: dict[int, set[int]] = {}
        for channel_id, message_id in found:
            by_channel.setdefault(channel_id, set()).add(message_id)
        return by_channel

    async def listening(self, shard_id: int) -> None:
        """This shard hears everything now."""
        async with self._db.write() as conn:
            await servers.set_alive(conn, shard_id, self._clock.now())
