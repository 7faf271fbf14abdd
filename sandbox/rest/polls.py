"""The two routes of polls; a poll itself is part of a message."""

from __future__ import annotations

from sandbox import payloads, polling
from sandbox.errors import Code, refusal
from sandbox.permissions import Permission
from sandbox.rest.routes import Call, Reply, Routes

routes = Routes()

_POLL = "/channels/{channel_id}/polls/{message_id}"


@routes("POST", _POLL + "/expire")
async def expire(call: Call) -> Reply:
    message = call.message(call.channel())
    polling.end(message, call.world.bot)
    return Reply(body=payloads.message(message))


@routes("GET", _POLL + "/answers/{answer_id}")
async def voters(call: Call) -> Reply:
    message = call.message(call.channel(Permission.READ_MESSAGE_HISTORY))
    if message.poll is None:
        raise refusal(Code.UNKNOWN_MESSAGE)
    limit, after = call.number("limit", 25, 1, 100), call.snowflake("after") or 0
    ids = message.poll.voters(call.id("answer_id"), after=after, limit=limit)
    return Reply(body={"users": [payloads.user(call.world.users[user_id]) for user_id in ids]})
