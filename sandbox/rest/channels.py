"""Channels and threads themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import payloads
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.permissions import Permission, sending_in
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.channel import Channel
from sandbox.state.kinds import ChannelKind

routes = Routes()

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


@routes("GET", "/channels/{channel_id}")
async def channel(call: Call) -> Reply:
    return Reply(body=payloads.channel(call.channel()))


@routes("PATCH", "/channels/{channel_id}")
async def edit(call: Call) -> Reply:
    place = call.channel()
    if place.is_thread:
        _edit_thread(call, place, call.json)
    else:
        call.require(place, Permission.MANAGE_CHANNELS)
        _set(place, call.json, _CHANNEL_FIELDS)
    place.changed()
    return Reply(body=payloads.channel(place))


@routes("DELETE", "/channels/{channel_id}")
async def delete(call: Call) -> Reply:
    place = call.channel()
    if place.kind is ChannelKind.DM:
        raise refusal(Code.WRONG_CHANNEL_TYPE)
    call.require(place, Permission.MANAGE_THREADS if place.is_thread else Permission.MANAGE_CHANNELS)
    answer = payloads.channel(place)
    place.delete()
    return Reply(body=answer)


@routes("POST", "/channels/{channel_id}/typing")
async def typing(call: Call) -> Reply:
    place = call.channel()
    call.require(place, sending_in(place))
    return NO_CONTENT


def _edit_thread(call: Call, thread: Channel, body: Json) -> None:
    state, own = thread.as_thread, thread.as_thread.owner_id == call.world.bot.id
    waking = body.get("archived") is False and set(body) <= {"archived", "locked"} and not state.locked
    if not (own or waking) or body.get("locked") or state.locked:
        call.require(thread, Permission.MANAGE_THREADS)
    if waking:
        call.require(thread, Permission.SEND_MESSAGES_IN_THREADS)
    if state.archived and "archived" not in body:
        raise refusal(Code.THREAD_ARCHIVED)
    minutes = body.get("auto_archive_duration")
    if minutes is not None and minutes not in ARCHIVE_MINUTES:
        raise invalid_form(FieldProblem("auto_archive_duration", f"Value must be one of {ARCHIVE_MINUTES}."))
    _set(thread, body, {"name": _name, "rate_limit_per_user": _slowmode})
    if minutes is not None:
        state.auto_archive_minutes = minutes
    if "locked" in body:
        state.locked = bool(body["locked"])
    if "applied_tags" in body:
        state.applied_tags = [int(tag) for tag in body["applied_tags"]]
    if "archived" in body and bool(body["archived"]) != state.archived:
        state.archived, state.archived_at = bool(body["archived"]), call.world.clock.now()


def _set(place: Channel, body: Json, setters: Mapping[str, Callable[[Channel, Any], None]]) -> None:
    for name, setter in setters.items():
        if name in body:
            setter(place, body[name])


_LONGEST_NAME = 100


def _name(place: Channel, value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_NAME:
        raise invalid_form(FieldProblem("name", f"Must be between 1 and {_LONGEST_NAME} in length."))
    place.name = value


def _topic(place: Channel, value: Any) -> None:
    place.topic = value


def _slowmode(place: Channel, value: Any) -> None:
    place.slowmode_seconds = value or 0


_CHANNEL_FIELDS = {"name": _name, "topic": _topic, "rate_limit_per_user": _slowmode}
