"""Watches channels for papers and answers with cards; `/paper` and the buttons on every card."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, is_manager, server_of
from bot.client import PaperBot
from bot.domain.links import find_links, only_paper_links
from bot.domain.paper_cards import HeardMessage
from bot.errors import NotAllowed
from bot.paper_option import FETCH_SECONDS, PAPER_DESCRIPTION, PaperText
from bot.views.custom_ids import Press
from bot.views.paper_cards import cards_view
from bot.views.paper_details import abstract_views, citation_view, more_view

Interaction = discord.Interaction[PaperBot]

_SPOKEN = (
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,  # what another bot answers to a command
    discord.MessageType.context_menu_command,
)


class PaperCards(commands.Cog):
    """Links in messages, and the cards they lead to."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.cards = bot.services.paper_cards
        self._background: list[asyncio.Task[None]] = []

    async def cog_load(self) -> None:
        """Starts what works in the background and names the buttons."""
        self.bot.buttons.add(
            abstract=self.press_abstract,
            cite=self.press_cite,
            dismiss=self.press_dismiss,
            more=self.press_more,
            show=self.press_show,
        )
        for work in (self._post_replies(), self.bot.refresher.run(), self.bot.away.run()):
            self._background.append(asyncio.create_task(work))

    async def cog_unload(self) -> None:
        """Ends it; whatever was under way is found again by its row."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _post_replies(self) -> None:
        await self.bot.wait_until_ready()
        await self.bot.replies.run()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A member said something."""
        heard = self._heard(message, with_links_only=True)
        if heard is not None:
            await self.bot.replies.follow(self.cards.heard(heard))

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed, or Discord added something to it."""
        heard = self._heard(payload.message)
        if heard is not None:
            by_author = payload.message.edited_at is not None
            await self.bot.replies.follow(self.cards.edited(heard, by_author=by_author))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        if payload.guild_id is not None:
            await self.cards.deleted(payload.guild_id, [payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator cleaned up."""
        if payload.guild_id is not None:
            await self.cards.deleted(payload.guild_id, list(payload.message_ids))

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session: what was posted before it was missed, and what was counted may not have been shown."""
        since = await self.bot.away.back(shard_id, self._hear_missed)
        if since is not None:
            for server_id, number in await self.bot.services.reading_list.changed_since(since):
                if self.bot.get_guild(server_id) is not None:
                    await self.bot.refresher.changed(server_id, number)

    @commands.Cog.listener()
    async def on_shard_resumed(self, shard_id: int) -> None:
        """The old session goes on."""
        self.bot.away.resumed(shard_id)

    @commands.Cog.listener()
    async def on_shard_disconnect(self, shard_id: int) -> None:
        """From here on messages are missed."""
        self.bot.away.lost(shard_id)

    @app_commands.command(description="Show a paper to everyone here, with what this server knows about it.")
    @app_commands.describe(paper=PAPER_DESCRIPTION)
    @app_commands.guild_only()
    async def paper(self, interaction: Interaction, paper: PaperText) -> None:
        """Answers in public."""
        server_id = server_of(interaction)
        async with Answer(interaction, private=False) as answer:
            found = await self.bot.services.papers.find(server_id, paper, wait_seconds=FETCH_SECONDS)
            card = await self.cards.card(server_id, found.number)
            message_id = await answer.show(cards_view([card], server_id))
        if message_id is not None and interaction.channel_id is not None:
            await self.cards.shown(server_id, interaction.channel_id, message_id, [card])

    async def press_show(self, interaction: Interaction, press: Press) -> None:
        """The card, for the one who asks."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            await answer.show(cards_view([await self.cards.card(server_id, press.number)], server_id))

    async def press_abstract(self, interaction: Interaction, press: Press) -> None:
        """The whole abstract, for the one who asks."""
        async with Answer(interaction) as answer:
            await answer.show(*abstract_views(await self.bot.services.papers.by_number(press.number)))

    async def press_cite(self, interaction: Interaction, press: Press) -> None:
        """BibTeX, for the one who asks."""
        async with Answer(interaction) as answer:
            await answer.show(citation_view(await self.bot.services.papers.by_number(press.number)))

    async def press_more(self, interaction: Interaction, press: Press) -> None:
        """What else can be done with the paper."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            found = await self.bot.services.papers.by_number(press.number)
            notes = await self.bot.services.reading_list.notes(server_id, press.number)
            await answer.show(more_view(found, notes))

    async def press_dismiss(self, interaction: Interaction, press: Press) -> None:
        """Takes the card away: for who posted the link (or asked for the card), or a manager."""
        server_id, message = server_of(interaction), interaction.message
        assert message is not None  # noqa: S101 - a press comes from a button, which stands on a message
        manager, user_id = is_manager(interaction), interaction.user.id
        async with Answer(interaction, update=True) as answer:
            if await self.cards.is_reply(server_id, message.id):
                plan = await self.cards.dismiss(server_id, message.id, press.number, user_id=user_id, manager=manager)
                await answer.nothing()
                if plan is not None:
                    await self.bot.replies.carry_out(plan)
                return
            asked = message.interaction_metadata
            if not manager and (asked is None or asked.user.id != user_id):
                raise NotAllowed("Only the person who asked for this card, or a manager, can dismiss it.")
            await answer.vanish()
            await self.cards.deleted(server_id, [message.id])

    async def _hear_missed(self, message: discord.Message) -> None:
        heard = self._heard(message, with_links_only=True)
        if heard is not None:
            await self.bot.replies.follow(self.cards.edited(heard, by_author=True))

    def _heard(self, message: discord.Message, *, with_links_only: bool = False) -> HeardMessage | None:
        """What the bot takes in of a message; None when it is not a member's (or another bot's) words."""
        guild, channel, me = message.guild, message.channel, self.bot.user
        if guild is None or me is None or message.type not in _SPOKEN or message.author.id == me.id:
            return None
        text = _text(message)
        if not text and not self.bot.intents.message_content:
            return None  # Discord left the text out: that is not an edit to nothing
        links = tuple(find_links(text))
        if with_links_only and not links:
            return None
        return HeardMessage(
            server_id=guild.id,
            channel_id=channel.id,
            parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
            message_id=message.id,
            author_id=message.author.id,
            at=message.created_at,
            links=links,
            from_bot=message.author.bot or message.webhook_id is not None,
            addresses_bot=me.id in message.raw_mentions,
            only_papers=only_paper_links(text),
        )


def _text(message: discord.Message) -> str:
    """What was written, or forwarded."""
    return "\n".join(filter(None, (message.content, *(part.content for part in message.message_snapshots))))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(PaperCards(bot))
