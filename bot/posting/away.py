"""Reads what was posted while the bot was away, once, in order.

A server is owed a reading from the moment in which something may have been missed until every channel was read. The
shard's mark in the database stands still as long, so that a bot that dies in between begins there again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TypeAlias

import discord

from bot.clock import Clock, sleep_unless
from bot.errors import Unavailable
from bot.posting.hearing import take_in
from bot.posting.permissions import known_permissions
from bot.posting.replies import PASSING, ReplyPoster, is_passing
from bot.services.away import MARK_SECONDS, READ_BACK, UNHEARD_SECONDS, Away
from bot.services.paper_cards import PaperCards
from bot.tree import report

log = logging.getLogger(__name__)

MESSAGES_A_CHANNEL = 100
"""The latest ones are read; more than that is a conversation to scroll back through, not to answer."""

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 2.0, 300.0
_UNWRITTEN_SECONDS = 5.0
"""The database may be free again."""

_PAPERS_COME = timedelta(minutes=1)
"""So long the papers that were read back may take until they are known."""

Readable: TypeAlias = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class AwayReader:
    """Between a shard's disconnect and its next ready state nothing is heard, nor from a server in an outage of
    Discord's; a resumed session missed nothing."""

    def __init__(
        self, client: discord.AutoShardedClient, away: Away, cards: PaperCards, replies: ReplyPoster, clock: Clock
    ) -> None:
        self._client = client
        self._away = away
        self._cards = cards
        self._replies = replies
        self._clock = clock
        self._connected: set[int] = set()
        self._begun: set[int] = set()
        """Shards that have read back all there was to read when their session began."""
        self._owed: dict[int, datetime] = {}
        self._read_at: dict[int, datetime] = {}
        self._unwritten: set[int] = set()
        self._hurry = asyncio.Event()
        self._sessions: Counter[int] = Counter()

    @property
    def deaf(self) -> bool:
        """Whether no shard of this process is listening."""
        return not self._connected & self._begun

    def behind(self, server_id: int) -> bool:
        """Whether something in this server may be unheard as yet, or was read back just now."""
        read_at = self._read_at.get(server_id)
        just_now = read_at is not None and self._clock.now() - read_at < _PAPERS_COME
        return self.deaf or server_id in self._owed or just_now

    def connected(self, shard_id: int) -> None:
        """A session begins; what was before it is not read back yet."""
        self._sessions[shard_id] += 1
        self._begun.discard(shard_id)
        self._connected.add(shard_id)

    def lost(self, shard_id: int) -> None:
        """The shard's connection is gone: from here on it may miss messages."""
        self._connected.discard(shard_id)

    def resumed(self, shard_id: int) -> None:
        """Discord replayed what the shard missed."""
        self._connected.add(shard_id)

    async def back(self, shard_id: int) -> datetime | None:
        """The shard has started afresh: takes in every message it may have missed. Returns since when it was away, None
        on the very first start."""
        session = self._sessions[shard_id]
        since = await self._away.since(shard_id)
        if since is not None:
            here = self._servers(shard_id)
            for guild in here:
                self._owe(guild.id, since)
            for guild in here:
                await self.server_back(guild)
        if session == self._sessions[shard_id]:
            self._begun.add(shard_id)
            await self._mark(shard_id)
        return since

    def server_lost(self, guild: discord.Guild) -> None:
        """Discord cannot show this server for a while."""
        self._owe(guild.id, self._clock.now() - timedelta(seconds=UNHEARD_SECONDS))

    def unwritten(self, server_id: int) -> None:
        """Something was heard, but the database could not take it: it is read back as soon as it can."""
        self._owe(server_id, self._clock.now() - timedelta(seconds=2 * MARK_SECONDS))
        self._unwritten.add(server_id)
        self._hurry.set()

    async def server_back(self, guild: discord.Guild) -> None:
        """Takes in what this server is owed, if Discord shows it now."""
        try:
            await self._server_back(guild)
        except Unavailable:
            self._unwritten.add(guild.id)

    async def _server_back(self, guild: discord.Guild) -> None:
        owed, session = self._owed.get(guild.id), self._sessions[guild.shard_id]
        if owed is None or guild.unavailable:
            return
        since = max(owed, self._clock.now() - READ_BACK)
        known = await self._away.known(guild.id)
        for channel in _with_news(guild, since, known):
            if not await self._read_patiently(channel, since, known.get(channel.id, frozenset()), session):
                return
        if self._owed.get(guild.id) == owed:
            del self._owed[guild.id]
            self._read_at[guild.id] = self._clock.now()

    async def run(self) -> None:
        """Marks for ever which shards are listening."""
        while True:
            await sleep_unless(self._hurry, self._clock, MARK_SECONDS)
            if self._hurry.is_set():
                await self._clock.sleep(_UNWRITTEN_SECONDS)
                self._hurry.clear()
            try:
                unwritten, self._unwritten = self._unwritten, set()
                for guild in filter(None, map(self._client.get_guild, unwritten)):
                    await self.server_back(guild)
                for shard_id in self._connected & self._begun:
                    await self._mark(shard_id)
            except Exception as error:  # noqa: BLE001 - the loop must outlive a turn that failed
                await report(error, during="marking the time")
                await asyncio.sleep(MARK_SECONDS)

    def _owe(self, server_id: int, since: datetime) -> None:
        self._owed[server_id] = min(since, self._owed.get(server_id, since))

    def _servers(self, shard_id: int) -> list[discord.Guild]:
        return [guild for guild in self._client.guilds if guild.shard_id == shard_id]

    async def _mark(self, shard_id: int) -> None:
        if shard_id in self._connected and not any(guild.id in self._owed for guild in self._servers(shard_id)):
            await self._away.listening(shard_id)

    async def _read_patiently(self, channel: Readable, since: datetime, known: Collection[int], session: int) -> bool:
        """Waits while Discord stumbles. False when a newer session, or another client, reads the same from now on."""
        wait = _FIRST_WAIT_SECONDS
        while self._sessions[channel.guild.shard_id] == session and not self._client.is_closed():
            try:
                await self._read(channel, since, known)
            except (discord.HTTPException, *PASSING) as error:
                if isinstance(error, discord.HTTPException) and not is_passing(error):
                    log.warning("Could not read back channel %d: %s", channel.id, error)
                    return True
                log.info("Discord is away, reading back channel %d waits: %s", channel.id, error)
                await self._clock.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            else:
                return True
        return False

    async def _read(self, channel: Readable, since: datetime, known: Collection[int]) -> None:
        """What was written or edited since then is taken in, and what is `known` and not there any more was deleted."""
        after = self._clock.now() - READ_BACK if known else since
        latest = [
            message async for message in channel.history(limit=MESSAGES_A_CHANNEL, after=after, oldest_first=False)
        ]
        if known and not latest and not await _is_gone(channel, max(known)):
            return
        for message in reversed(latest):
            if max(message.created_at, message.edited_at or message.created_at) >= since:
                heard = take_in(self._client, message, with_links_only=message.id not in known)
                if heard is not None:
                    await self._replies.follow(heard.message_id, self._cards.edited(heard, by_author=True))
        there = {message.id for message in latest}
        oldest = latest[-1].id if len(latest) == MESSAGES_A_CHANNEL else 0
        if gone := [message_id for message_id in known if message_id >= oldest and message_id not in there]:
            await self._cards.deleted(channel.guild.id, gone)


async def _is_gone(channel: Readable, message_id: int) -> bool:
    """Whether Discord says so. A channel whose history the bot may not read (any more) looks empty
    (developers/resources/message#get-channel-messages)."""
    try:
        await channel.fetch_message(message_id)
    except discord.NotFound:
        return True
    except discord.Forbidden:
        log.info("May not read back channel %d any more", channel.id)
    return False


def _with_news(guild: discord.Guild, since: datetime, known: Collection[int]) -> Iterator[Readable]:
    """The channels in which something may have been written, edited or deleted, as far as the bot may read them."""
    first = discord.utils.time_snowflake(since)
    channels: list[Readable] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
    for channel in channels:
        if channel.id not in known and not _may_have_news(channel, first):
            continue
        mine = known_permissions(channel)
        if mine is None or (mine.view_channel and mine.read_message_history):
            yield channel


def _may_have_news(channel: Readable, first: int) -> bool:
    """By the last message Discord names. A place for text seldom has none, so there it is looked for; a place for
    voices seldom has one."""
    if channel.last_message_id is None:
        return isinstance(channel, discord.TextChannel | discord.Thread)
    return channel.last_message_id >= first
