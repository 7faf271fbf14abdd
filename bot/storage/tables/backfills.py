"""Channels whose history is read into the mentions."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text, text

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, UtcDateTime

# One for each channel: read from after_id to until_id, oldest first. message_id is the bot's message that shows the
# progress, in answered_in. due_at is NULL when nothing is to be done.
backfill = Table(
    "backfill",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("channel_id", Snowflake, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("asked_by", Snowflake),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("most", Integer),
    Column("after_id", Snowflake, nullable=False),
    Column("until_id", Snowflake, nullable=False),
    Column("messages", Integer, nullable=False, server_default=text("0")),
    Column("mentions", Integer, nullable=False, server_default=text("0")),
    Column("answered_in", Snowflake),
    Column("message_id", Snowflake),
    Column("due_at", UtcDateTime, index=True),
    Column("lease_until", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("problem", Text),
)
