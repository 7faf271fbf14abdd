"""What the bot takes in of a message, heard as it comes or read back later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.domain.link_text import may_name_papers
from bot.domain.links import named_in
from bot.domain.paper_cards import HeardMessage
from bot.views.message_text import mentions_bot, spoken

_SPOKEN = (
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,  # what another bot answers to a command
    discord.MessageType.context_menu_command,
)
_SPOKEN_TYPES = frozenset(kind.value for kind in _SPOKEN)


def may_concern(data: Mapping[str, Any]) -> bool:
    """A quick look at a new message as Discord sends it (developers/resources/message#message-object): where it says
    no, there is nothing in it for any listener here. That goes for nearly all."""
    return may_name_papers(data["content"]) or not is_plain(data)


def is_plain(data: Mapping[str, Any]) -> bool:
    """Whether nothing but its own words says anything."""
    return data["type"] in _SPOKEN_TYPES and not (
        data.get("mentions") or data.get("mention_roles") or data.get("message_snapshots")
    )


def take_in(client: discord.Client, message: discord.Message, *, with_links_only: bool = False) -> HeardMessage | None:
    """The papers in it, never its text; None when it is not a member's (or another bot's) words."""
    guild, channel, me = message.guild, message.channel, client.user
    if guild is None or me is None or message.type not in _SPOKEN or message.author.id == me.id:
        return None
    text, mentioned = spoken(message), mentions_bot(message, me.id)
    if not (text or mentioned or client.intents.message_content):
        return None  # Discord left the text out: that is not an edit to nothing
    named = named_in(text)
    if with_links_only and not named.links:
        return None
    return HeardMessage(
        server_id=guild.id,
        channel_id=channel.id,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        message_id=message.id,
        author_id=message.author.id,
        at=message.created_at,
        links=named.links,
        from_bot=message.author.bot or message.webhook_id is not None,
        addresses_bot=mentioned,
        only_papers=named.only_papers,
    )


def take_in_plain(data: Mapping[str, Any], guild: discord.Guild, channel: Any) -> HeardMessage | None:
    """The same of a plain message as Discord sends it, where it names a paper."""
    named, author = named_in(data["content"]), data["author"]
    if not named.links:
        return None
    return HeardMessage(
        server_id=guild.id,
        channel_id=channel.id,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        message_id=int(data["id"]),
        author_id=int(author["id"]),
        at=discord.utils.snowflake_time(int(data["id"])),
        links=named.links,
        from_bot=bool(author.get("bot")) or data.get("webhook_id") is not None,
        addresses_bot=False,
        only_papers=named.only_papers,
    )
