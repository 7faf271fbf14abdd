"""What stands in a message: the words that are heard, all that a member who asks about it may mean, and whether it
speaks to the bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import discord
from discord import ui

from bot.domain.links import find_links
from bot.domain.papers import PaperId
from bot.views.custom_ids import Unreadable, parse_text

_ABOUT_A_PAPER = frozenset({"save", "show"})
"""Buttons of ours beside each paper of a message: on cards and compact lists, on ballots and pages of the list."""


def spoken(message: discord.Message) -> str:
    """What was written, or forwarded."""
    return "\n".join(filter(None, (message.content, *(part.content for part in message.message_snapshots))))


def papers_named(message: discord.Message) -> list[PaperId]:
    """Every paper that somebody who reads the message sees named, in order: written, forwarded, or in what another
    bot built. In <angle brackets> too; not in code."""
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    texts = [text for part in parts for text in (part.content, *_embeds(part.embeds), *_components(part.components))]
    return list(dict.fromkeys(link.paper for text in texts for link in find_links(text)))


def papers_shown(message: discord.Message) -> list[int]:
    """The papers of a message of ours, by its buttons."""
    presses = (
        parse_text(getattr(item, "custom_id", None) or "")
        for item in ui.LayoutView.from_message(message).walk_children()
    )
    found: dict[int, None] = {}
    for press in presses:
        if press is not None and press.action in _ABOUT_A_PAPER:
            with suppress(Unreadable):
                found[press.number] = None
    return list(found)


def mentions_bot(message: discord.Message, bot_id: int) -> bool:
    """By name, or by answering it with the ping left on: then Discord sends the text also without the message content
    intent (developers/events/gateway, Message Content Intent). The bot's own role counts as its name; there Discord
    promises no text."""
    return any(user.id == bot_id for user in message.mentions) or _mentions_its_role(message, bot_id)


def calls_bot(message: discord.Message, bot_id: int) -> bool:
    """By name or role alone: a member who answers a card with the ping left on talks about the paper."""
    named = bot_id in message.raw_mentions and any(user.id == bot_id for user in message.mentions)
    return named or _mentions_its_role(message, bot_id)


def _mentions_its_role(message: discord.Message, bot_id: int) -> bool:
    return any(role.tags is not None and role.tags.bot_id == bot_id for role in message.role_mentions)


def _embeds(embeds: Sequence[discord.Embed]) -> Iterator[str]:
    """Those that a bot or webhook made. The others are Discord's previews of links that stand in the text, and their
    words are the page's: an abstract that names other papers, say."""
    for embed in embeds:
        if embed.type == "rich":
            named = (embed.title, embed.url, embed.author.url, embed.description)
            fields = (text for field in embed.fields for text in (field.name, field.value))
            yield from filter(None, (*named, *fields, embed.footer.text))


def _components(components: Sequence[Any]) -> list[str]:
    """The addresses on link buttons; the texts only where no button leads to a paper. On a card, which can be
    forwarded, the buttons are the paper's, and its abstract may name others."""
    items = list(_walk(components))
    addresses = [url for item in items if (url := getattr(item, "url", None))]
    if any(map(find_links, addresses)):
        return addresses
    return [item.content for item in items if isinstance(item, discord.TextDisplay)]


def _walk(components: Sequence[Any]) -> Iterator[Any]:
    """With what is nested in them."""
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory
