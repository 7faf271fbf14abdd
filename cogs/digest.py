"""The weekly digest: `/digest …` and its button."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, server_of
from bot.client import PaperBot
from bot.domain.occurrences import Occurrence, too_late
from bot.domain.schedule import parse_time
from bot.errors import NotAllowed, UserError
from bot.posting.digests import DigestPoster
from bot.posting.permissions import lacking_for_digests
from bot.schedule_options import DAY_DESCRIPTION, TIME_DESCRIPTION, Day, due_words, weekday
from bot.views.custom_ids import Press
from bot.views.digest import (
    NEEDS_TEXT_CHANNEL,
    NOT_SCHEDULED,
    NOTHING,
    STOPPED,
    explanation_view,
    on_its_way,
    scheduled,
)
from bot.views.permissions import still_needed

Interaction = discord.Interaction[PaperBot]
Place = discord.TextChannel | discord.VoiceChannel

LOOK_AGAIN = timedelta(minutes=1)


class Digest(commands.Cog):
    """The week in one message."""

    digest = app_commands.Group(
        name="digest",
        description="The week in one message, for managers.",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.digests, self.occurrences = bot.services.digests, bot.services.occurrences
        self.poster = DigestPoster(bot, bot.services.digests, bot.clock)

    async def cog_load(self) -> None:
        """Names the button and what is done when a digest is due."""
        self.bot.buttons.add(digest=self.press_digest)
        self.bot.occurrences.add("digest", self._post)

    async def _post(self, due: Occurrence) -> str | datetime:
        """Not before what was pasted while the bot was away is read back: it belongs to the week."""
        now = self.bot.clock.now()
        if self.bot.away.behind(due.server_id) and not too_late(due, now + LOOK_AGAIN):
            return now + LOOK_AGAIN
        return await self.poster.post(due)

    async def cog_unload(self) -> None:
        """Ends what draws the pictures."""
        await self.poster.close()

    @digest.command(description="Post a digest every week, in the server's time zone.")
    @app_commands.describe(day=DAY_DESCRIPTION, time=TIME_DESCRIPTION, channel="Where; here when left out")
    async def schedule(self, interaction: Interaction, day: Day, time: str, channel: Place | None = None) -> None:
        """Takes the place of an earlier schedule."""
        async with Answer(interaction) as answer:
            place = channel or _here(interaction)
            due = await self.occurrences.set_schedule(
                server_of(interaction), "digest", weekday=weekday(day), minute=parse_time(time), channel_id=place.id
            )
            await answer.say(scheduled(place.id, due_words(due), lacking_for_digests(place)))

    @digest.command(description="The digest as it would be posted now, for you alone.")
    async def preview(self, interaction: Interaction) -> None:
        """Nothing is recorded."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            told = await self.digests.preview(server_id, await self.poster.message_counts(server_id))
            if told is None:
                await answer.say(NOTHING)
                return
            view, file = await self.poster.layout(server_id, await self._place(interaction), told)
            await answer.show(view, file=file)

    @digest.command(description="Post the digest now, in this channel; the next one tells what comes after it.")
    async def post(self, interaction: Interaction) -> None:
        """Besides the scheduled ones."""
        server_id = server_of(interaction)
        async with Answer(interaction) as answer:
            place = _here(interaction)
            if refused := still_needed(lacking_for_digests(place)):
                raise NotAllowed(refused)
            counts = await self.poster.message_counts(server_id)
            posted = await self.digests.post(server_id, place.id, counts)
            await answer.say(on_its_way(place.id) if posted else NOTHING)

    @digest.command(description="Stop the weekly digest.")
    async def unschedule(self, interaction: Interaction) -> None:
        """It can still be posted by hand."""
        async with Answer(interaction) as answer:
            was = await self.occurrences.unschedule(server_of(interaction), "digest")
            await answer.say(STOPPED if was else NOT_SCHEDULED)

    async def press_digest(self, interaction: Interaction, _press: Press) -> None:
        """How it is chosen."""
        async with Answer(interaction) as answer:
            await answer.show(explanation_view())

    async def _place(self, interaction: Interaction) -> int:
        """Where the digest would be posted: its permissions decide about the picture."""
        plans = await self.occurrences.schedules(server_of(interaction))
        planned = [plan.schedule.channel_id for plan in plans if plan.schedule.kind == "digest"]
        return next(filter(None, planned), interaction.channel_id or 0)


def _here(interaction: Interaction) -> Place:
    channel = interaction.channel
    if isinstance(channel, discord.TextChannel | discord.VoiceChannel):
        return channel
    raise UserError(NEEDS_TEXT_CHANNEL)


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Digest(bot))
