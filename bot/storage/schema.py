"""Which migration a database has seen, against the newest one here."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
"""Files in `versions` begin with their revision: `0001_…`, `0002_…`, one line without branches."""


class SchemaState(NamedTuple):
    """`revision` is None when nothing was migrated yet."""

    revision: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        return self.revision == self.head

    @property
    def newer(self) -> bool:
        """Made by a later version of the bot, so this one cannot know what it means."""
        return self.revision is not None and self.revision > self.head


def read_state(conn: Connection) -> SchemaState:
    """Reads the state through any connection."""
    revision: str | None = None
    if inspect(conn).has_table("alembic_version"):
        revision = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return SchemaState(revision, _head())


def _head() -> str:
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
