"""Pins, by the routes of 2025 (`/messages/pins`) and by the older ones."""

from __future__ import annotations

from datetime import datetime

from sandbox import payloads
from sandbox.errors import Code, refusal
from sandbox.permissions import Permission
from sandbox.rest.routes import NO_CONTENT, Call, Reply, Routes
from sandbox.state.channel import Channel
from sandbox.state.kinds import WRITTEN, MessageKind
from sandbox.state.message import Message, Reference

routes = Routes()

_MOST_PINS = 250
_NEW, _OLD = "/channels/{channel_id}/messages/pins", "/channels/{channel_id}/pins"


@routes("GET", _NEW)
async def pins(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 1, 50)
    before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
    found = [m for m in channel.pins if before is None or (m.pinned_at and m.pinned_at < before)]
    items = [
        {"pinned_at": payloads.instant(message.pinned_at), "message": payloads.message(message)}
        for message in found[:limit]
    ]
    return Reply(body={"items": items, "has_more": len(found) > limit})


@routes("GET", _OLD)
async def old_pins(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    return Reply(body=[payloads.message(message) for message in channel.pins[:50]])


@routes("PUT", _NEW + "/{message_id}")
@routes("PUT", _OLD + "/{message_id}")
async def pin(call: Call) -> Reply:
    channel, message = _pinnable(call)
    if not message.pinned:
        if len(channel.pins) >= _MOST_PINS:
            raise refusal(Code.TOO_MANY_PINS)
        message.pin()
        channel.add_message(
            call.world.bot,
            kind=MessageKind.PINNED,
            reference=Reference(message.id, channel.id, channel.guild.id if channel.guild else None),
        )
    return NO_CONTENT


@routes("DELETE", _NEW + "/{message_id}")
@routes("DELETE", _OLD + "/{message_id}")
async def unpin(call: Call) -> Reply:
    _, message = _pinnable(call)
    if message.pinned:
        message.unpin()
    return NO_CONTENT


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel = call.channel(Permission.PIN_MESSAGES)
    message = call.message(channel)
    if message.kind not in WRITTEN:
        raise refusal(Code.SYSTEM_MESSAGE)
    return channel, message
