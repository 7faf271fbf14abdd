"""What a server's members learned about a paper: reports, explanations, resources."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.storage.tables.base import metadata
from bot.storage.types import Snowflake, SurrogateKey, UtcDateTime


def _key() -> Column[int]:
    """Drawn at random, so that its order tells nothing of who wrote what when."""
    return Column("id", Snowflake, primary_key=True, autoincrement=False)


def _of_report() -> Column[int]:
    return Column("report_id", Snowflake, ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True)


# shown_at is when others could first see it, NULL while it waits for the batch of waits_until. What changes in one
# without a name waits as well: pending holds its new words, leaving says that it goes. told_at is when its author was
# told that it is hidden
report = Table(
    "report",
    metadata,
    _key(),
    Column("server_id", Snowflake, nullable=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), nullable=False, index=True),
    Column("author_id", Snowflake, nullable=False),
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    Column("outcome", Text, nullable=False),
    Column("setting", Text, nullable=False),
    Column("tried", Text, nullable=False),
    Column("happened", Text, nullable=False),
    Column("made_work", Text, nullable=False),
    Column("link", Text),
    Column("made_at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime),
    Column("shown_at", UtcDateTime, index=True),
    Column("waits_until", UtcDateTime, index=True),
    Column("pending", JSON(none_as_null=True)),
    Column("leaving", Boolean, nullable=False, server_default=false()),
    Column("hidden_at", UtcDateTime),
    Column("hidden_reason", Text),
    Column("told_at", UtcDateTime),
    Column("contested_at", UtcDateTime),
    Column("contested_with", Text),
    UniqueConstraint("server_id", "paper_id", "author_id"),
)

# what a report said before it was edited
report_edit = Table(
    "report_edit",
    metadata,
    _key(),
    _of_report(),
    Column("at", UtcDateTime, nullable=False),
    Column("before", JSON, nullable=False),
)

# "same here"
report_confirmation = Table(
    "report_confirmation",
    metadata,
    Column("report_id", Snowflake, ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("line", Text),
    Column("at", UtcDateTime, nullable=False),
)

# kind is answer or question; difference_at is since when others see that it explains the outcome
report_answer = Table(
    "report_answer",
    metadata,
    _key(),
    _of_report(),
    Column("user_id", Snowflake, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("says_author", Boolean, nullable=False, server_default=false()),
    Column("difference_at", UtcDateTime),
    Column("shown_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

explanation = Table(
    "explanation",
    metadata,
    _key(),
    Column("server_id", Snowflake, nullable=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), nullable=False, index=True),
    Column("user_id", Snowflake, nullable=False),
    Column("level", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("server_id", "paper_id", "user_id"),
)

# one vote of a member for each paper
explanation_vote = Table(
    "explanation_vote",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("user_id", Snowflake, primary_key=True, autoincrement=False),
    Column("explanation_id", Snowflake, ForeignKey("explanation.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
)

# link is NULL for a paper to read first, which first_id names; first_id is NULL for every other kind
resource = Table(
    "resource",
    metadata,
    _key(),
    Column("server_id", Snowflake, nullable=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("link", Text),
    Column("first_id", SurrogateKey, ForeignKey("paper.id")),
    Column("user_id", Snowflake),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("server_id", "paper_id", "kind", "link"),
    Index(None, "server_id", "paper_id", "first_id", unique=True),
)

# the bot's message in a paper's thread that lists the resources; posting_since is when it was first tried to post it
resource_list = Table(
    "resource_list",
    metadata,
    Column("server_id", Snowflake, primary_key=True, autoincrement=False),
    Column("paper_id", SurrogateKey, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("thread_id", Snowflake, nullable=False),
    Column("message_id", Snowflake),
    Column("lease_until", UtcDateTime),
    Column("posting_since", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("shown_version", Integer),
)
