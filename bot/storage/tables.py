"""Every table. The migrations make them; a test finds no difference between the two.

Singular names; ids of Discord are `*_id` without a foreign key, since Discord owns them. What members did to an
entry goes with it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects import postgresql

from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CodePointText = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that sorts the same on both engines."""

# --- papers: public metadata, shared by all servers

paper = Table(
    "paper",
    metadata,
    Column("id", SurrogateKey, primary_key=True),
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_text", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("abstract_text", Text, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("primary_category", Text),
    Column("published", UtcDateTime),
    Column("updated", UtcDateTime),
    Column("version", Integer),
    Column("doi", Text),
    Column("journal_ref", Text),
    Column("comment", Text),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    Column("fetched_at", UtcDateTime, nullable=False),
    # title, a line break, authors: folded by bot.domain.search_text; begins with the title, so it also sorts
    Column("search_key", CodePointText, nullable=False),
    UniqueConstraint("scheme", "value"),
    # the number stands in buttons for ever, so it is never given twice
    sqlite_autoincrement=True,
)

paper_alias = Table(
    "paper_alias",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id", ondelete="CASCADE"), nullable=False, index=True),
)

# ids that cannot be had now; due_at is NULL when nobody will try again
lookup = Table(
    "lookup",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("due_at", UtcDateTime, index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
)

# when the next request to an outside system may start, over all processes
source_gate = Table(
    "source_gate",
    metadata,
    Column("source", Text, primary_key=True),
    Column("next_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
)

# --- servers

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

# --- what was shared, and what the bot answered

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

# --- the reading list

entry = Table(
    "entry",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("saved_by", Snowflake),
    Column("saved_at", UtcDateTime, nullable=False),
)


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
)

# --- the week

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

# --- the running bot

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
