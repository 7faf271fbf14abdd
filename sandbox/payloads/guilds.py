"""Servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, instant, optional_id
from sandbox.payloads.channels import channel
from sandbox.payloads.scheduled_events import scheduled_event
from sandbox.payloads.users import member, role

if TYPE_CHECKING:
    from sandbox.state.guild import Guild


def guild(server: Guild) -> Json:
    """As `GET /guilds/{id}` answers."""
    return {
        "id": str(server.id),
        "name": server.name,
        "owner_id": str(server.owner_id),
        "roles": [role(group) for group in server.roles.values()],
        "preferred_locale": server.locale,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "application_id": None,
        "region": "us-central",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": optional_id(server.system_channel_id),
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(server: Guild, *, all_members: bool = False) -> Json:
    """As the event GUILD_CREATE carries it; threads are those that the bot can see and that are not archived,
    scheduled events those that it can see. All members come along for those that asked for presences
    (developers/events/gateway-events#guild-create)."""
    bot_member = server.bot_member
    shown = list(server.members.values()) if all_members else [bot_member] if bot_member else []
    return guild(server) | {
        "unavailable": False,
        "large": False,
        "joined_at": instant(bot_member.joined_at if bot_member else None),
        "member_count": len(server.members),
        "members": [member(each) for each in shown],
        "channels": [channel(place) for place in server.channels],
        "threads": [channel(thread) for thread in server.active_threads if thread.bot_can_view],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [scheduled_event(event) for event in server.scheduled_events if event.bot_can_view],
        "soundboard_sounds": [],
    }
