"""Posting a message once, however often it is tried.

The nonce makes Discord answer with the message that is there, for some minutes ("enforce_nonce",
developers/resources/message, Create Message). A later try looks for it in the channel first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.views.custom_ids import custom_id

log = logging.getLogger(__name__)

_LOOK_BACK = 100
_CLOCKS_APART = timedelta(minutes=2)
"""Messages are dated by Discord's clock, and `since` by this machine's."""


class OwnMessages:
    """The bot's own messages."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post_once(
        self,
        channel: discord.abc.Messageable,
        *,
        nonce: str,
        again: bool,
        since: datetime,
        is_it: Callable[[discord.Message], bool],
        **message: Any,
    ) -> discord.Message:
        """The message, new or found. `again` says that an earlier try may have reached Discord; then the bot's
        messages since then are looked through for one that `is_it`."""
        if again:
            found = await self.find(channel, since, is_it)
            if found is not None:
                return found
        return await channel.send(nonce=nonce, **message)

    async def find(
        self, channel: discord.abc.Messageable, since: datetime, is_it: Callable[[discord.Message], bool]
    ) -> discord.Message | None:
        """The first of the bot's messages since then that `is_it`, as far as it may read back."""
        me = self._client.user
        try:
            async for message in channel.history(limit=_LOOK_BACK, after=since - _CLOCKS_APART, oldest_first=True):
                if me is not None and message.author.id == me.id and is_it(message):
                    return message
        except discord.Forbidden:
            log.debug("May not read back a channel; the nonce alone guards this message")
        return None


def has_button(action: str, *arguments: object) -> Callable[[discord.Message], bool]:
    """Whether a message carries this button of ours."""
    wanted = custom_id(action, *arguments)

    def carries(message: discord.Message) -> bool:
        items = ui.LayoutView.from_message(message).walk_children()
        return any(getattr(item, "custom_id", None) == wanted for item in items)

    return carries
