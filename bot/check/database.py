"""What `check` finds out about the database and the disk it lies on. It only looks: `run` makes and migrates."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bot.check.finding import NO_DATABASE, Finding
from bot.storage.database import Database, StorageError
from bot.storage.engine import BUSY_TIMEOUT_MS, sqlite_path
from bot.storage.migrate import schema_state

FREE_BYTES = 1_000_000_000
"""Less than this on the disk is worth a warning; so is less than twice the database, since a backup and the log beside
the file need as much again."""

SAFE_SQLITE = (3, 51, 3)
"""Before this version two connections that checkpoint at once can damage a write-ahead log (sqlite.org/wal.html)."""

_STEPS = 10_000
"""Instructions of SQLite's between two looks at the time."""


class OpenedDatabase(NamedTuple):
    """The database where it could be opened and has this version's schema, and what there is to say."""

    finding: Finding
    path: Path | None
    database: Database | None

    @classmethod
    async def open(cls, url: str) -> OpenedDatabase:
        """Neither makes nor changes anything."""
        path = sqlite_path(url)
        if path is not None and not path.exists():
            return cls(Finding("warn", "database", f"{path} is not there yet; run makes it"), path, None)
        try:
            database = await Database.open(url)
        except StorageError as unusable:
            return cls(Finding("fail", "database", str(unusable), NO_DATABASE), path, None)
        state = await schema_state(database)
        if not state.up_to_date:
            await database.close()
            words = f"schema {state.revision or 'empty'}; run and migrate bring it to {state.head}"
            return cls(Finding("warn", "database", words), path, None)
        return cls(Finding("ok", "database", f"{path or 'PostgreSQL'}, schema {state.revision}"), path, database)

    async def close(self) -> None:
        """Where it was opened."""
        if self.database is not None:
            await self.database.close()


async def probe_database(opened: OpenedDatabase, *, timeout_seconds: float) -> list[Finding]:
    """Findings on the database, and for SQLite on the disk and the library."""
    if opened.path is None:
        return [opened.finding]
    database = opened.finding
    if database.verdict != "fail" and opened.path.exists():
        damage = await asyncio.to_thread(_damage, opened.path, timeout_seconds)
        database = damage or database
    return [database, _disk(opened.path), _library(sqlite3.sqlite_version_info)]


def _damage(path: Path, timeout_seconds: float) -> Finding | None:
    """Reads the whole file through a connection that never writes."""
    until = time.monotonic() + timeout_seconds
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as failed:
        if failed.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            words = f"too large to be read through in {timeout_seconds:.0f} s; sqlite3 {path} 'PRAGMA quick_check' does"
            return Finding("warn", "database", words)
        said = str(failed)
    if said == "ok":
        return None
    words = f"{path} is damaged ({said.splitlines()[-1]}); stop the bot and put the last backup in its place"
    return Finding("fail", "database", words, NO_DATABASE)


def _disk(path: Path) -> Finding:
    size = sum(part.stat().st_size for part in (path, path.with_name(f"{path.name}-wal")) if part.exists())
    there = next(folder for folder in path.resolve().parents if folder.exists())
    free = shutil.disk_usage(there).free
    words = f"{_bytes(free)} free, the database has {_bytes(size)}"
    if free < max(FREE_BYTES, 2 * size):
        return Finding("warn", "disk", f"{words}; make room, or move it to another disk")
    return Finding("ok", "disk", words)


def _library(version: tuple[int, ...]) -> Finding:
    number = ".".join(map(str, version))
    if version >= SAFE_SQLITE:
        return Finding("ok", "sqlite", number)
    safe = ".".join(map(str, SAFE_SQLITE))
    words = f"{number} can damage a file that two programs write to; run one bot on it, or use SQLite {safe} or newer"
    return Finding("warn", "sqlite", words)


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= FREE_BYTES else f"{count / 1e6:.1f} MB"
