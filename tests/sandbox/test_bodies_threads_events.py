"""Threads, forum posts and scheduled events being made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.bodies import event_problems, thread_problems

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEETING: dict[str, Any] = {
    "name": "BERT",
    "description": "We read it together",
    "privacy_level": 2,
    "entity_type": 3,
    "scheduled_start_time": "2026-03-05T18:00:00+00:00",
    "scheduled_end_time": "2026-03-05T19:00:00+00:00",
    "entity_metadata": {"location": "the thread"},
}


def test_threads_and_posts() -> None:
    thread = {"name": "BERT", "auto_archive_duration": 10080, "rate_limit_per_user": 0}
    assert thread_problems(thread) == []
    assert thread_problems(thread | {"type": 12, "invitable": False}) == []
    assert thread_problems(thread | {"message": {"content": "Hello"}, "applied_tags": ["1"], "type": 11}) == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"name": None}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"auto_archive_duration": 61}, "auto_archive_duration"),
        ({"rate_limit_per_user": 21601}, "rate_limit_per_user"),
        ({"type": 0}, "type"),
        ({"applied_tags": ["1"] * 6}, "applied_tags"),
        ({"message": {}}, "message"),
        ({"message": {"content": "x" * 2001}}, "message.content"),
    ],
)
def test_thread_rules(more: dict[str, Any], path: str) -> None:
    assert [problem.path for problem in thread_problems({"name": "BERT", **more})] == [path]


def test_events() -> None:
    assert event_problems(MEETING, now=NOW) == []
    voice = {"entity_type": 2, "channel_id": "1", "entity_metadata": None, "scheduled_end_time": None}
    assert event_problems(MEETING | voice, now=NOW) == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"description": "d" * 1001}, "description"),
        ({"privacy_level": 1}, "privacy_level"),
        ({"entity_type": 4}, "entity_type"),
        ({"scheduled_start_time": None}, "scheduled_start_time"),
        ({"scheduled_start_time": "Thursday"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2026-03-01T18:00:00Z"}, "scheduled_start_time"),
        ({"scheduled_end_time": "2026-03-05T18:00:00"}, "scheduled_end_time"),
        ({"scheduled_end_time": None}, "scheduled_end_time"),
        ({"channel_id": "1"}, "channel_id"),
        ({"entity_metadata": None}, "entity_metadata.location"),
        ({"entity_metadata": {"location": "l" * 101}}, "entity_metadata.location"),
        ({"entity_type": 2, "entity_metadata": None}, "channel_id"),
    ],
)
def test_event_rules(more: dict[str, Any], path: str) -> None:
    assert [problem.path for problem in event_problems(MEETING | more, now=NOW)] == [path]
