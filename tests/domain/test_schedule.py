"""Weekly wall-clock times: in every zone, over ten years, also when the clocks change."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedule import Weekly, day_before, next_occurrence, parse_time, zones
from bot.errors import NotUnderstood

MONDAY, THURSDAY, FRIDAY, SUNDAY = 0, 3, 4, 6
TEN_YEARS = timedelta(days=3653)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
"""In 2026 Berlin's clocks go forward on 29 March and back on 25 October, both Sundays at 01:00 UTC."""

instants = st.integers(0, 32 * 366 * 24 * 60).map(lambda minutes: utc("2005-01-01") + timedelta(minutes=minutes))
weeklies = st.builds(Weekly, weekday=st.integers(0, 6), minute=st.integers(0, 1439), zone=st.sampled_from(zones()))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def skipped(wanted: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall clock never shows this: it does not come back from UTC unchanged."""
    return wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wanted


def check(weekly: Weekly, due: datetime) -> None:
    """The right weekday and local time; in a gap, the first moment after it."""
    zone = ZoneInfo(weekly.zone)
    local = due.astimezone(zone)
    if (local.weekday(), local.hour * 60 + local.minute) == (weekly.weekday, weekly.minute):
        assert local.fold == 0, "the first of two"
        assert local.second == local.microsecond == 0
        return
    back = (local.weekday() - weekly.weekday) % 7
    wanted = datetime.combine(local.date() - back * DAY, time(weekly.minute // 60, weekly.minute % 60))
    assert skipped(wanted, zone), f"{weekly}: {local} is another time than {wanted}, which exists"
    before = (due - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert before < wanted < local.replace(tzinfo=None), "the first moment after the gap"


@pytest.mark.parametrize("part", range(4))
def test_every_zone_for_ten_years(part: int) -> None:
    """One weekday and minute for each zone, spread over all of them; those at night meet the changes of clocks."""
    assert len(zones()) > 400
    for number, zone in list(enumerate(zones()))[part::4]:
        night = number % 2
        weekly = Weekly(
            weekday=SUNDAY if night else number % 7,
            minute=(number * 7) % 240 if night else (number * 397) % 1440,
            zone=zone,
        )
        start = utc("2020-01-01 00:00")
        due, count = next_occurrence(weekly, start), 0
        while due < start + TEN_YEARS:
            check(weekly, due)
            following = next_occurrence(weekly, due)
            assert WEEK - DAY < following - due < WEEK + DAY, f"{weekly} after {due}"
            due, count = following, count + 1
        assert count in (521, 522)


@settings(deadline=None)  # a zone is read from disk the first time
@given(weeklies, instants)
def test_the_next_is_later_within_a_week_and_at_its_time(weekly: Weekly, after: datetime) -> None:
    due = next_occurrence(weekly, after)
    assert after < due < after + WEEK + 2 * DAY  # a gap of a whole day, and a change of clocks
    check(weekly, due)


@settings(deadline=None)
@given(weeklies, instants, st.timedeltas(timedelta(0), 3 * WEEK))
def test_none_is_passed_over(weekly: Weekly, after: datetime, later: timedelta) -> None:
    due = next_occurrence(weekly, after)
    assert next_occurrence(weekly, due - timedelta(microseconds=1)) == due
    assert next_occurrence(weekly, after + later) >= due


def test_a_time_that_the_clocks_skip_moves_to_the_next_that_exists() -> None:
    weekly = Weekly(weekday=SUNDAY, minute=2 * 60 + 30, zone=BERLIN)
    assert next_occurrence(weekly, utc("2026-03-23 00:00")) == utc("2026-03-29 01:00")  # 03:00 there
    assert next_occurrence(weekly, utc("2026-03-29 01:00")) == utc("2026-04-05 00:30")


def test_a_time_that_comes_twice_is_the_first() -> None:
    weekly = Weekly(weekday=SUNDAY, minute=2 * 60 + 30, zone=BERLIN)
    assert next_occurrence(weekly, utc("2026-10-20 00:00")) == utc("2026-10-25 00:30")
    assert next_occurrence(weekly, utc("2026-10-25 00:30")) == utc("2026-11-01 01:30")


def test_the_wall_clock_is_kept_when_clocks_change() -> None:
    weekly = Weekly(weekday=MONDAY, minute=9 * 60, zone=NEW_YORK)
    assert next_occurrence(weekly, utc("2026-03-02 14:00")) == utc("2026-03-09 13:00")
    assert next_occurrence(weekly, utc("2026-10-26 13:00")) == utc("2026-11-02 14:00")


def test_a_day_that_a_country_left_out() -> None:
    weekly = Weekly(weekday=FRIDAY, minute=18 * 60, zone="Pacific/Apia")  # no 30 December 2011 there
    assert next_occurrence(weekly, utc("2011-12-25 00:00")) == utc("2011-12-30 10:00")  # Saturday, 00:00
    assert next_occurrence(weekly, utc("2011-12-30 10:00")) == utc("2012-01-06 04:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-30 16:00", "2026-03-29 16:00"),
        ("2026-03-29 16:00", "2026-03-28 17:00"),  # 18:00 both times
        ("2026-03-30 00:30", "2026-03-29 01:00"),  # 02:30, which the day before lacks
    ],
)
def test_the_day_before_at_the_same_time_of_day(moment: str, expected: str) -> None:
    assert day_before(utc(moment), BERLIN) == utc(expected)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("18:00", 18, 0),
        ("9:00", 9, 0),
        ("09:05", 9, 5),
        ("21.30", 21, 30),
        ("21h15", 21, 15),
        ("9", 9, 0),
        ("0:00", 0, 0),
        ("23:59", 23, 59),
        ("9pm", 21, 0),
        (" 9 AM ", 9, 0),
        ("12am", 0, 0),
        ("12 p.m.", 12, 0),
        ("12:30 am", 0, 30),
        ("6.45 p.m.", 18, 45),
        ("noon", 12, 0),
        ("Midnight", 0, 0),
    ],
)
def test_times_people_type(text: str, hour: int, minute: int) -> None:
    assert parse_time(text) == hour * 60 + minute


@pytest.mark.parametrize("text", ["", "soon", "24:00", "9:60", "13pm", "0am", "9:5", "1800", "-1", "9:00:00", "9 30"])
def test_what_is_no_time_gets_a_sentence(text: str) -> None:
    with pytest.raises(NotUnderstood, match="Write it like 18:00"):
        parse_time(text)


@given(st.integers(0, 1439), st.sampled_from(["{h}:{m:02}", "{h:02}.{m:02}", "{x}:{m:02} {half}", "{x}:{m:02}{half}"]))
def test_every_minute_can_be_typed(minute: int, form: str) -> None:
    hour = minute // 60
    typed = form.format(h=hour, m=minute % 60, x=hour % 12 or 12, half="pm" if hour >= 12 else "am")
    assert parse_time(typed) == minute


@given(st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(NotUnderstood):
        assert 0 <= parse_time(text) < 24 * 60


def test_zones_are_places_and_utc() -> None:
    assert zones()[0] == "UTC"
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"} <= set(zones())
    assert all(name == "UTC" or "/" in name for name in zones())
    assert not any(name.startswith("Etc/") for name in zones())
