"""Reactions. Emojis are characters, or `name:id` for a server's own."""

from __future__ import annotations

import re

from sandbox import payloads
from sandbox.errors import Code, refusal
from sandbox.permissions import Permission
from sandbox.rest.routes import NO_CONTENT, Call, Reply, Routes

routes = Routes()

_MOST_KINDS = 20
_CUSTOM = re.compile(r"\w{2,32}:\d+")
_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions"


@routes("PUT", _REACTIONS + "/{emoji}/@me")
async def add(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    message, emoji = call.message(channel), _emoji(call)
    if emoji not in message.reactions:
        call.require(channel, Permission.ADD_REACTIONS)
        if len(message.reactions) == _MOST_KINDS:
            raise refusal(Code.TOO_MANY_REACTIONS)
    message.add_reaction(call.world.bot, emoji)
    return NO_CONTENT


@routes("DELETE", _REACTIONS + "/{emoji}/@me")
async def remove_own(call: Call) -> Reply:
    channel = call.channel()
    call.message(channel).remove_reaction(call.world.bot, _emoji(call))
    return NO_CONTENT


@routes("DELETE", _REACTIONS + "/{emoji}/{user_id}")
async def remove(call: Call) -> Reply:
    channel = call.channel(Permission.MANAGE_MESSAGES)
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise refusal(Code.UNKNOWN_USER)
    call.message(channel).remove_reaction(user, _emoji(call))
    return NO_CONTENT


@routes("GET", _REACTIONS + "/{emoji}")
async def reacted(call: Call) -> Reply:
    channel = call.channel(Permission.READ_MESSAGE_HISTORY)
    limit, after = call.number("limit", 25, 1, 100), call.snowflake("after") or 0
    ids = sorted(user_id for user_id in call.message(channel).reactions.get(_emoji(call), []) if user_id > after)
    return Reply(body=[payloads.user(call.world.users[user_id]) for user_id in ids[:limit]])


def _emoji(call: Call) -> str:
    """10014 for letters and digits, which are no emoji."""
    emoji = call.parameters["emoji"]
    if _CUSTOM.fullmatch(emoji) is None and (emoji.isascii() or any(character.isalpha() for character in emoji)):
        raise refusal(Code.UNKNOWN_EMOJI)
    return emoji
