"""`/privacy`: a member's say over what is kept of them; and forgetting what was said where a channel was deleted."""

from __future__ import annotations

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.privacy import Deleted
from bot.posting.announcements import Announcer
from bot.posting.threads import DiscussionThreads
from bot.views.custom_ids import Press
from bot.views.privacy import (
    DELETE,
    EXPORT,
    IGNORED,
    KEEP,
    NOT_IGNORED,
    SURE,
    ask_view,
    deleted_view,
    export_view,
    kept_view,
    show_view,
)

Interaction = discord.Interaction[PaperBot]

CARDS_AT_ONCE, PAUSE_SECONDS = 10, 5.0
"""Cards that named a member follow slowly enough to leave room for those that others press."""


class Privacy(commands.Cog):
    """Everybody's own choice, in every server at once. Who presses or asks is who is meant: no id is ever read from a
    button."""

    privacy = app_commands.Group(name="privacy", description="What I may know of you.", guild_only=True)

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.kept = bot.services.privacy
        services = bot.services
        threads = DiscussionThreads(services.discussions, services.cards)
        self.announcer = Announcer(bot, services.rounds, services.cards, services.servers, threads)

    async def cog_load(self) -> None:
        """Names the buttons."""
        self.bot.buttons.add(
            **{EXPORT: self.press_export, DELETE: self.press_delete, SURE: self.press_sure, KEEP: self.press_keep}
        )

    @privacy.command(description="Show how much I keep of you, and for how long.")
    async def show(self, interaction: Interaction) -> None:
        """In numbers; other servers are counted, not named."""
        async with Answer(interaction) as answer:
            holdings = await self.kept.holdings(server_of(interaction), interaction.user.id)
            application = self.bot.application
            policy = application.privacy_policy_url if application is not None else None
            await answer.show(show_view(holdings, policy_url=policy))

    @privacy.command(description="Get everything I keep of you as a file, from all servers.")
    async def export(self, interaction: Interaction) -> None:
        """PRIVACY.md explains the file."""
        async with Answer(interaction) as answer:
            await self._export(interaction, answer)

    @privacy.command(description="Delete everything I keep of you, in all servers. I ask first.")
    async def delete(self, interaction: Interaction) -> None:
        """Nothing is gone before the press."""
        async with Answer(interaction) as answer:
            await answer.show(ask_view(await self.kept.holdings(server_of(interaction), interaction.user.id)))

    @privacy.command(name="ignore-me", description="I neither answer nor record what you post, in any server.")
    @app_commands.describe(ignore="False to be noticed again")
    async def ignore_me(self, interaction: Interaction, ignore: bool = True) -> None:
        """Commands go on working: they are asked for."""
        async with Answer(interaction) as answer:
            await self.bot.services.servers.ignore_member(interaction.user.id, ignore=ignore)
            await answer.say(IGNORED if ignore else NOT_IGNORED)

    async def press_export(self, interaction: Interaction, _press: Press) -> None:
        """The same as the command."""
        async with Answer(interaction) as answer:
            await self._export(interaction, answer)

    async def press_delete(self, interaction: Interaction, _press: Press) -> None:
        """Asks, in place of what was shown."""
        async with Answer(interaction, update=True) as answer:
            await answer.change(ask_view(await self.kept.holdings(server_of(interaction), interaction.user.id)))

    async def press_sure(self, interaction: Interaction, _press: Press) -> None:
        """Deletes; Discord's messages follow after the answer."""
        async with Answer(interaction, update=True) as answer:
            deleted = await self.kept.delete(interaction.user.id)
            await answer.change(deleted_view(deleted))
        await self._show_without_them(deleted)

    async def press_keep(self, interaction: Interaction, _press: Press) -> None:
        """The member thought better of it."""
        async with Answer(interaction, update=True) as answer:
            await answer.change(kept_view())

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Its messages are gone, and Discord does not name them."""
        await self.kept.channel_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """The same for a thread; those of a deleted channel come one by one."""
        await self.kept.channel_deleted(payload.guild_id, payload.thread_id)

    async def _export(self, interaction: Interaction, answer: Answer) -> None:
        file = await self.kept.export(interaction.user.id)
        await answer.show(export_view(file), file=discord.File(io.BytesIO(file.content), file.name))

    async def _show_without_them(self, deleted: Deleted) -> None:
        for round_id in deleted.rounds:
            await self.announcer.presenters_changed(await self.bot.services.rounds.shown(round_id))
        for start in range(0, len(deleted.cards), CARDS_AT_ONCE):
            if start:
                await self.bot.clock.sleep(PAUSE_SECONDS)
            for server_id, number in deleted.cards[start : start + CARDS_AT_ONCE]:
                self.bot.refresher.changed(server_id, number)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Privacy(bot))
