"""What is kept of a member: to see, to take along, to delete. Always of the member who asks."""

from __future__ import annotations

import asyncio

from bot.clock import Clock
from bot.domain.privacy import Deleted, ExportFile, Holdings, export_file
from bot.storage import privacy
from bot.storage.database import Database

CARDS_CHANGED = 100
"""After a deletion: papers whose messages on Discord follow, the latest shown."""

ROUNDS_CHANGED = 5


class Privacy:
    """Over all servers at once: a member's data is theirs wherever it came from."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def holdings(self, server_id: int, user_id: int) -> Holdings:
        """How much is kept, here and elsewhere."""
        async with self._db.read() as conn:
            counts = await privacy.counts(conn, user_id)
            since = await privacy.ignored_since(conn, user_id)
        others = {other for of_servers in counts.values() for other in of_servers if other != server_id}
        return Holdings(
            here={kind: of[server_id] for kind, of in counts.items() if server_id in of},
            elsewhere={
                kind: count
                for kind, of in counts.items()
                if (count := sum(number for other, number in of.items() if other != server_id))
            },
            other_servers=len(others),
            ignored_since=since,
        )

    async def export(self, user_id: int) -> ExportFile:
        """All of it as a file."""
        async with self._db.read() as conn:
            rows = await privacy.rows(conn, user_id)
            since = await privacy.ignored_since(conn, user_id)
        return await asyncio.to_thread(export_file, user_id, rows, ignored_since=since, now=self._clock.now())

    async def delete(self, user_id: int) -> Deleted:
        """All of it at once, but for the opt-out."""
        async with self._db.write() as conn:
            cards = await privacy.shown_cards(conn, user_id, CARDS_CHANGED)
            rounds = await privacy.announced_rounds(conn, user_id, ROUNDS_CHANGED)
            counts = await privacy.forget_member(conn, user_id)
            ignored = await privacy.ignored_since(conn, user_id) is not None
        return Deleted(counts, tuple(cards), tuple(rounds), still_ignored=ignored)

    async def channel_deleted(self, server_id: int, channel_id: int) -> None:
        """A channel or thread is gone, and every message in it."""
        async with self._db.write() as conn:
            await privacy.forget_channels(conn, server_id, [channel_id])
