"""Counts the messages in a server's threads, for the order of its list."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import discord

from bot.clock import Clock
from bot.posting.replies import PASSING
from bot.services.reading_list import ReadingList

log = logging.getLogger(__name__)

COUNT_EVERY = timedelta(minutes=5)


class ThreadCounts:
    """When each server was last counted is kept in memory alone: after a restart one more request is made."""

    def __init__(self, client: discord.Client, reading_list: ReadingList, clock: Clock) -> None:
        self._client = client
        self._list = reading_list
        self._clock = clock
        self._counted_at: dict[int, datetime] = {}

    async def refresh(self, server_id: int) -> None:
        """Counts anew where that was not done within five minutes. Where Discord does not answer, the counts of
        before stand."""
        guild, now = self._client.get_guild(server_id), self._clock.now()
        last = self._counted_at.get(server_id)
        if guild is None or (last is not None and now - last < COUNT_EVERY):
            return
        self._counted_at[server_id] = now
        try:
            counts = {thread.id: thread.total_message_sent for thread in await guild.active_threads()}
        except (discord.HTTPException, *PASSING) as failed:
            log.warning("Could not count the messages in the threads of server %d: %s", server_id, failed)
            return
        await self._list.record_messages(server_id, counts)
