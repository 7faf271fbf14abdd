"""What managers set: `/settings watch`, `unwatch`, `previews`, `watch-bots`, `timezone`, `ping`, `show`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.zones import find_zone
from bot.errors import NotUnderstood
from bot.posting.permissions import missing
from bot.posting.settings_page import SettingsPage, guild_of, mention_works
from bot.schedule_options import ZoneName
from bot.views import setting_answers as answers
from bot.views.settings import plan_words

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
        self.page = SettingsPage(bot, bot.services.servers, bot.services.occurrences, bot.services.papers)

    @settings.command(description="Watch a channel for papers; from then on only channels you name are watched.")
    @app_commands.describe(channel="Its threads and posts count too")
    async def watch(self, interaction: Interaction, channel: Watchable) -> None:
        """Adds a channel."""
        async with Answer(interaction) as answer:
            now = await self.servers.watch(server_of(interaction), channel.id)
            await answer.say(answers.watching(now, missing(channel)))

    @settings.command(description="Stop watching a channel; with none left every channel is watched again.")
    @app_commands.describe(channel="A channel you named with /settings watch")
    async def unwatch(self, interaction: Interaction, channel: Watchable) -> None:
        """Takes a channel away."""
        async with Answer(interaction) as answer:
            before = await self.servers.settings(server_of(interaction))
            now = await self.servers.unwatch(server_of(interaction), channel.id)
            await answer.say(answers.unwatched(now, channel.id, was=channel.id in before.watched))

    @settings.command(description="Hide Discord's own preview of a paper's link where there is a card, or keep it.")
    @app_commands.describe(hide="True to hide it")
    async def previews(self, interaction: Interaction, hide: bool) -> None:
        """Needs Manage Messages in the channel."""
        async with Answer(interaction) as answer:
            await self.servers.set_previews(server_of(interaction), hide=hide)
            await answer.say(answers.PREVIEWS_HIDDEN if hide else answers.PREVIEWS_KEPT)

    @settings.command(name="watch-bots", description="Answer links that other bots and webhooks post, or not.")
    @app_commands.describe(watch="True to answer them")
    async def watch_bots(self, interaction: Interaction, watch: bool) -> None:
        """Off by default: two bots can talk for ever."""
        async with Answer(interaction) as answer:
            await self.servers.set_watch_bots(server_of(interaction), watch=watch)
            await answer.say(answers.BOTS_WATCHED if watch else answers.BOTS_LEFT_ALONE)

    @settings.command(description="The time zone of this server's schedules; what is scheduled moves with it.")
    @app_commands.describe(zone="Type a city to choose, like Berlin; UTC when nothing was set")
    async def timezone(self, interaction: Interaction, zone: ZoneName) -> None:
        """Schedules are wall-clock times."""
        async with Answer(interaction) as answer:
            name = find_zone(zone)
            server_id = server_of(interaction)
            await self.bot.services.occurrences.set_timezone(server_id, name)
            plans = await self.bot.services.occurrences.schedules(server_id)
            await answer.say("\n".join([answers.zone(name), *map(plan_words, plans)]))

    @settings.command(description="Mention a role when a round has a winner, or nobody.")
    @app_commands.describe(role="Nobody when left out")
    async def ping(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Off by default; never everyone."""
        async with Answer(interaction) as answer:
            if role is not None and role.is_default():
                raise NotUnderstood(answers.NEVER_EVERYONE)
            await self.servers.set_ping_role(server_of(interaction), role.id if role else None)
            works = role is not None and mention_works(role.guild, role.id)
            await answer.say(answers.NO_PING if role is None else answers.ping(role.id, works=works))

    @settings.command(description="All settings, and the permissions I miss and where.")
    async def show(self, interaction: Interaction) -> None:
        """On one page, with buttons and menus to change what can be changed."""
        async with Answer(interaction) as answer:
            await answer.show(await self.page.view(guild_of(interaction)))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Settings(bot))
