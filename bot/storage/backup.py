"""A copy of a SQLite database, also while the bot writes to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage.engine import BUSY_TIMEOUT_MS, StorageError, explained, sqlite_path


def backup(url: str, target: Path) -> None:
    """Copies the state of one moment to a file that must not be there yet. Blocks; raises StorageError.

    It reads in one transaction and never waits for the bot's writes, nor they for it. A crash leaves at most a file
    that ends in `.part`.
    """
    source = sqlite_path(url)
    if source is None:
        raise StorageError("This copies SQLite databases. For PostgreSQL use its own pg_dump.")
    if not source.exists():
        raise StorageError(f"There is no database at {source} yet.")
    if not target.parent.is_dir():
        raise StorageError(f"There is no folder {target.parent} for the copy.")
    if target.exists():
        raise StorageError(f"{target} is there already; name a new file.")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        _copy(url, source, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except sqlite3.Error as failed:
        raise StorageError(f"{source} could not be copied to {target}: {failed}.") from failed
    except OSError as failed:
        raise StorageError(f"{target} could not be written: {failed.strerror}.") from failed
    finally:
        part.unlink(missing_ok=True)


def _copy(url: str, source: Path, target: Path) -> None:
    # As a read-only connection it never checkpoints: two that do at once can corrupt the log (see open_engine).
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        with explained(url):  # below, SQLite would name the copy, whatever is wrong with the database
            connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("VACUUM INTO ?", (str(target),))
