"""When to ask again for a paper that could not be had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lookups import APART, Lookup, company, next_try, put_apart
from bot.domain.papers import PaperId

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - spreads retries, guards nothing


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 2), (2, 4), (5, 32), (10, 1024), (11, 1440), (12, 1440), (10_000, 1440)]
)
def test_the_wait_doubles_from_a_minute_to_a_day(attempts: int, minutes: int) -> None:
    waits = [next_try(attempts, NOW, None, seeded(seed)) - NOW for seed in range(200)]
    assert min(waits) >= timedelta(minutes=minutes) * 0.8
    assert max(waits) <= timedelta(minutes=minutes) * 1.2
    assert max(waits) - min(waits) > timedelta(minutes=minutes) * 0.3


@given(st.integers(0, 100), st.floats(0, 1e6), st.integers())
def test_never_earlier_than_told(attempts: int, retry_after: float, seed: int) -> None:
    at = next_try(attempts, NOW, retry_after, seeded(seed))
    assert at >= NOW + timedelta(seconds=retry_after)
    if attempts:
        assert at >= next_try(attempts, NOW, None, seeded(seed))


def test_the_first_time_the_source_is_taken_at_its_word() -> None:
    waits = [next_try(0, NOW, 5, seeded(seed)) - NOW for seed in range(200)]
    assert min(waits) < timedelta(seconds=6)
    assert max(waits) <= timedelta(seconds=17), "a little apart from each other"


def in_line(count: int, *, reason: str = "", due_at: datetime = NOW) -> list[Lookup]:
    return [
        Lookup(id=PaperId("arxiv", str(n)), state="waiting", attempts=0, looks=0, due_at=due_at, reason=reason)
        for n in range(count)
    ]


@given(st.integers(1, 100))
def test_a_spoilt_request_is_halved_and_nothing_is_lost(count: int) -> None:
    halves = put_apart(in_line(count), NOW)
    assert [paper for _, half in halves for paper in half] == [lookup.id for lookup in in_line(count)]
    assert len({marked for marked, _ in halves}) == len(halves) == min(count, 2)
    assert max(len(half) for _, half in halves) == (count + 1) // 2


def test_what_was_put_apart_travels_with_its_half_alone() -> None:
    half, other = in_line(3, reason=APART), in_line(2, reason=APART, due_at=NOW + timedelta(milliseconds=1))
    fresh = in_line(4)
    assert company([*half, *fresh, *other]) == half
    assert company([*fresh, *half, *other]) == fresh
    assert company([]) == []
