"""The running bot."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, UtcDateTime

# until when this shard is known to have been listening
alive = Table(
    "alive",
    metadata,
    Column("shard_id", Integer, primary_key=True, autoincrement=False),
    Column("alive_at", UtcDateTime, nullable=False),
)

# what members asked for that would come out the opposite when done twice; kept while another process may hear of it
interaction = Table(
    "interaction",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# what the commands looked like when Discord was last told
command_tree = Table(
    "command_tree",
    metadata,
    Column("application_id", Snowflake, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
)
