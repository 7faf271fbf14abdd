"""The reading list of each server. What members did to an entry goes with it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text, text

from bot.storage.tables.base import CodePointText, metadata
from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime

entry = Table(
    "entry",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("saved_by", Snowflake),
    Column("saved_at", UtcDateTime, nullable=False),
    # what lists are ordered by; triggers keep these (migration 0009), nobody else writes them
    Column("votes", Integer, nullable=False, server_default=text("0")),
    Column("messages", Integer, nullable=False, server_default=text("0")),  # of its discussion
    Column("shared", Integer, nullable=False, server_default=text("0")),  # mentions, under each of the paper's ids
    Column("title_key", CodePointText, nullable=False, server_default=text("''")),  # how paper.search_key begins
    Index(None, "server_id", "saved_at", "paper_id"),
    Index(None, "server_id", "saved_by", "saved_at", "paper_id"),
    Index("ix_entry_by_title", "server_id", "title_key", "paper_id"),
    Index(None, "paper_id"),
)
_first_saved = (entry.c.saved_at, entry.c.paper_id)
Index("ix_entry_by_votes", entry.c.server_id, entry.c.votes.desc(), *_first_saved)
Index("ix_entry_by_discussion", entry.c.server_id, entry.c.messages.desc(), entry.c.shared.desc(), *_first_saved)


def _of_entry() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["server_id", "paper_id"], ["entry.server_id", "entry.paper_id"], ondelete="CASCADE")


vote = Table(
    "vote",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    _of_entry(),
)

entry_tag = Table(
    "entry_tag",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, primary_key=True, autoincrement=False),
    Column("tag", CodePointText, primary_key=True),
    _of_entry(),
    Index(None, "server_id", "tag", "paper_id"),
)

note = Table(
    "note",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    _of_entry(),
)

discussion = Table(
    "discussion",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("thread_id", Snowflake),
    Column("lease_until", UtcDateTime),
    Column("made_at", UtcDateTime, nullable=False),
    # how many messages the thread had when the last digest was made
    Column("messages_told", Integer),
    # how many it had when they were last counted
    Column("messages", Integer, nullable=False, server_default=text("0")),
)

# a member's own: how far they are with a paper, on the list or not
reading = Table(
    "reading",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "server_id", "user_id", "status"),
)
