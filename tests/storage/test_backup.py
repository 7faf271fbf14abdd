"""A copy that can be opened, made while the bot writes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.storage.backup import backup
from bot.storage.database import Database, StorageError, insert
from bot.storage.migrate import schema_state
from bot.storage.tables import alive, source_gate
from tests.engines import migrated_sqlite, sqlite_url
from tests.storage.examples import NOW


@pytest.fixture
def url(tmp_path: Path) -> str:
    return migrated_sqlite(tmp_path)


async def test_the_copy_is_one_moment_of_a_database_in_use(url: str, tmp_path: Path) -> None:
    db = await Database.open(url)
    stop = asyncio.Event()
    written = 0

    async def keep_writing() -> None:
        nonlocal written
        while not stop.is_set():
            async with db.write() as conn:  # two tables that always hold as many rows
                await conn.execute(insert(conn, source_gate).values(source=str(written), next_at=NOW, failures=0))
                await conn.execute(insert(conn, alive).values(shard_id=written, alive_at=NOW))
            written += 1

    writing = asyncio.create_task(keep_writing())
    copies = []
    for number in range(5):
        before = written
        copies.append((tmp_path / f"copy{number}.db", before))
        await asyncio.to_thread(backup, url, copies[-1][0])
    stop.set()
    await writing
    await db.close()
    assert written > 5
    for path, before in copies:
        copy = await Database.open(sqlite_url(path))
        assert (await schema_state(copy)).up_to_date
        async with copy.read() as conn:
            gates = await conn.scalar(select(func.count()).select_from(source_gate))
            shards = await conn.scalar(select(func.count()).select_from(alive))
            assert (await conn.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
        await copy.close()
        assert gates == shards
        assert gates is not None
        assert gates >= before


def test_it_works_when_the_bot_is_not_running(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert {path.name for path in tmp_path.iterdir()} == {"bot.db", "copy.db"}


def test_nothing_is_overwritten(url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(StorageError, match="is there already"):
        backup(url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_part_left_by_a_crash_is_replaced(url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db.part").write_text("half")
    backup(url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db.part").exists()


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("sqlite+aiosqlite:///{folder}/nothing.db", "copy.db", "There is no database"),
        ("sqlite+aiosqlite:///{folder}/text.db", "copy.db", "is not a SQLite database"),
        ("sqlite+aiosqlite:///{folder}/bot.db", "no/folder/copy.db", "There is no folder"),
        ("postgresql+asyncpg://bot:hunter2@localhost/papers", "copy.db", "pg_dump"),
    ],
)
def test_what_cannot_be_copied_says_why(url: str, tmp_path: Path, source: str, target: str, says: str) -> None:
    (tmp_path / "text.db").write_text("not a database" * 100)
    with pytest.raises(StorageError, match=says) as refused:
        backup(source.format(folder=tmp_path), tmp_path / target)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / target).exists()
