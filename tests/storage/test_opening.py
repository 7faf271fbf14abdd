"""What cannot be opened says why in one line, and never a password."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database, StorageError
from bot.storage.migrate import migrate, schema_state
from tests.engines import migrated_sqlite, postgres_url, sqlite_url

NOBODY = 65534


async def refusal(url: str) -> str:
    with pytest.raises(StorageError) as refused:
        await Database.open(url)
    with pytest.raises(StorageError) as not_migrated:
        await migrate(url)
    for error in (refused, not_migrated):
        assert "\n" not in str(error.value)
    assert str(refused.value) == str(not_migrated.value)
    return str(refused.value)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user may write to, wherever the tests keep theirs."""
    folder = Path(tempfile.mkdtemp(prefix="paperclub-"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may write anywhere, so what is refused to others is tested as one of them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "new" / "folders" / "bot.db")
    db = await Database.open(url)
    state = await schema_state(db)
    await db.close()
    assert (tmp_path / "new" / "folders" / "bot.db").exists()
    assert state.revision is None
    assert not state.up_to_date


async def test_a_migrated_database_is_up_to_date(db: Database) -> None:
    state = await schema_state(db)
    assert state.up_to_date
    assert state.revision == state.head


async def test_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"not a database at all" * 100)
    assert "not a SQLite database" in await refusal(sqlite_url(tmp_path / "bot.db"))


async def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "bot.db").mkdir()
    assert "is a folder" in await refusal(sqlite_url(tmp_path / "bot.db"))


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    assert "cannot be made" in await refusal(sqlite_url(tmp_path / "data" / "bot.db"))


@pytest.mark.usefixtures("ordinary_user")
async def test_a_folder_that_cannot_be_written_to(open_folder: Path) -> None:
    (open_folder / "data").mkdir()
    (open_folder / "data").chmod(0o555)
    line = await refusal(sqlite_url(open_folder / "data" / "bot.db"))
    (open_folder / "data").chmod(0o777)
    assert "cannot be written to" in line


async def test_a_read_only_file(open_folder: Path, request: pytest.FixtureRequest) -> None:
    url = migrated_sqlite(open_folder)
    (open_folder / "bot.db").chmod(0o444)
    request.getfixturevalue("ordinary_user")
    assert "read-only" in await refusal(url)


async def test_opening_waits_for_another_process_that_is_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = migrated_sqlite(tmp_path)
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits = []

        async def until_the_other_is_done(seconds: float) -> None:
            waits.append(seconds)
            other.execute("COMMIT")

        monkeypatch.setattr(asyncio, "sleep", until_the_other_is_done)
        db = await Database.open(url)
        await db.close()
    assert len(waits) == 1


async def test_a_newer_schema(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    db = await Database.open(empty_database_url)
    async with db.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9000'"))
    await db.close()
    assert "newer version of the bot" in await refusal(empty_database_url)


async def test_nobody_at_the_address() -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        line = await refusal(f"postgresql+asyncpg://bot:hunter2@127.0.0.1:{port}/papers")
    assert "Cannot connect to PostgreSQL, database papers at 127.0.0.1" in line
    assert "hunter2" not in line


@pytest.mark.postgres
async def test_a_database_that_does_not_exist() -> None:
    line = await refusal(postgres_url("nothing_here").replace("postgres@", "postgres:hunter2@"))
    assert 'database "nothing_here" does not exist' in line
    assert "hunter2" not in line
