"""Channels as the bot knows them, for tests in which it writes something that no feature of its own would."""

from __future__ import annotations

import discord

from sandbox.room import Room
from sandbox.state.channel import Channel


def of_the_bot(room: Room, channel: Channel) -> discord.TextChannel:
    assert room.community.bot is not None
    found = room.community.bot.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found
