"""Data of a server goes 30 days after it removed the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from bot.clock import Clock
from bot.domain.privacy import KEPT_AFTER_REMOVAL
from bot.storage import retention
from bot.storage.database import Database
from bot.storage.deleted_words import drop_deleted_words
from bot.storage.shards import Shards

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 200
"""In one transaction: a few milliseconds, some hundred for notes with their index. Members are answered between."""


class Retention:
    """Safe to run in several processes at once, and to cut off at any point: the next run goes on."""

    def __init__(self, db: Database, clock: Clock, *, shards: Shards | None = None) -> None:
        self._db = db
        self._clock = clock
        self._shards = shards

    async def only_in(self, present: Collection[int], *, shard_id: int, shard_count: int) -> None:
        """Discord has said in which servers of this shard the bot is: all others removed it."""
        shards = Shards(shard_count, (shard_id,))
        async with self._db.write() as conn:
            gone = await retention.only_in(conn, present, shards=shards, now=self._clock.now())
        if gone:
            log.info("Servers that removed the bot while it was away: %d; their data stays for 30 days", gone)

    async def delete_due(self, is_in: Callable[[int], bool]) -> None:
        """Deletes what is due. `is_in` says whether the bot is in a server, as far as this process knows: then nothing
        of it is touched, whatever the database says."""
        before = self._clock.now() - KEPT_AFTER_REMOVAL
        async with self._db.read() as conn:
            due = await retention.left_before(conn, before, shards=self._shards)
        servers = rows = 0
        for server_id in due:
            if is_in(server_id):
                log.warning("A server is noted as left, but the bot is in it; nothing of it is deleted")
                continue
            rows += await self._delete_rows(server_id, before, is_in)
            async with self._db.write() as conn:
                servers += not is_in(server_id) and await retention.delete_server(conn, server_id, before=before)
        async with self._db.write() as conn:
            await drop_deleted_words(conn)  # also of notes that were deleted one by one
        if servers or rows:
            log.info("Deleted the data of %d servers that removed the bot 30 days ago: %d rows", servers, rows)

    async def _delete_rows(self, server_id: int, before: datetime, is_in: Callable[[int], bool]) -> int:
        deleted = 0
        for table in retention.tables():
            while not is_in(server_id):
                async with self._db.write() as conn:
                    piece = await retention.delete_piece(conn, table, server_id, before=before, limit=ROWS_AT_ONCE)
                if piece is None:
                    return deleted
                deleted += piece
                if piece < ROWS_AT_ONCE:
                    break
        return deleted
