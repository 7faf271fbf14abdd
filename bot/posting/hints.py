"""One line for who mentions the bot without a paper, or posts many at once. Discord has no private answer to a message,
so it is rare."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.posting.permissions import allowed, may_post
from bot.posting.replies import PASSING

log = logging.getLogger(__name__)

HINT_EVERY = timedelta(hours=1)
"""In one channel. It is kept in memory: a restart may bring a hint sooner, which does no harm."""


class Hints:
    """At most one in each channel and hour, and never where the bot may not write."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._given: dict[int, datetime] = {}

    async def give(self, message: discord.Message | discord.PartialMessage, hint: str) -> None:
        """Answers the message. Of two processes that hear it the second says nothing: Discord knows the nonce."""
        channel, server_id = message.channel, message.guild.id if message.guild is not None else 0
        permissions = allowed(self._client, server_id, channel.id)
        may_write = may_post(permissions, in_thread=isinstance(channel, discord.Thread))
        if not may_write or not self._is_time(channel.id):
            return
        options: dict[str, Any] = {}
        if permissions is None or permissions.read_message_history:
            options["reference"] = message.to_reference(fail_if_not_exists=False)
        nonce = hashlib.blake2s(f"hint:{message.id}".encode(), digest_size=12).hexdigest()
        try:
            await channel.send(hint, nonce=nonce, **options)
        except (discord.HTTPException, *PASSING) as error:
            log.info("Could not give a hint in channel %d: %s", channel.id, error)

    def _is_time(self, channel_id: int) -> bool:
        now = self._clock.now()
        self._given = {channel: at for channel, at in self._given.items() if now - at < HINT_EVERY}
        return self._given.setdefault(channel_id, now) == now
