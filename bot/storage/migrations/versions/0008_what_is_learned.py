"""Reports, explanations, resources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", _KEY, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("made_work", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("edited_at", _INSTANT, nullable=True),
        sa.Column("shown_at", _INSTANT, nullable=True),
        sa.Column("waits_until", _INSTANT, nullable=True),
        sa.Column("pending", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("leaving", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hidden_at", _INSTANT, nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.Column("contested_at", _INSTANT, nullable=True),
        sa.Column("contested_with", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_report_paper_id_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("server_id", "paper_id", "author_id", name=op.f("uq_report_server_id_paper_id_author_id")),
    )
    op.create_index(op.f("ix_report_paper_id"), "report", ["paper_id"])
    op.create_index(op.f("ix_report_shown_at"), "report", ["shown_at"])
    op.create_index(op.f("ix_report_waits_until"), "report", ["waits_until"])
    op.create_table(
        "report_edit",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_edit_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_edit")),
    )
    op.create_index(op.f("ix_report_edit_report_id"), "report_edit", ["report_id"])
    op.create_table(
        "report_confirmation",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_confirmation_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "user_id", name=op.f("pk_report_confirmation")),
    )
    op.create_table(
        "report_answer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("says_author", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("difference_at", _INSTANT, nullable=True),
        sa.Column("shown_at", _INSTANT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_answer_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_answer")),
    )
    op.create_index(op.f("ix_report_answer_report_id"), "report_answer", ["report_id"])
    op.create_table(
        "explanation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", _KEY, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_explanation_paper_id_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
        sa.UniqueConstraint("server_id", "paper_id", "user_id", name=op.f("uq_explanation_server_id_paper_id_user_id")),
    )
    op.create_index(op.f("ix_explanation_paper_id"), "explanation", ["paper_id"])
    op.create_table(
        "explanation_vote",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("explanation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_explanation_vote_paper_id_paper")),
        sa.ForeignKeyConstraint(
            ["explanation_id"],
            ["explanation.id"],
            name=op.f("fk_explanation_vote_explanation_id_explanation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("server_id", "paper_id", "user_id", name=op.f("pk_explanation_vote")),
    )
    op.create_index(op.f("ix_explanation_vote_explanation_id"), "explanation_vote", ["explanation_id"])
    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("first_id", _KEY, nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_resource_paper_id_paper")),
        sa.ForeignKeyConstraint(["first_id"], ["paper.id"], name=op.f("fk_resource_first_id_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint(
            "server_id", "paper_id", "kind", "link", name=op.f("uq_resource_server_id_paper_id_kind_link")
        ),
    )
    op.create_index(op.f("ix_resource_paper_id"), "resource", ["paper_id"])
    op.create_index(
        op.f("ix_resource_server_id_paper_id_first_id"), "resource", ["server_id", "paper_id", "first_id"], unique=True
    )
    op.create_table(
        "resource_list",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.Column("posting_since", _INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_resource_list_paper_id_paper")),
        sa.PrimaryKeyConstraint("server_id", "paper_id", name=op.f("pk_resource_list")),
    )


def downgrade() -> None:
    for table in (
        "resource_list",
        "resource",
        "explanation_vote",
        "explanation",
        "report_answer",
        "report_confirmation",
        "report_edit",
        "report",
    ):
        op.drop_table(table)
