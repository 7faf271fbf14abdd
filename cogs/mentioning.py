"""A message that calls the bot and names no paper. Those that name one are among the messages that get cards."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import PaperBot
from bot.domain.links import find_links
from bot.posting.hints import Hints
from bot.views.mentioning import HINT, ROLE_HINT
from bot.views.message_text import calls_bot, spoken

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class Mentioning(commands.Cog):
    """Says in a line how to use the bot."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.hints = Hints(bot, bot.clock)

    @commands.Cog.listener()
    async def on_bot_call(self, message: discord.Message) -> None:
        """Never answers a bot or webhook: two bots that answer each other do not end."""
        me, author = self.bot.user, message.author
        if me is None or message.guild is None or message.type not in _WRITTEN:
            return
        if author.bot or message.webhook_id is not None or not calls_bot(message, me.id):
            return
        text = spoken(message)
        if find_links(text) or await self.bot.services.servers.ignores(author.id):
            return
        await self.hints.give(message, HINT if text else ROLE_HINT)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Mentioning(bot))
