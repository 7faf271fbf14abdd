"""Wall-clock times that come back every week, in a server's own zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import NotUnderstood

_DAY_MINUTES = 24 * 60
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
_HALF_DAY = 12


class Weekly(BaseModel):
    """`weekday` is 0 for Monday, `minute` counts from midnight on the wall clock of `zone`, an IANA name."""

    model_config = ConfigDict(frozen=True)

    weekday: int = Field(ge=0, le=6)
    minute: int = Field(ge=0, lt=_DAY_MINUTES)
    zone: str


def next_occurrence(weekly: Weekly, after: datetime) -> datetime:
    """The first one strictly later than `after`, in UTC.

    A time that the clocks skip that day moves forward to the next that exists; one that they show twice is the first
    of the two.
    """
    zone = ZoneInfo(weekly.zone)
    local = after.astimezone(zone).date()
    day = local + timedelta(days=(weekly.weekday - local.weekday()) % 7)
    while True:
        due = instant(day, weekly.minute, zone)
        if due > after:
            return due
        day += timedelta(days=7)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When the wall clock shows that minute of that day; see `next_occurrence` for the days when clocks change."""
    wanted = datetime.combine(day, time(minute // 60, minute % 60))
    first = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wanted:
        return first
    return _end_of_gap(first, zone)


def day_before(moment: datetime, zone: str) -> datetime:
    """The same time of day on the day before."""
    local = moment.astimezone(ZoneInfo(zone))
    return instant(local.date() - timedelta(days=1), local.hour * 60 + local.minute, ZoneInfo(zone))


def parse_time(text: str) -> int:
    """Minutes from midnight: `9:00`, `09.30`, `21h15`, `9`, `9pm`, `noon`, `midnight`. Raises NotUnderstood."""
    typed = " ".join(text.split()).lower()
    if typed in ("noon", "midnight"):
        return _HALF_DAY * 60 if typed == "noon" else 0
    found = _TIME.fullmatch(typed)
    if found is not None:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = (found["half"] or "").replace(".", "")
        if half and 1 <= hour <= _HALF_DAY:
            hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60:  # noqa: PLR2004 - the clock's own numbers
            return hour * 60 + minute
    raise NotUnderstood("I do not know that time. Write it like 18:00, 9:30 or 6pm.")


@cache
def zones() -> tuple[str, ...]:
    """The IANA names to choose from: places, and UTC. Aliases such as `Etc/GMT+5` are left out."""
    named = (
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    return ("UTC", *sorted(named))


def _end_of_gap(within: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after the clocks went forward. `within` is the skipped time read with the offset from before,
    which comes out as much after the change as it was skipped by."""
    before = within - timedelta(days=1)
    offset = before.astimezone(zone).utcoffset()
    low, high = before, within
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
