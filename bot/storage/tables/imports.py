"""Files of papers that members bring in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, Table, Text

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime

# Read and shown to the member first, done after their click; due_at is NULL when nothing is to be done. message_id is
# the message that shows the progress, in channel_id.
import_ = Table(
    "import",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False, index=True),
    Column("user_id", Snowflake, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("due_at", UtcDateTime, index=True),
    Column("lease_until", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # the number stands in buttons
    sqlite_autoincrement=True,
)

# line is where it stood in the file, counted from 1
import_item = Table(
    "import_item",
    metadata,
    Column(
        "import_id", SurrogateKey, ForeignKey("import.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("note", Text),
    Column("state", Text, nullable=False),
)
