"""Two members change one schedule at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule_changes import OFF, Choice, changed

MONDAY = Choice(weekday=0, minute=1080, channel_id=7, hours=72, candidates=4)
CHOICES = st.builds(
    Choice,
    weekday=st.integers(0, 6),
    minute=st.integers(0, 3),
    channel_id=st.integers(1, 3),
    hours=st.integers(1, 3),
    candidates=st.integers(2, 4),
)


def test_each_changes_what_they_touched() -> None:
    """Grace has moved it to Friday while Ada, whose form shows Monday, changes the hours."""
    friday = MONDAY._replace(weekday=4)
    assert changed(friday, shown=MONDAY, wanted=MONDAY._replace(hours=24)) == friday._replace(hours=24)


def test_turned_off_is_off_whatever_somebody_else_changed() -> None:
    assert changed(MONDAY._replace(hours=5), shown=MONDAY, wanted=OFF) == OFF


def test_what_somebody_else_turned_off_comes_back_only_when_something_was_changed() -> None:
    assert changed(OFF, shown=MONDAY, wanted=MONDAY) == OFF
    wanted = MONDAY._replace(minute=5)
    assert changed(OFF, shown=MONDAY, wanted=wanted) == wanted


@given(CHOICES, CHOICES, CHOICES)
def test_nothing_is_lost_and_nothing_is_made_up(now: Choice, shown: Choice, wanted: Choice) -> None:
    then = changed(now, shown=shown, wanted=wanted)
    for is_then, is_now, was, mine in zip(then, now, shown, wanted, strict=True):
        assert is_then == (is_now if mine == was else mine)


@given(CHOICES, CHOICES)
def test_alone_everything_is_as_wanted(shown: Choice, wanted: Choice) -> None:
    assert changed(shown, shown=shown, wanted=wanted) == wanted
    assert changed(OFF, shown=OFF, wanted=wanted) == wanted
