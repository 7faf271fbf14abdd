"""Schedules, rounds, digests, and what comes due."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime

# minute is the wall-clock time in the server's zone, counted from midnight; weekday is 0 for Monday
schedule = Table(
    "schedule",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("channel_id", Snowflake),
    Column("hours", Integer),
    Column("candidates", Integer),
)

round_ = Table(
    "round",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False),
    Column("number", Integer, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("state", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("list_message_id", Snowflake),
    Column("poll_message_id", Snowflake, index=True),
    Column("winner_id", SurrogateKey, ForeignKey("paper.id")),
    Column("tie", Text),
    Column("result_message_id", Snowflake),
    Column("thread_id", Snowflake),
    Column("card_message_id", Snowflake),
    Column("meeting_at", UtcDateTime),
    Column("event_id", Snowflake),
    UniqueConstraint("server_id", "number"),
    # messages on Discord carry the number
    sqlite_autoincrement=True,
)

_RUNNING = text("state IN ('opening', 'open', 'closing', 'telling')")
Index("ix_round_running", round_.c.server_id, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)

candidate = Table(
    "candidate",
    metadata,
    Column("round_id", SurrogateKey, ForeignKey("round.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("nominated_by", Snowflake),
    Column("votes", Integer),
    UniqueConstraint("round_id", "paper_id"),
)

# open ones: a nomination that came to a vote stands with the candidate
nomination = Table(
    "nomination",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

presenter = Table(
    "presenter",
    metadata,
    Column("round_id", SurrogateKey, ForeignKey("round.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)

digest = Table(
    "digest",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("message_id", Snowflake),
    Column("outside_id", SurrogateKey, ForeignKey("paper.id")),
    Column("past_id", SurrogateKey, ForeignKey("paper.id")),
    Index("ix_digest_server_id", "server_id", "until"),
    sqlite_autoincrement=True,
)

# what comes due, once each: wake_at is when to look at it next, NULL when it is done, skipped or called off
occurrence = Table(
    "occurrence",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("server_id", Snowflake, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("wake_at", UtcDateTime, index=True),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("round_id", SurrogateKey, ForeignKey("round.id"), index=True),
    Column("digest_id", SurrogateKey, ForeignKey("digest.id")),
    Column("done_at", UtcDateTime),
    Column("outcome", Text),
    UniqueConstraint("server_id", "kind", "due_at"),
    sqlite_autoincrement=True,
)
