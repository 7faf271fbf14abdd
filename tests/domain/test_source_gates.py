"""When an outside service may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.source_gates import MISSING_AGAIN, look_again_at, opens_after_failure

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def seconds(failures: int, *, throttled: bool = False, retry_after: float | None = None, seed: int = 1) -> float:
    opens_at = opens_after_failure(
        NOW,
        failures=failures,
        pause_seconds=3,
        throttled=throttled,
        retry_after=retry_after,
        random=Random(seed),  # noqa: S311 - a test wants the same numbers again
    )
    return (opens_at - NOW).total_seconds()


def test_two_failures_cost_a_pause_and_the_third_a_rest() -> None:
    assert [seconds(failures) for failures in (1, 2)] == [3, 3]
    assert 48 <= seconds(3) <= 60


def test_being_throttled_costs_a_rest_at_once() -> None:
    assert 12 <= seconds(1, throttled=True) <= 15


@given(st.integers(1, 10_000), st.booleans(), st.integers())
def test_a_rest_is_never_longer_than_a_quarter_of_an_hour(failures: int, throttled: bool, seed: int) -> None:
    assert 3 <= seconds(failures, throttled=throttled, seed=seed) <= 900


@given(st.integers(1, 100), st.booleans(), st.floats(0, 7 * 24 * 3600))
def test_what_the_service_asks_for_is_obeyed(failures: int, throttled: bool, retry_after: float) -> None:
    waited = seconds(failures, throttled=throttled, retry_after=retry_after)
    assert abs(waited - max(3, retry_after)) < 1e-5


def test_a_missing_paper_is_looked_for_four_times_more() -> None:
    assert [look_again_at(NOW, looks) for looks in (1, 2, 3, 4)] == [NOW + wait for wait in MISSING_AGAIN]
    assert look_again_at(NOW, 5) is None
    assert timedelta(minutes=1) == MISSING_AGAIN[0]
