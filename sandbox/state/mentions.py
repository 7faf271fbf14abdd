"""Whom a message mentions (developers/resources/message#allowed-mentions-object).

A backslash does not take a mention away. An edit of the text finds the mentions anew and knows nothing of what the
message once allowed, so it has to say again that it allows none (developers/resources/message#edit-message;
discord/discord-api-docs#2474).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.permissions import Permission, in_channel

if TYPE_CHECKING:
    from sandbox.state.message import Message

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def find_mentions(message: Message, allowed: Mapping[str, Any] | None) -> None:
    """Sets the message's mentions from its texts. Without `allowed` everything pings that may."""
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    listed = allowed or {}
    users = set(map(int, listed.get("users") or ()))
    roles = set(map(int, listed.get("roles") or ()))
    guild, world = message.channel.guild, message.channel.world
    text = message.text
    named = [world.users[user_id] for user_id in map(int, _USER.findall(text)) if user_id in world.users]
    message.mentioned = [user for user in dict.fromkeys(named) if "users" in parse or user.id in users]
    known = guild.roles if guild else {}
    message.mentioned_roles = [
        role_id
        for role_id in dict.fromkeys(map(int, _ROLE.findall(text)))
        if role_id in known and ("roles" in parse or role_id in roles)
    ]
    original = message.referenced
    if original is not None and message.reference is not None and message.reference.kind == 0:
        replied = allowed is None or bool(listed.get("replied_user"))
        if replied and original.author not in message.mentioned:
            message.mentioned.append(original.author)
    message.mentions_everyone = bool("everyone" in parse and _EVERYONE.search(text) and _may_ping_all(message))


def _may_ping_all(message: Message) -> bool:
    guild = message.channel.guild
    member = guild.members.get(message.author.id) if guild else None
    if member is None:
        return False
    allowed = in_channel(member, message.channel, message.channel.world.clock.now())
    return Permission.MENTION_EVERYONE in allowed
