"""Scheduled events being created (developers/resources/guild-scheduled-event#create-guild-scheduled-event)."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.bodies.field import Field, Problem

_CREATE = "resources/guild-scheduled-event#create-guild-scheduled-event"
_BY_TYPE = "resources/guild-scheduled-event#guild-scheduled-event-object-field-requirements-by-entity-type"
_METADATA = "resources/guild-scheduled-event#guild-scheduled-event-object-guild-scheduled-event-entity-metadata"
_STAGE, _VOICE, _EXTERNAL = 1, 2, 3
_GUILD_ONLY = 2


def event_problems(body: object, *, now: datetime) -> list[Problem]:
    """An event cannot start before `now`."""
    root = Field(body, _CREATE)
    if not root.needed() or not root.is_object():
        return root.problems
    for key in ("name", "privacy_level", "scheduled_start_time", "entity_type"):
        root[key].needed()
    root["name"].text(1, 100)
    root["description"].text(1, 1000)
    root["privacy_level"].one_of((_GUILD_ONLY,))
    _check_times(root, now)
    if root["entity_type"].one_of((_STAGE, _VOICE, _EXTERNAL)):
        _check_place(root.ruled_by(_BY_TYPE))
    return root.problems


def _check_times(event: Field, now: datetime) -> None:
    start, end = _instant(event["scheduled_start_time"]), _instant(event["scheduled_end_time"])
    if start is not None and start < now:
        event["scheduled_start_time"].refuse("must not be in the past")
    if start is not None and end is not None and end <= start:
        event["scheduled_end_time"].refuse("must be after scheduled_start_time")


def _instant(time: Field) -> datetime | None:
    """Discord reads a time without a zone as UTC."""
    text = time.text(1, 64)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        time.refuse("must be an ISO 8601 time")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_place(event: Field) -> None:
    if event["entity_type"].value != _EXTERNAL:
        event["channel_id"].needed()
        return
    if event["channel_id"].present:
        event["channel_id"].refuse("must be null for an event elsewhere")
    event["scheduled_end_time"].needed()
    location = event["entity_metadata"]["location"].ruled_by(_METADATA)
    if location.needed():
        location.text(1, 100)
