"""Orders and filters of long reading lists."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_INDEXES = {
    "ix_entry_server_id_saved_at_paper_id": ("entry", ["server_id", "saved_at", "paper_id"]),
    "ix_entry_server_id_saved_by_saved_at_paper_id": ("entry", ["server_id", "saved_by", "saved_at", "paper_id"]),
    "ix_entry_tag_server_id_tag_paper_id": ("entry_tag", ["server_id", "tag", "paper_id"]),
}


def upgrade() -> None:
    for name, (table, columns) in _INDEXES.items():
        op.create_index(op.f(name), table, columns)


def downgrade() -> None:
    for name, (table, _) in _INDEXES.items():
        op.drop_index(op.f(name), table_name=table)
