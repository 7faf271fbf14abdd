"""How much at once, and how fast it comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.allowances import Allowance

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIX_SECONDS = timedelta(seconds=6)
ALLOWANCE = Allowance(10, SIX_SECONDS)


def taken(times: list[datetime]) -> list[datetime]:
    """The moments at which a use was allowed, of those at which one was tried."""
    back_at, allowed = None, []
    for now in times:
        then = ALLOWANCE.after(back_at, now)
        if not ALLOWANCE.waits(then, now):
            back_at = then
            allowed.append(now)
    return allowed


def test_ten_at_once_and_then_one_every_six_seconds() -> None:
    tries = [NOW + timedelta(seconds=second / 2) for second in range(120)]
    assert len(taken([NOW] * 200)) == 10
    assert len(taken(tries)) == 10 + 59 // 6


def test_after_a_pause_all_of_it_is_back() -> None:
    assert len(taken([NOW] * 20 + [NOW + 10 * SIX_SECONDS] * 20)) == 20


@given(st.lists(st.integers(0, 3_000), max_size=80).map(sorted), st.integers(0, 79), st.integers(1, 40))
def test_never_more_than_that_in_any_span(seconds: list[int], first: int, count: int) -> None:
    allowed = taken([NOW + timedelta(seconds=second / 10) for second in seconds])[first : first + count]
    if allowed:
        assert len(allowed) <= 10 + (allowed[-1] - allowed[0]) / SIX_SECONDS


def test_a_clock_that_was_set_back_shuts_nobody_out() -> None:
    back_at = ALLOWANCE.after(None, NOW)
    assert not ALLOWANCE.waits(ALLOWANCE.after(back_at, NOW - timedelta(days=1)), NOW - timedelta(days=1))
