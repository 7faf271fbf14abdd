"""A database that fails a running bot for a while."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.storage.database import Database, insert
from bot.storage.outages import DatabaseAway
from bot.storage.tables import alive
from tests.engines import _migrated_postgres, _postgres, migrated_sqlite
from tests.storage.examples import NOW


async def write(db: Database, number: int) -> None:
    async with db.write() as conn:
        await conn.execute(insert(conn, alive).values(shard_id=number, alive_at=NOW))


async def count(db: Database) -> int:
    async with db.read() as conn:
        return await conn.scalar(select(func.count()).select_from(alive)) or 0


@pytest.mark.postgres
async def test_postgresql_goes_away_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    """What happens when: PostgreSQL goes away while the bot runs."""
    db = await Database.open(_migrated_postgres())
    server = _postgres()
    await write(db, 1)
    try:

        async def lose_it_in_the_middle() -> None:
            async with db.write() as conn:
                await conn.execute(insert(conn, alive).values(shard_id=2, alive_at=NOW))
                server.stop()
                await conn.execute(insert(conn, alive).values(shard_id=3, alive_at=NOW))

        with caplog.at_level(logging.ERROR):
            with pytest.raises(DatabaseAway, match="I cannot use my database just now"):
                await lose_it_in_the_middle()
            for access in (write(db, 4), count(db)):
                with pytest.raises(DatabaseAway, match="I cannot use my database just now"):
                    await access
        assert [record.getMessage().startswith("The database cannot be used") for record in caplog.records] == [True]
    finally:
        server.ensure_postgres_running()
    assert await count(db) == 1, "neither half of the write that was cut"
    await write(db, 5)
    async with db.write() as conn:
        await conn.execute(alive.delete())
    await db.close()


async def test_no_more_room_in_the_file(tmp_path: Path) -> None:
    """What happens when: the disk is full while the bot runs. Here SQLite itself is told not to let the file grow."""
    db = await Database.open(migrated_sqlite(tmp_path))
    async with db.read() as conn:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar()
        await conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def write_much() -> None:
        async with db.write() as conn:
            rows = [{"shard_id": number, "alive_at": NOW} for number in range(10_000)]
            await conn.execute(insert(conn, alive), rows)

    with pytest.raises(DatabaseAway, match="I cannot use my database just now") as away:
        await write_much()
    assert "full" in away.value.reason
    assert await count(db) == 0
    async with db.read() as conn:
        await conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await write(db, 1)
    assert await count(db) == 1
    await db.close()
