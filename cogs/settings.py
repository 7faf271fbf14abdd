"""What managers set: `/settings watch`, `unwatch`, `previews`, `watch-bots`, `timezone`, `ping`, `show`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.schedule import parse_zone
from bot.errors import UserError
from bot.posting.permissions import is_hidden, lacking_for_polls, missing
from bot.schedule_options import ZoneName
from bot.views.settings import plan_words, settings_view, watched_words

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

    @settings.command(description="The time zone of this server's schedules; what is scheduled moves with it.")
    @app_commands.describe(zone="Type a city to choose, like Berlin; UTC when nothing was set")
    async def timezone(self, interaction: Interaction, zone: ZoneName) -> None:
        """Schedules are wall-clock times."""
        async with Answer(interaction) as answer:
            name = parse_zone(zone)
            server_id = server_of(interaction)
            await self.bot.services.occurrences.set_timezone(server_id, name)
            plans = await self.bot.services.occurrences.schedules(server_id)
            await answer.say("\n".join([f"This server's time zone is {name}.", *map(plan_words, plans)]))

    @settings.command(description="Mention a role when a round has a winner, or nobody.")
    @app_commands.describe(role="Nobody when left out")
    async def ping(self, interaction: Interaction, role: discord.Role | None = None) -> None:
        """Off by default; never everyone."""
        async with Answer(interaction) as answer:
            if role is not None and role.is_default():
                raise UserError("I do not mention everyone. Choose a role that members take by themselves.")
            await self.servers.set_ping_role(server_of(interaction), role.id if role else None)
            if role is None:
                await answer.say("I mention nobody when a round has a winner.")
                return
            said = f"I mention {role.mention} when a round has a winner."
            if not (role.mentionable or role.guild.me.guild_permissions.mention_everyone):
                said += "\nThe mention reaches nobody yet: turn on *Allow anyone to @mention this role* for it."
            await answer.say(said)

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
            plans = await self.bot.services.occurrences.schedules(server_of(interaction))
            places = {plan.schedule.channel_id for plan in plans if plan.schedule.kind == "poll"}
            for channel in channels:
                if channel.id in places:
                    names = [*lacking.get(channel.id, ()), *lacking_for_polls(channel)]
                    lacking[channel.id] = list(dict.fromkeys(names))
            await answer.show(settings_view(now, lacking, plans, message_content=content))


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Settings(bot))
