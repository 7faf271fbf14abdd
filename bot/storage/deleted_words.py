"""Words of deleted notes, which SQLite's text index keeps."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection


async def drop_deleted_words(conn: AsyncConnection) -> None:
    """FTS5 only marks the words of a deleted row, until it merges its pieces some day (sqlite.org/fts5.html,
    "The 'optimize' Command"): here it merges them now. A second for 100,000 notes, nothing when none was deleted
    since. PostgreSQL keeps them in the row that goes."""
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql("INSERT INTO entry_search (entry_search) VALUES ('optimize')")
