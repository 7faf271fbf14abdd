"""The options DAY, TIME and ZONE, the same in every command that schedules something."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias, get_args

from discord import app_commands
from discord.utils import format_dt

from bot.answers import Interaction
from bot.domain.schedule import zones
from bot.offered_option import OfferedOption

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

DAY_DESCRIPTION = "Day of the week"
TIME_DESCRIPTION = "Time of day in the server's time zone, like 18:00"


def weekday(day: Day) -> int:
    """0 for Monday."""
    return get_args(Day).index(day)


def due_words(due: datetime) -> str:
    """When it happens next, and that it happens again."""
    return f"every week, next {format_dt(due, 'F')} ({format_dt(due, 'R')})"


_CHOICES = 25
"""Discord shows no more."""


class ZoneOption(OfferedOption):
    """Offers the zones that hold it, those that begin a city with it first."""

    async def offer(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Zones of the whole world."""
        part = "_".join(typed.split()).casefold()
        found = [zone for zone in zones() if part in zone.casefold()]
        found.sort(key=lambda zone: (not zone.casefold().rpartition("/")[2].startswith(part), zone))
        return [app_commands.Choice(name=zone, value=zone) for zone in found[:_CHOICES]]


ZoneName: TypeAlias = app_commands.Transform[str, ZoneOption]
