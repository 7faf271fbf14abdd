"""What managers set: `/settings watch`, `unwatch`, `previews`, `watch-bots`, `show`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.posting.permissions import is_hidden, missing
from bot.views.settings import settings_view, watched_words

Interaction = discord.Interaction[PaperBot]
Watchable = discord.TextChannel | discord.ForumChannel | discord.VoiceChannel


class Settings(commands.Cog):
    """One server's settings. Discord shows the commands to those who may manage the server, or whom admins choose."""

    settings = app_commands.Group(
        name="settings",
        description="How I behave in this server.",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.servers = bot.services.servers

    @settings.command(description="Watch a channel for papers; from then on only channels you name are watched.")
    @app_commands.describe(channel="Its threads and posts count too")
    async def watch(self, interaction: Interaction, channel: Watchable) -> None:
        """Adds a channel."""
        async with Answer(interaction) as answer:
            now = await self.servers.watch(server_of(interaction), channel.id)
            lacking = missing(channel)
            note = f"\nI still need there: {', '.join(lacking)}." if lacking else ""
            await answer.say(f"I watch {watched_words(now)}.{note}")

    @settings.command(description="Stop watching a channel; with none left every channel is watched again.")
    @app_commands.describe(channel="A channel you named with /settings watch")
    async def unwatch(self, interaction: Interaction, channel: Watchable) -> None:
        """Takes a channel away."""
        async with Answer(interaction) as answer:
            before = await self.servers.settings(server_of(interaction))
            now = await self.servers.unwatch(server_of(interaction), channel.id)
            if channel.id in before.watched:
                await answer.say(f"I watch {watched_words(now)}.")
            else:
                await answer.say(f"{channel.mention} was not on the list. I watch {watched_words(now)}.")

    @settings.command(description="Hide Discord's own preview of a paper's link where there is a card, or keep it.")
    @app_commands.describe(hide="True to hide it")
    async def previews(self, interaction: Interaction, hide: bool) -> None:
        """Needs Manage Messages in the channel."""
        async with Answer(interaction) as answer:
            await self.servers.set_previews(server_of(interaction), hide=hide)
            await answer.say(
                "I hide Discord's preview of a paper's link where I may manage messages."
                if hide
                else "I leave Discord's previews as they are."
            )

    @settings.command(name="watch-bots", description="Answer links that other bots and webhooks post, or not.")
    @app_commands.describe(watch="True to answer them")
    async def watch_bots(self, interaction: Interaction, watch: bool) -> None:
        """Off by default: two bots can talk for ever."""
        async with Answer(interaction) as answer:
            await self.servers.set_watch_bots(server_of(interaction), watch=watch)
            await answer.say(
                "I answer links of other bots and webhooks." if watch else "I leave other bots and webhooks alone."
            )

    @settings.command(description="All settings, and the permissions I miss and where.")
    async def show(self, interaction: Interaction) -> None:
        """On one page."""
        guild = interaction.guild
        async with Answer(interaction) as answer:
            now = await self.servers.settings(server_of(interaction))
            channels: list[Watchable] = []
            if guild is not None:
                channels += [*guild.text_channels, *guild.forums, *guild.voice_channels]
            # Until some are named, a channel that is hidden from the bot is none it should work in.
            lacking = {
                channel.id: missing(channel)
                for channel in channels
                if (channel.id in now.watched if now.watched else not is_hidden(channel))
            }
            content = self.bot.intents.message_content
            await answer.show(settings_view(now, lacking, message_content=content))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Settings(bot))
