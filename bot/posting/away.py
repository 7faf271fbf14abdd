"""Reads what was posted while the bot was away, once, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import TypeAlias

import discord

from bot.clock import Clock
from bot.posting.permissions import known_permissions
from bot.services.away import MARK_SECONDS, Away
from bot.tree import report

log = logging.getLogger(__name__)

MESSAGES_A_CHANNEL = 100
"""The latest ones are read; more than that is a conversation to scroll back through, not to answer."""

Readable: TypeAlias = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
Listener = Callable[[discord.Message], Awaitable[None]]


class AwayReader:
    """Between a shard's disconnect and its next ready state nothing is heard; a resumed session missed nothing."""

    def __init__(self, client: discord.AutoShardedClient, away: Away, clock: Clock) -> None:
        self._client = client
        self._away = away
        self._clock = clock
        self._listening: set[int] = set()

    def lost(self, shard_id: int) -> None:
        """The shard's connection is gone: from here on it may miss messages."""
        self._listening.discard(shard_id)

    def resumed(self, shard_id: int) -> None:
        """Discord replayed what the shard missed."""
        self._listening.add(shard_id)

    async def back(self, shard_id: int, hear: Listener) -> datetime | None:
        """The shard starts afresh: hands every message it may have missed to `hear`. Returns since when it was away,
        None on the very first start."""
        since = await self._away.since(shard_id)
        if since is not None:
            for channel in self._with_news(shard_id, since):
                try:
                    await self._read(channel, since, hear)
                except discord.HTTPException as error:
                    log.warning("Could not read back channel %d: %s", channel.id, error)
        self._listening.add(shard_id)
        await self._away.listening(shard_id)
        return since

    async def run(self) -> None:
        """Marks for ever which shards are listening."""
        while True:
            await self._clock.sleep(MARK_SECONDS)
            try:
                for shard_id in tuple(self._listening):
                    await self._away.listening(shard_id)
            except Exception as error:  # noqa: BLE001 - the loop must outlive a turn that failed
                await report(error, during="marking the time")
                await asyncio.sleep(MARK_SECONDS)

    def _with_news(self, shard_id: int, since: datetime) -> Iterator[Readable]:
        first = discord.utils.time_snowflake(since)
        for guild in self._client.guilds:
            if guild.shard_id != shard_id:
                continue
            channels: list[Readable] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels]
            channels += guild.threads
            for channel in channels:
                if not _may_have_news(channel, first):
                    continue
                mine = known_permissions(channel)
                if mine is None or (mine.view_channel and mine.read_message_history):
                    yield channel

    async def _read(self, channel: Readable, since: datetime, hear: Listener) -> None:
        missed = [
            message async for message in channel.history(limit=MESSAGES_A_CHANNEL, after=since, oldest_first=False)
        ]
        for message in reversed(missed):
            await hear(message)


def _may_have_news(channel: Readable, first: int) -> bool:
    """By the last message Discord names. A place for text seldom has none, so there it is looked for; a place for
    voices seldom has one."""
    if channel.last_message_id is None:
        return isinstance(channel, discord.TextChannel | discord.Thread)
    return channel.last_message_id >= first
