"""The first tables: papers, servers, mentions and replies, the reading list.

Written out rather than taken from `bot.storage.tables`, which goes on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SNOWFLAKE = sa.BigInteger()
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CODE_POINT_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_papers()
    _create_servers()
    _create_replies()
    _create_reading_list()
    _create_process()


def downgrade() -> None:
    for table in (
        "command_tree",
        "alive",
        "discussion",
        "note",
        "entry_tag",
        "vote",
        "entry",
        "card",
        "card_message",
        "reply",
        "mention",
        "ignored_member",
        "watched_channel",
        "server",
        "source_gate",
        "lookup",
        "paper_alias",
        "paper",
    ):
        op.drop_table(table)


def _create_papers() -> None:
    op.create_table(
        "paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_text", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("abstract_text", sa.Text(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("primary_category", sa.Text()),
        sa.Column("published", INSTANT),
        sa.Column("updated", INSTANT),
        sa.Column("version", sa.Integer()),
        sa.Column("doi", sa.Text()),
        sa.Column("journal_ref", sa.Text()),
        sa.Column("comment", sa.Text()),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("search_key", CODE_POINT_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_paper_scheme_value")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "paper_alias",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("paper_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_alias_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_paper_alias")),
    )
    op.create_index(op.f("ix_paper_alias_paper_id"), "paper_alias", ["paper_id"])
    op.create_table(
        "lookup",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("pk_lookup")),
    )
    op.create_index(op.f("ix_lookup_due_at"), "lookup", ["due_at"])
    op.create_table(
        "source_gate",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_gate")),
    )


def _create_servers() -> None:
    op.create_table(
        "server",
        sa.Column("id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        sa.Column("hide_previews", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("watch_bots", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server")),
    )
    op.create_table(
        "watched_channel",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("channel_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("server_id", "channel_id", name=op.f("pk_watched_channel")),
    )
    op.create_table(
        "ignored_member",
        sa.Column("user_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_ignored_member")),
    )


def _create_replies() -> None:
    op.create_table(
        "mention",
        sa.Column("id", KEY, nullable=False),
        sa.Column("server_id", SNOWFLAKE, nullable=False),
        sa.Column("channel_id", SNOWFLAKE),
        sa.Column("message_id", SNOWFLAKE),
        sa.Column("author_id", SNOWFLAKE),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint(
            "server_id",
            "message_id",
            "scheme",
            "value",
            name=op.f("uq_mention_server_id_message_id_scheme_value"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mention_server_id_scheme_value_at"), "mention", ["server_id", "scheme", "value", "at"])
    op.create_index(op.f("ix_mention_scheme_value"), "mention", ["scheme", "value"])
    op.create_table(
        "reply",
        sa.Column("id", KEY, nullable=False),
        sa.Column("server_id", SNOWFLAKE, nullable=False),
        sa.Column("channel_id", SNOWFLAKE, nullable=False),
        sa.Column("message_id", SNOWFLAKE),
        sa.Column("posted_id", SNOWFLAKE),
        sa.Column("due_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("reacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("hide_preview", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("server_id", "message_id", name=op.f("uq_reply_server_id_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reply_due_at"), "reply", ["due_at"])
    op.create_index(op.f("ix_reply_posted_id"), "reply", ["posted_id"])
    op.create_table(
        "card_message",
        sa.Column("message_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("server_id", SNOWFLAKE, nullable=False),
        sa.Column("channel_id", SNOWFLAKE, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_card_message")),
    )
    op.create_table(
        "card",
        sa.Column("message_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["card_message.message_id"],
            name=op.f("fk_card_message_id_card_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_card_paper_id_paper")),
        sa.PrimaryKeyConstraint("message_id", "paper_id", name=op.f("pk_card")),
    )
    op.create_index(op.f("ix_card_paper_id"), "card", ["paper_id"])


def _create_reading_list() -> None:
    op.create_table(
        "entry",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("saved_by", SNOWFLAKE),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_entry_paper_id_paper")),
        sa.PrimaryKeyConstraint("server_id", "paper_id", name=op.f("pk_entry")),
    )
    op.create_table(
        "vote",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id", "paper_id"],
            ["entry.server_id", "entry.paper_id"],
            name=op.f("fk_vote_server_id_paper_id_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("server_id", "paper_id", "user_id", name=op.f("pk_vote")),
    )
    op.create_table(
        "entry_tag",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("tag", CODE_POINT_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id", "paper_id"],
            ["entry.server_id", "entry.paper_id"],
            name=op.f("fk_entry_tag_server_id_paper_id_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("server_id", "paper_id", "tag", name=op.f("pk_entry_tag")),
    )
    op.create_table(
        "note",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id", "paper_id"],
            ["entry.server_id", "entry.paper_id"],
            name=op.f("fk_note_server_id_paper_id_entry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("server_id", "paper_id", "user_id", name=op.f("pk_note")),
    )
    op.create_table(
        "discussion",
        sa.Column("server_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("paper_id", KEY, autoincrement=False, nullable=False),
        sa.Column("channel_id", SNOWFLAKE, nullable=False),
        sa.Column("thread_id", SNOWFLAKE),
        sa.Column("lease_until", INSTANT),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_discussion_paper_id_paper")),
        sa.PrimaryKeyConstraint("server_id", "paper_id", name=op.f("pk_discussion")),
    )


def _create_process() -> None:
    op.create_table(
        "alive",
        sa.Column("shard_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alive_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("shard_id", name=op.f("pk_alive")),
    )
    op.create_table(
        "command_tree",
        sa.Column("application_id", SNOWFLAKE, autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_command_tree")),
    )
