"""What was shared, and what the bot answered."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, text

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime

# channel, message and author become NULL when the message is deleted
mention = Table(
    "mention",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("author_id", Snowflake),
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("quiet", Boolean, nullable=False, server_default=false()),
    Column("dismissed", Boolean, nullable=False, server_default=false()),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("server_id", "message_id", "scheme", "value"),
    Index(None, "server_id", "scheme", "value", "at"),
    Index(None, "server_id", "at"),
    Index(None, "scheme", "value"),  # which messages wait for a paper, in all servers
    sqlite_autoincrement=True,
)

# message_id is the member's message, posted_id the bot's; due_at is NULL when there is nothing to do
reply = Table(
    "reply",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("message_id", Snowflake),
    Column("posted_id", Snowflake, index=True),
    Column("due_at", UtcDateTime, index=True),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("reacted", Boolean, nullable=False, server_default=false()),
    Column("generation", Integer, nullable=False, server_default=text("0")),
    Column("hide_preview", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("server_id", "message_id"),
    # whoever worked on a reply that is gone must not record into another
    sqlite_autoincrement=True,
)

card_message = Table(
    "card_message",
    metadata,
    Column("message_id", Snowflake, primary_key=True, autoincrement=False),
    Column("server_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

card = Table(
    "card",
    metadata,
    Column(
        "message_id",
        Snowflake,
        ForeignKey("card_message.message_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False, index=True),
    Column("position", Integer, nullable=False),
    Column("form", Text, nullable=False),
)
