"""Threads, forum posts and scheduled events being made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.bodies import event_change_problems, event_problems, thread_problems

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
    assert event_problems(MEETING | {"image": "data:image/png;base64,YQ=="}, now=NOW) == []


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
        ({"entity_type": 2, "channel_id": "lounge", "entity_metadata": None}, "channel_id"),
        ({"entity_type": 2, "channel_id": "1"}, "entity_metadata"),
        ({"image": "https://example.com/a.png"}, "image"),
        ({"image": "data:image/svg+xml;base64,YQ=="}, "image"),
        ({"image": "data:image/png;base64,*"}, "image"),
    ],
)
def test_event_rules(more: dict[str, Any], path: str) -> None:
    assert [problem.path for problem in event_problems(MEETING | more, now=NOW)] == [path]


PLANNED = MEETING | {"status": 1, "channel_id": None, "image": "abc"}
IN_A_CHANNEL = PLANNED | {"entity_type": 2, "channel_id": "1", "entity_metadata": None}
AFTER_ITS_START = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "body"),
    [
        (PLANNED, {}),
        (PLANNED, {"description": None, "channel_id": None}),
        (PLANNED, {"status": 2}),
        (PLANNED, {"status": 4}),
        (PLANNED | {"status": 2}, {"status": 3}),
        (PLANNED, {"entity_type": 2, "channel_id": "1"}),
        (IN_A_CHANNEL, {"entity_metadata": {"location": "discarded"}, "scheduled_end_time": None}),
        (
            IN_A_CHANNEL,
            {
                "entity_type": 3,
                "channel_id": None,
                "entity_metadata": {"location": "there"},
                "scheduled_end_time": "2026-03-05T20:00:00Z",
            },
        ),
    ],
)
def test_changes_of_events(before: dict[str, Any], body: dict[str, Any]) -> None:
    assert event_change_problems(body, before=before, now=AFTER_ITS_START) == []


@pytest.mark.parametrize(
    ("before", "body", "paths"),
    [
        (PLANNED, [], [""]),
        (PLANNED, {"name": None}, ["name"]),
        (PLANNED, {"status": 3}, ["status"]),
        (PLANNED, {"status": 5}, ["status"]),
        (PLANNED | {"status": 2}, {"status": 1}, ["status"]),
        (PLANNED | {"status": 2}, {"status": 4}, ["status"]),
        (PLANNED, {"scheduled_start_time": "2026-03-01T18:00:00Z"}, ["scheduled_start_time"]),
        (PLANNED, {"scheduled_start_time": "2026-03-06T18:00:00Z"}, ["scheduled_end_time"]),
        (PLANNED, {"scheduled_end_time": None}, ["scheduled_end_time"]),
        (PLANNED, {"channel_id": "1"}, ["channel_id"]),
        (PLANNED, {"entity_metadata": {"location": ""}}, ["entity_metadata.location"]),
        (PLANNED, {"entity_type": 1}, ["channel_id"]),
        (PLANNED, {"entity_type": 7}, ["entity_type"]),
        (IN_A_CHANNEL, {"entity_type": 3}, ["scheduled_end_time", "entity_metadata.location", "channel_id"]),
    ],
)
def test_rules_for_changes(before: dict[str, Any], body: object, paths: list[str]) -> None:
    assert [problem.path for problem in event_change_problems(body, before=before, now=NOW)] == paths
