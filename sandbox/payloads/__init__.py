"""What the sandbox knows, as Discord's JSON (the response schemas of its published OpenAPI description)."""

from __future__ import annotations

from sandbox.payloads.application import application, command
from sandbox.payloads.basics import Json, emoji, instant
from sandbox.payloads.channels import channel, thread_member
from sandbox.payloads.guilds import guild, guild_create
from sandbox.payloads.messages import attachment, message, message_event, snapshot
from sandbox.payloads.scheduled_events import interest, scheduled_event
from sandbox.payloads.users import member, member_with_permissions, own_user, role, user

__all__ = [
    "Json",
    "application",
    "attachment",
    "channel",
    "command",
    "emoji",
    "guild",
    "guild_create",
    "instant",
    "interest",
    "member",
    "member_with_permissions",
    "message",
    "message_event",
    "own_user",
    "role",
    "scheduled_event",
    "snapshot",
    "thread_member",
    "user",
]
