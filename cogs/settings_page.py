"""The buttons, menus and forms of the page of settings, and **Set up** under the welcome."""

from __future__ import annotations

import asyncio

import discord
from discord.ext import commands

from bot.answers import Answer, is_manager
from bot.client import PaperBot
from bot.domain.occurrences import ScheduleKind
from bot.domain.rounds import FEWEST_CANDIDATES, LONGEST_HOURS, MOST_CANDIDATES, SHORTEST_HOURS
from bot.domain.schedule import parse_time
from bot.domain.schedule_changes import OFF, Choice, changed, choice_of
from bot.domain.zones import find_zone
from bot.errors import NotAllowed, NotFound, NotUnderstood, UserError
from bot.forms import Submitted
from bot.posting.settings_page import SettingsPage, check_may_change, gone_from, guild_of
from bot.views import setting_answers as answers
from bot.views import settings_forms as forms
from bot.views.custom_ids import Press, Unreadable, read_number
from bot.views.welcome import SETUP

Interaction = discord.Interaction[PaperBot]

_KINDS: dict[str, ScheduleKind] = {"poll": "poll", "meeting": "meeting", "digest": "digest"}
_UNKNOWN = "This control is no longer in use. Open `/settings show` again."


class SettingsControls(commands.Cog):
    """Each press checks the right first, changes one thing, and shows the page as it is then."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.servers, self.occurrences = bot.services.servers, bot.services.occurrences
        self.page = SettingsPage(bot, self.servers, self.occurrences, bot.services.papers)
        self._changing = asyncio.Lock()
        """Between looking at a schedule and changing it: all presses of a server come to one process."""

    async def cog_load(self) -> None:
        """Names the controls."""
        self.bot.buttons.add(settings=self.press, **{SETUP: self.press_setup})
        self.bot.forms.add(settings=self.submit)

    async def press_setup(self, interaction: Interaction, _press: Press) -> None:
        """Under the welcome: a page for managers."""
        async with Answer(interaction) as answer:
            if not is_manager(interaction):
                raise NotAllowed(answers.FOR_MANAGERS)
            await answer.show(await self.page.view(guild_of(interaction)))

    async def press(self, interaction: Interaction, press: Press) -> None:
        """A button or a menu of the page."""
        check_may_change(interaction)
        guild, (what, *details) = guild_of(interaction), press.arguments or ("",)
        async with Answer(interaction, update=True) as answer:
            if what == "zone":
                settings = await self.servers.settings(guild.id)
                await answer.ask(forms.zone_form(settings.timezone))
                return
            if what in _KINDS:
                now = await self._now(guild.id, _KINDS[what])
                await answer.ask(forms.schedule_form(_KINDS[what], now, here=_here(interaction)))
                return
            if what == "watched":
                await self._watch(interaction, guild, press.chosen)
            elif what == "ping":
                await self._ping(guild, press.chosen)
            elif what == "previews":
                await self.servers.set_previews(guild.id, hide=_is_on(details))
            elif what == "bots":
                await self.servers.set_watch_bots(guild.id, watch=_is_on(details))
            elif what != "look":
                raise UserError(_UNKNOWN)
            await answer.change(await self.page.view(guild))

    async def submit(self, interaction: Interaction, form: Submitted) -> None:
        """A form of the page."""
        check_may_change(interaction)
        guild, (what, *shown) = guild_of(interaction), form.press.arguments or ("",)
        async with Answer(interaction, update=True) as answer:
            if what == "zone":
                await self.occurrences.set_timezone(guild.id, find_zone(form.texts[forms.ZONE]))
            elif what in _KINDS:
                await self._plan(guild, _KINDS[what], forms.read_shown(shown), form)
            else:
                raise UserError(_UNKNOWN)
            await answer.change(await self.page.view(guild))

    async def _watch(self, interaction: Interaction, guild: discord.Guild, chosen: set[int]) -> None:
        """Changes what differs from what the menu showed: what somebody else chose meanwhile stays."""
        shown = _shown_in_menu(interaction)
        unknown = {channel_id for channel_id in chosen if guild.get_channel(channel_id) is None}
        if unknown:
            raise NotFound(answers.CHANNELS_GONE)
        watched = (await self.servers.settings(guild.id)).watched
        fewer = (shown - chosen) | gone_from(guild, watched)
        await self.servers.change_watched(guild.id, more=chosen - shown, fewer=fewer)

    async def _ping(self, guild: discord.Guild, chosen: set[int]) -> None:
        role = None
        for role_id in chosen:
            role = guild.get_role(role_id)
            if role is None:
                raise NotFound(answers.ROLE_GONE)
        if role is not None and role.is_default():
            raise UserError(answers.NEVER_EVERYONE)
        await self.servers.set_ping_role(guild.id, role.id if role else None)

    async def _plan(self, guild: discord.Guild, kind: ScheduleKind, shown: Choice, form: Submitted) -> None:
        wanted = _wanted(guild, form)
        async with self._changing:
            now = await self._now(guild.id, kind)
            then = changed(now, shown=shown, wanted=wanted)
            if then == now:
                return
            if then.weekday is None or then.minute is None:
                await self.occurrences.unschedule(guild.id, kind)
                return
            await self.occurrences.set_schedule(
                guild.id,
                kind,
                weekday=then.weekday,
                minute=then.minute,
                channel_id=then.channel_id,
                hours=then.hours,
                candidates=then.candidates,
            )

    async def _now(self, server_id: int, kind: ScheduleKind) -> Choice:
        plans = await self.occurrences.schedules(server_id)
        return choice_of(next((plan.schedule for plan in plans if plan.schedule.kind == kind), None))


def _shown_in_menu(interaction: Interaction) -> set[int]:
    """What the menu that was used showed as chosen, by the message it stands on."""
    pressed = interaction.data.get("custom_id") if interaction.data else None
    page = discord.ui.LayoutView.from_message(interaction.message) if interaction.message else discord.ui.LayoutView()
    return {
        default.id
        for item in page.walk_children()
        if isinstance(item, discord.ui.ChannelSelect) and item.custom_id == pressed
        for default in item.default_values
    }


def _is_on(details: list[str]) -> bool:
    """Which way a switch was pressed. Raises Unreadable."""
    if details not in (["0"], ["1"]):
        raise Unreadable("a switch is on or off")
    return details == ["1"]


def _wanted(guild: discord.Guild, form: Submitted) -> Choice:
    """What was filled in. Raises NotUnderstood and NotFound."""
    day = next(iter(form.chosen[forms.DAY]), "")
    if day == forms.NEVER:
        return OFF
    return Choice(
        read_number(day),
        parse_time(form.texts[forms.TIME]),
        _place(guild, form),
        _number(form.texts.get(forms.HOURS_FIELD), SHORTEST_HOURS, LONGEST_HOURS, "hours"),
        _number(_only(form, forms.CANDIDATES_FIELD), FEWEST_CANDIDATES, MOST_CANDIDATES, "papers"),
    )


def _place(guild: discord.Guild, form: Submitted) -> int | None:
    chosen = _only(form, forms.CHANNEL)
    if chosen is None:
        return None
    channel = guild.get_channel(read_number(chosen))
    if not isinstance(channel, discord.TextChannel | discord.VoiceChannel):
        raise NotFound(answers.CHANNEL_GONE)
    return channel.id


def _number(text: str | None, least: int, most: int, what: str) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and least <= int(text) <= most):
        raise NotUnderstood(answers.out_of_range(least, most, what))
    return int(text)


def _only(form: Submitted, field: str) -> str | None:
    return next(iter(form.chosen.get(field, ())), None)


def _here(interaction: Interaction) -> int | None:
    channel = interaction.channel
    return channel.id if isinstance(channel, discord.TextChannel | discord.VoiceChannel) else None


async def setup(bot: PaperBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(SettingsControls(bot))
