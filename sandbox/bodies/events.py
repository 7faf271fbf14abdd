"""Scheduled events being created and changed (developers/resources/guild-scheduled-event)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.bodies.field import Field, Problem

_RESOURCE = "resources/guild-scheduled-event"
_CREATE = f"{_RESOURCE}#create-guild-scheduled-event"
_MODIFY = f"{_RESOURCE}#modify-guild-scheduled-event"
_BY_TYPE = f"{_RESOURCE}#guild-scheduled-event-object-field-requirements-by-entity-type"
_METADATA = f"{_RESOURCE}#guild-scheduled-event-object-guild-scheduled-event-entity-metadata"
_TRANSITIONS = f"{_RESOURCE}#guild-scheduled-event-object-valid-guild-scheduled-event-status-transitions"
_IMAGE_DATA = "reference#image-data"

_STAGE, _VOICE, _EXTERNAL = 1, 2, 3
_GUILD_ONLY = 2
_SCHEDULED, _ACTIVE, _COMPLETED, _CANCELED = 1, 2, 3, 4
_MAY_BECOME = {_SCHEDULED: (_SCHEDULED, _ACTIVE, _CANCELED), _ACTIVE: (_ACTIVE, _COMPLETED)}
_DATA_URI = re.compile(r"data:image/(?:jpeg|png|gif|webp);base64,(?P<data>.+)", re.DOTALL)
_ALWAYS = ("name", "privacy_level", "scheduled_start_time", "entity_type")
_BY_KIND = ("channel_id", "entity_metadata", "scheduled_end_time")


def event_problems(body: object, *, now: datetime) -> list[Problem]:
    """An event cannot start before `now`."""
    root = Field(body, _CREATE)
    if root.needed() and root.is_object():
        _check(root, earliest=now)
    return root.problems


def event_change_problems(body: object, *, before: Mapping[str, Any], now: datetime) -> list[Problem]:
    """`before` is the event as Discord's JSON, which must not be finished."""
    if not isinstance(body, Mapping):
        return event_problems(body, now=now)
    root = Field(_changed(before, body), _MODIFY)
    _check(root, earliest=now if "scheduled_start_time" in body else None)
    root["status"].ruled_by(_TRANSITIONS).one_of(_MAY_BECOME[before["status"]])
    moved_elsewhere = root["entity_type"].value == _EXTERNAL != before["entity_type"]
    if moved_elsewhere and "channel_id" not in body:
        root["channel_id"].refuse("must be set to null for an event elsewhere")
    return root.problems


def instant(text: str) -> datetime:
    """Discord reads a time without a zone as UTC. ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _changed(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The whole event as it would be. Where its kind changes, what depends on the kind must be given anew; for an event
    in a channel, `entity_metadata` is discarded."""
    kind = changes.get("entity_type") or before["entity_type"]
    kept = _ALWAYS if kind != before["entity_type"] else (*_ALWAYS, *_BY_KIND)
    whole = {**{key: before[key] for key in kept}, **changes, "entity_type": kind}
    if kind != _EXTERNAL:
        whole.pop("entity_metadata", None)
    return whole


def _check(event: Field, *, earliest: datetime | None) -> None:
    for key in _ALWAYS:
        event[key].needed()
    event["name"].text(1, 100)
    event["description"].text(1, 1000)
    event["privacy_level"].one_of((_GUILD_ONLY,))
    _check_image(event["image"].ruled_by(_IMAGE_DATA))
    _check_times(event, earliest)
    if event["entity_type"].one_of((_STAGE, _VOICE, _EXTERNAL)):
        _check_place(event.ruled_by(_BY_TYPE))


def _check_times(event: Field, earliest: datetime | None) -> None:
    start, end = _time(event["scheduled_start_time"]), _time(event["scheduled_end_time"])
    if start is not None and earliest is not None and start < earliest:
        event["scheduled_start_time"].refuse("must not be in the past")
    if start is not None and end is not None and end <= start:
        event["scheduled_end_time"].refuse("must be after scheduled_start_time")


def _time(field: Field) -> datetime | None:
    text = field.text(1, 64)
    if not text:
        return None
    try:
        return instant(text)
    except ValueError:
        field.refuse("must be an ISO 8601 time")
        return None


def _check_image(image: Field) -> None:
    if not image.present:
        return
    found = _DATA_URI.fullmatch(image.value) if isinstance(image.value, str) else None
    try:
        base64.b64decode(found["data"] if found else "?", validate=True)
    except ValueError:
        image.refuse("must be a data URI with a JPEG, PNG, GIF or WebP in base64")


def _check_place(event: Field) -> None:
    if event["entity_type"].value != _EXTERNAL:
        channel = event["channel_id"]
        if channel.needed() and not str(channel.value).isdecimal():
            channel.refuse("must be a snowflake")
        if event["entity_metadata"].value:
            event["entity_metadata"].refuse("must be null for an event in a channel")
        return
    if event["channel_id"].present:
        event["channel_id"].refuse("must be null for an event elsewhere")
    event["scheduled_end_time"].needed()
    location = event["entity_metadata"]["location"].ruled_by(_METADATA)
    if location.needed():
        location.text(1, 100)
