"""Channels and threads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, instant, optional_id
from sandbox.payloads.users import user
from sandbox.state.kinds import ChannelKind

if TYPE_CHECKING:
    from sandbox.state.channel import Channel, ThreadState


def channel(place: Channel) -> Json:
    if place.kind is ChannelKind.DM:
        return {
            "id": str(place.id),
            "type": int(place.kind),
            "flags": 0,
            "last_message_id": optional_id(place.last_message_id),
            "recipients": [user(account) for account in place.recipients],
        }
    if place.thread_state is not None:
        return _thread(place, place.thread_state)
    payload = _channel_base(place) | {
        "position": place.position,
        "permission_overwrites": [
            {
                "id": str(target),
                "type": 0 if overwrite.is_role else 1,
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for target, overwrite in place.overwrites.items()
        ],
        "nsfw": place.nsfw,
    }
    if place.kind in (ChannelKind.VOICE, ChannelKind.STAGE):
        payload |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    elif place.kind is not ChannelKind.CATEGORY:
        payload["topic"] = place.topic
    if place.kind is ChannelKind.FORUM:
        payload |= {
            "available_tags": place.tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return payload


def _channel_base(place: Channel) -> Json:
    payload: Json = {
        "id": str(place.id),
        "type": int(place.kind),
        "flags": 0,
        "guild_id": optional_id(place.guild.id if place.guild else None),
        "name": place.name,
        "parent_id": optional_id(place.parent.id if place.parent else None),
    }
    if place.kind is not ChannelKind.CATEGORY:
        payload |= {
            "last_message_id": optional_id(place.last_message_id),
            "rate_limit_per_user": place.slowmode_seconds,
        }
    return payload


def _thread(place: Channel, state: ThreadState) -> Json:
    payload = _channel_base(place) | {
        "owner_id": str(state.owner_id),
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": instant(state.archived_at),
            "auto_archive_duration": state.auto_archive_minutes,
            "locked": state.locked,
            "create_timestamp": instant(state.created_at),
        },
        "message_count": len(place.messages),
        "member_count": min(50, len(state.joined)),
        "total_message_sent": state.messages_ever,
    }
    if place.kind is ChannelKind.PRIVATE_THREAD:
        payload["thread_metadata"]["invitable"] = state.invitable
    if place.parent is not None and place.parent.kind is ChannelKind.FORUM:
        payload["applied_tags"] = [str(tag) for tag in state.applied_tags]
    bot_joined = state.joined.get(place.world.bot.id)
    if bot_joined is not None:
        payload["member"] = thread_member(place, place.world.bot.id, bot_joined)
    return payload


def thread_member(place: Channel, user_id: int, joined_at: datetime) -> Json:
    return {
        "id": str(place.id),
        "user_id": str(user_id),
        "join_timestamp": instant(joined_at),
        "flags": 0,
    }
