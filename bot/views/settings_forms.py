"""The forms behind the page of settings. Each carries in its id what it showed, so that a member who sends it changes
only what they touched."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.occurrences import ScheduleKind
from bot.domain.rounds import CANDIDATES, FEWEST_CANDIDATES, HOURS, LONGEST_HOURS, MOST_CANDIDATES, SHORTEST_HOURS
from bot.domain.schedule_changes import OFF, Choice
from bot.views.custom_ids import Unreadable, custom_id, read_number
from bot.views.forms import form

ZONE, DAY, TIME, CHANNEL, HOURS_FIELD, CANDIDATES_FIELD = "zone", "day", "time", "channel", "hours", "candidates"
"""The ids of the fields."""

NEVER = "never"
"""The day that turns a schedule off."""

TITLES: dict[ScheduleKind, str] = {
    "poll": "Weekly poll",
    "meeting": "Meeting about the winner",
    "digest": "Weekly digest",
}
_NEVER_WORDS: dict[ScheduleKind, str] = {"poll": "No weekly poll", "meeting": "No meetings", "digest": "No digest"}
_WRITTEN_IN = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.voice]


def zone_form(zone: str) -> ui.Modal:
    """For the time zone."""
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=ZONE, default=zone, placeholder="Berlin", min_length=1, max_length=100
    )
    return form(
        "Time zone",
        custom_id("settings", "zone"),
        ui.Label(text="City or zone", description="What is scheduled keeps its time of day.", component=field),
    )


def schedule_form(kind: ScheduleKind, now: Choice, *, here: int | None) -> ui.Modal:
    """For what happens every week; `here` is the channel offered where none was chosen before."""
    fields: list[ui.Item[ui.Modal]] = [_day(kind, now), _time(now)]
    if kind != "meeting":
        fields.append(_channel(now.channel_id or here))
    if kind == "poll":
        fields += [_hours(now), _candidates(now)]
    return form(TITLES[kind], custom_id("settings", kind, *_written(now)), *fields)


def read_shown(arguments: Sequence[str]) -> Choice:
    """What the form with this id showed. Raises Unreadable."""
    if len(arguments) > len(Choice._fields):
        raise Unreadable("a schedule has fewer parts")
    return Choice(*(read_number(each) if each else None for each in arguments))


def _written(now: Choice) -> list[str]:
    return ["" if value is None else str(value) for value in now]


def _day(kind: ScheduleKind, now: Choice) -> ui.Label[ui.Modal]:
    menu: ui.Select[ui.Modal] = ui.Select(custom_id=DAY, placeholder="Choose a day", required=True)
    for number, name in enumerate(calendar.day_name):
        menu.add_option(label=name, value=str(number), default=number == now.weekday)
    if now != OFF:
        menu.add_option(label=_NEVER_WORDS[kind], value=NEVER, description="Turns it off")
    return ui.Label(text="Day", component=menu)


def _time(now: Choice) -> ui.Label[ui.Modal]:
    default = None if now.minute is None else clock_words(now.minute)
    field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=TIME, default=default, placeholder="18:00", max_length=20)
    return ui.Label(text="Time", description="In the server's time zone, like 18:00 or 6pm", component=field)


def _channel(channel_id: int | None) -> ui.Label[ui.Modal]:
    menu: ui.ChannelSelect[ui.Modal] = ui.ChannelSelect(
        custom_id=CHANNEL, channel_types=_WRITTEN_IN, required=True, default_values=channel_defaults(channel_id)
    )
    return ui.Label(text="Channel", component=menu)


def _hours(now: Choice) -> ui.Label[ui.Modal]:
    field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=HOURS_FIELD, default=str(now.hours or HOURS), max_length=3)
    return ui.Label(
        text="Hours to vote", description=f"{SHORTEST_HOURS} to {LONGEST_HOURS}; {HOURS} is three days", component=field
    )


def _candidates(now: Choice) -> ui.Label[ui.Modal]:
    menu: ui.Select[ui.Modal] = ui.Select(custom_id=CANDIDATES_FIELD, required=True)
    for number in range(FEWEST_CANDIDATES, MOST_CANDIDATES + 1):
        menu.add_option(label=f"{number} papers", value=str(number), default=number == (now.candidates or CANDIDATES))
    return ui.Label(text="Papers on the ballot", component=menu)


def channel_defaults(*channel_ids: int | None) -> list[discord.SelectDefaultValue]:
    """What a menu of channels shows as chosen."""
    kind = discord.SelectDefaultValueType.channel
    return [discord.SelectDefaultValue(id=channel_id, type=kind) for channel_id in channel_ids if channel_id]


def clock_words(minute: int) -> str:
    """Minutes from midnight as a time of day."""
    return f"{minute // 60:02}:{minute % 60:02}"
