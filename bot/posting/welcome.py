"""Says hello in a server that invited the bot: one message, where it may write, never to a member directly.

The occurrence holds the lease. What happens when the process dies in between:
- before the request: nothing was posted, the lease runs out, and the hello is due again;
- after Discord took it, before it was recorded: the next try looks for it in the channel, and sends the same nonce.
"""

from __future__ import annotations

import logging

import discord

from bot.domain.occurrences import Occurrence
from bot.errors import Unavailable
from bot.posting.own_messages import OwnMessages, has_button
from bot.posting.permissions import may_speak
from bot.services.servers import Servers
from bot.views.welcome import SETUP, welcome_view

log = logging.getLogger(__name__)


class Welcomer:
    """What is done when a welcome is due."""

    def __init__(self, client: discord.Client, servers: Servers) -> None:
        self._client = client
        self._servers = servers
        self._messages = OwnMessages(client)

    async def welcome(self, due: Occurrence) -> str:
        """Posts it, unless it stands there already or there is nowhere to write."""
        if await self._servers.was_welcomed(due.server_id):
            return "welcomed before"
        guild = self._client.get_guild(due.server_id)
        if guild is None or guild.unavailable:
            raise Unavailable("Discord has not told yet what this server looks like. I try again soon.")
        channel = first_place(guild)
        if channel is None:
            log.info("Server %d has no channel to say hello in", guild.id)
            return "nowhere to write"
        view = welcome_view()
        view.stop()  # buttons are found by their custom_id: nothing is to be kept in memory
        try:
            await self._messages.post_once(
                channel,
                nonce=f"pc:w{due.id}",
                again=due.attempts > 1,
                since=due.due_at,
                is_it=has_button(SETUP),
                view=view,
                silent=True,
            )
        except (discord.Forbidden, discord.NotFound) as refused:
            return f"lost: Discord refused the welcome ({refused.text})"
        await self._servers.welcomed(guild.id)
        return "welcomed"


def first_place(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the server puts its own notices, else the uppermost text channel that the bot may write in."""
    by_position = sorted(guild.text_channels, key=lambda channel: (channel.position, channel.id))
    wanted = [guild.system_channel, *by_position]
    return next((channel for channel in wanted if channel is not None and may_speak(channel)), None)
