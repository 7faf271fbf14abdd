"""Schedules and what comes due, rounds with their ballots, digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("server", sa.Column("ping_role_id", sa.BigInteger(), nullable=True))
    op.add_column("discussion", sa.Column("messages_told", sa.Integer(), nullable=True))
    op.create_table(
        "schedule",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("candidates", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("server_id", "kind", name=op.f("pk_schedule")),
    )
    op.create_table(
        "round",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.Column("list_message_id", sa.BigInteger(), nullable=True),
        sa.Column("poll_message_id", sa.BigInteger(), nullable=True),
        sa.Column("winner_id", _KEY, nullable=True),
        sa.Column("tie", sa.Text(), nullable=True),
        sa.Column("result_message_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("card_message_id", sa.BigInteger(), nullable=True),
        sa.Column("meeting_at", _INSTANT, nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["winner_id"], ["paper.id"], name=op.f("fk_round_winner_id_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("server_id", "number", name=op.f("uq_round_server_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_round_poll_message_id"), "round", ["poll_message_id"])
    running = sa.text("state IN ('opening', 'open', 'closing', 'telling')")
    op.create_index(
        "ix_round_running", "round", ["server_id"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "candidate",
        sa.Column("round_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paper_id", _KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nominated_by", sa.BigInteger(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_candidate_round_id_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_candidate_paper_id_paper")),
        sa.PrimaryKeyConstraint("round_id", "position", name=op.f("pk_candidate")),
        sa.UniqueConstraint("round_id", "paper_id", name=op.f("uq_candidate_round_id_paper_id")),
    )
    op.create_table(
        "nomination",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", _KEY, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_nomination_paper_id_paper")),
        sa.PrimaryKeyConstraint("server_id", "user_id", name=op.f("pk_nomination")),
    )
    op.create_table(
        "presenter",
        sa.Column("round_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_presenter_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "user_id", name=op.f("pk_presenter")),
    )
    op.create_table(
        "digest",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("outside_id", _KEY, nullable=True),
        sa.Column("past_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(["outside_id"], ["paper.id"], name=op.f("fk_digest_outside_id_paper")),
        sa.ForeignKeyConstraint(["past_id"], ["paper.id"], name=op.f("fk_digest_past_id_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_digest_server_id"), "digest", ["server_id", "until"])
    op.create_table(
        "occurrence",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wake_at", _INSTANT, nullable=True),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("round_id", _KEY, nullable=True),
        sa.Column("digest_id", _KEY, nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_occurrence_round_id_round")),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_occurrence_digest_id_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("server_id", "kind", "due_at", name=op.f("uq_occurrence_server_id_kind_due_at")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_occurrence_wake_at"), "occurrence", ["wake_at"])
    op.create_index(op.f("ix_occurrence_round_id"), "occurrence", ["round_id"])


def downgrade() -> None:
    for table in ("occurrence", "digest", "presenter", "nomination", "candidate", "round", "schedule"):
        op.drop_table(table)
    op.drop_column("discussion", "messages_told")
    op.drop_column("server", "ping_role_id")
