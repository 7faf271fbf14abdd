"""Scheduled events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, instant, optional_id
from sandbox.payloads.users import member, user

if TYPE_CHECKING:
    from sandbox.state.scheduled_event import ScheduledEvent
    from sandbox.state.users import User

_GUILD_ONLY = 2
_INTERESTED = 1


def scheduled_event(event: ScheduledEvent, *, with_count: bool = False) -> Json:
    payload: Json = {
        "id": str(event.id),
        "guild_id": str(event.guild.id),
        "channel_id": optional_id(event.channel.id if event.channel else None),
        "creator_id": str(event.creator.id),
        "creator": user(event.creator),
        "name": event.name,
        "description": event.description,
        "image": event.image,
        "scheduled_start_time": instant(event.start),
        "scheduled_end_time": instant(event.end),
        "privacy_level": _GUILD_ONLY,
        "status": int(event.status),
        "entity_type": int(event.kind),
        "entity_id": None,
        "entity_metadata": None if event.location is None else {"location": event.location},
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
    }
    return payload | {"user_count": len(event.interested)} if with_count else payload


def interest(event: ScheduledEvent, account: User, *, with_member: bool) -> Json:
    """One who is interested; a member who has left comes without the membership."""
    payload: Json = {
        "guild_scheduled_event_id": str(event.id),
        "user_id": str(account.id),
        "user": user(account),
        "response": _INTERESTED,
    }
    membership = event.guild.members.get(account.id) if with_member else None
    return payload if membership is None else payload | {"member": member(membership)}
