"""Opens the thread in which a server talks about a paper."""

from __future__ import annotations

import asyncio

import discord

from bot.domain.paper_cards import Card
from bot.domain.text import shorten
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.posting.permissions import known_permissions, words
from bot.services.cards import Cards
from bot.services.discussions import Discussions, ThreadClaim
from bot.views.paper_cards import cards_view, shown_on

_NAME_LENGTH = 100
_THREAD_EXISTS = 160004
_LOOKS, _LOOK_AGAIN_SECONDS = 8, 0.25
"""How often, and how soon, to look for a thread that somebody else is opening."""


class DiscussionThreads:
    """One thread for each paper of a server."""

    def __init__(self, discussions: Discussions, cards: Cards) -> None:
        self._discussions = discussions
        self._cards = cards

    async def find_or_open(
        self, card: Card, *, guild: discord.Guild, message: discord.Message, from_message: bool = False
    ) -> int:
        """The paper's thread in this server; opened from `message`, the card that was pressed, when there is none.
        `from_message` says that the message is about this paper alone, card or not."""
        number = card.paper.number
        claim = await self._claim(number, guild, message)
        if claim.thread_id is not None:
            return claim.thread_id
        try:
            thread_id = await self._open(card, guild=guild, message=message, from_message=from_message)
        except BaseException:
            await self._discussions.not_opened(guild.id, number)
            raise
        await self._discussions.opened(guild.id, number, thread_id)
        return thread_id

    async def _claim(self, number: int, guild: discord.Guild, message: discord.Message) -> ThreadClaim:
        """The thread there is, or the right to open it; waits while somebody else is at it."""
        for _ in range(_LOOKS):
            claim = await self._discussions.claim(guild.id, number, message.channel.id)
            if claim.thread_id is not None and not await _exists(guild, claim.thread_id):
                await self._discussions.gone(guild.id, [claim.thread_id])
            elif claim.thread_id is not None or claim.may_open:
                return claim
            else:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        raise Unavailable("Somebody is opening this discussion right now. Press again in a moment.")

    async def _open(self, card: Card, *, guild: discord.Guild, message: discord.Message, from_message: bool) -> int:
        """A single card's own message carries the thread, whose id is then the message's: a second try after a crash
        finds it. In a forum the post is the discussion. Everywhere else the thread stands beside the message."""
        name = shorten(" ".join(card.paper.title_text.split()), _NAME_LENGTH) or str(card.paper.paper.id)
        place = guild.get_channel_or_thread(message.channel.id)
        if isinstance(place, discord.Thread):
            if isinstance(place.parent, discord.ForumChannel):
                return place.id
            place = place.parent
        if not isinstance(place, discord.TextChannel):
            raise NotFound("Discord has no threads in this kind of channel. Press Discuss on a card in a text channel.")
        _check(place)
        alone = from_message or (len(shown_on(message)) == 1 and not message.flags.ephemeral)
        if alone and place.id == message.channel.id:
            try:
                return (await message.create_thread(name=name)).id
            except discord.HTTPException as error:
                if error.code != _THREAD_EXISTS:
                    raise
                if await _exists(guild, message.id):
                    return message.id
        # opened in a try that ended before it was recorded
        mine = [thread.id for thread in place.threads if thread.owner_id == message.author.id and thread.name == name]
        if unrecorded := await self._discussions.without_paper(guild.id, mine):
            return unrecorded[0]
        kind = discord.ChannelType.news_thread if place.is_news() else discord.ChannelType.public_thread
        thread = await place.create_thread(name=name, type=kind)
        view = cards_view([card], guild.id)
        view.stop()
        posted = await thread.send(view=view)
        await self._cards.shown(guild.id, thread.id, posted.id, [card])
        return thread.id


async def _exists(guild: discord.Guild, thread_id: int) -> bool:
    """Whether a thread is still there: an archived one is known to Discord only, and nobody tells of what was deleted
    while the bot was away."""
    if guild.get_thread(thread_id) is not None:
        return True
    try:
        await guild.fetch_channel(thread_id)
    except discord.NotFound:
        return False
    except discord.HTTPException:
        return True  # not for the bot to see, or Discord is away
    return True


def _check(channel: discord.TextChannel) -> None:
    mine = known_permissions(channel)
    if mine is not None and not mine.create_public_threads:
        raise NotAllowed(
            f"I may not open threads here. A manager can give me *{words('create_public_threads')}* in this channel."
        )
