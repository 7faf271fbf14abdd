"""The Discuss button: one thread for each paper, made when somebody wants to talk."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.posting.threads import DiscussionThreads
from bot.views.custom_ids import Press
from bot.views.discussions import leads_to

Interaction = discord.Interaction[PaperBot]


class Discussions(commands.Cog):
    """Where a server talks about a paper."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.discussions = bot.services.discussions
        self.threads = DiscussionThreads(bot.services.discussions, bot.services.cards)

    async def cog_load(self) -> None:
        """Names the button."""
        self.bot.buttons.add(discuss=self.press_discuss)

    async def press_discuss(self, interaction: Interaction, press: Press) -> None:
        """Leads to the thread, opening it first where there is none."""
        server_id, guild, message = server_of(interaction), interaction.guild, interaction.message
        assert guild is not None and message is not None  # noqa: S101, PT018 - a press in a server, on a message
        async with Answer(interaction) as answer:
            card = await self.bot.services.cards.card(server_id, press.number)
            thread_id = await self.threads.find_or_open(card, guild=guild, message=message)
            if card.community.thread_id != thread_id:
                self.bot.resource_lists.wake()
                self.bot.refresher.changed(server_id, press.number)
            await answer.say(leads_to(thread_id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone: the next press opens a new one."""
        for number in await self.discussions.gone(payload.guild_id, [payload.thread_id]):
            self.bot.refresher.changed(payload.guild_id, number)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Discussions(bot))
