"""Papers: public metadata, shared by all servers."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, false, text

from bot.storage.tables.base import CodePointText, metadata
from bot.storage.types import SurrogateKey, UtcDateTime

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
    Column("failing_since", UtcDateTime),
)
