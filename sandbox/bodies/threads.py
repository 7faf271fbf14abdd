"""Threads and forum posts being started (developers/resources/channel#start-thread-from-message)."""

from __future__ import annotations

from sandbox.bodies.field import Field, Problem
from sandbox.bodies.messages import check_message

_THREAD = "resources/channel#start-thread-from-message"
_FORUM = "resources/channel#start-thread-in-forum-or-media-channel"
_THREAD_TYPES = (10, 11, 12)
_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
_SIX_HOURS = 6 * 60 * 60


def thread_problems(body: object) -> list[Problem]:
    """For a thread from a message, without one, and (with `message`) for a forum post."""
    root = Field(body, _THREAD)
    if not root.needed() or not root.is_object():
        return root.problems
    if root["name"].needed():
        root["name"].text(1, 100)
    root["auto_archive_duration"].one_of(_ARCHIVE_MINUTES)
    root["rate_limit_per_user"].whole(0, _SIX_HOURS)
    root["type"].one_of(_THREAD_TYPES)
    root["invitable"].truth()
    root["applied_tags"].ruled_by(_FORUM).items(0, 5)
    if root["message"].present:
        check_message(root["message"], target="create")
    return root.problems
