"""Servers, and members who opted out."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text, false, true

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, UtcDateTime

server = Table(
    "server",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Column("hide_previews", Boolean, nullable=False, server_default=true()),
    Column("watch_bots", Boolean, nullable=False, server_default=false()),
    Column("timezone", Text, nullable=False, server_default="UTC"),
    Column("ping_role_id", Snowflake),
    # when the bot said hello there; NULL when it never could
    Column("welcomed_at", UtcDateTime),
)

watched_channel = Table(
    "watched_channel",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("channel_id", Snowflake, primary_key=True, autoincrement=False),
)

ignored_member = Table(
    "ignored_member",
    metadata,
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)
