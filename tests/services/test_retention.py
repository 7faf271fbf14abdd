"""Thirty days after a server removed the bot, nothing of it is left."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.services import retention as service
from bot.services.retention import Retention
from bot.storage import reading_list, servers
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.everything import fill, where
from tests.storage.examples import ADA, NOW, OTHER_SERVER, SERVER, make_paper, store

DAY = 24 * 3600


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def retention(db: Database, clock: VirtualClock) -> Retention:
    return Retention(db, clock)


def nowhere(_server_id: int) -> bool:
    return False


async def left(db: Database, *server_ids: int) -> None:
    async with db.write() as conn:
        for server_id in server_ids:
            await fill(conn, server_id, ADA)
            await servers.left(conn, server_id, NOW)


async def tables_with(db: Database, server_id: int) -> int:
    async with db.read() as conn:
        return len(await where(conn, server_id))


async def test_thirty_days_and_not_an_hour_less(
    retention: Retention, db: Database, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await left(db, SERVER)
    before = await tables_with(db, SERVER)
    clock.advance(30 * DAY - 3600)
    await retention.delete_due(nowhere)
    assert await tables_with(db, SERVER) == before
    assert caplog.messages == []
    clock.advance(3600)
    await retention.delete_due(nowhere)
    assert await tables_with(db, SERVER) == 0
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("Deleted the data of 1 servers that removed the bot 30 days ago: ")
    assert str(SERVER) not in caplog.text


async def test_a_server_that_the_bot_is_in_is_never_touched(
    retention: Retention, db: Database, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await left(db, SERVER, OTHER_SERVER)
    before = await tables_with(db, SERVER)
    clock.advance(40 * DAY)
    await retention.delete_due(lambda server_id: server_id == SERVER)
    assert await tables_with(db, SERVER) == before
    assert await tables_with(db, OTHER_SERVER) == 0
    assert "A server is noted as left, but the bot is in it; nothing of it is deleted" in caplog.messages


async def test_an_invitation_within_the_time_keeps_everything(
    retention: Retention, db: Database, clock: VirtualClock
) -> None:
    await left(db, SERVER)
    clock.advance(29 * DAY)
    async with db.write() as conn:
        await servers.joined(conn, SERVER, clock.now())
    before = await tables_with(db, SERVER)
    clock.advance(10 * DAY)
    await retention.delete_due(nowhere)
    assert await tables_with(db, SERVER) == before


async def test_being_listed_is_noticed_and_so_is_not_being(
    retention: Retention, db: Database, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with db.write() as conn:
        for server_id in (SERVER, OTHER_SERVER):
            await fill(conn, server_id, ADA)
    await retention.only_in([OTHER_SERVER], shard_id=0, shard_count=1)
    await retention.only_in([OTHER_SERVER], shard_id=0, shard_count=1)
    assert caplog.messages == ["Servers that removed the bot while it was away: 1; their data stays for 30 days"]
    clock.advance(30 * DAY)
    await retention.delete_due(nowhere)
    assert await tables_with(db, SERVER) == 0
    assert await tables_with(db, OTHER_SERVER) > 0


async def test_two_processes_and_a_few_rows_at_a_time(
    retention: Retention, db: Database, database_url: str, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 2)
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
        for n in range(20):
            await reading_list.save(conn, SERVER, await store(conn, make_paper(f"2401.{n:05}")), ADA, NOW)
    async with db.write() as conn:
        await servers.left(conn, SERVER, NOW)
    clock.advance(31 * DAY)
    other = await Database.open(database_url)
    try:
        async with asyncio.timeout(20):
            await asyncio.gather(retention.delete_due(nowhere), Retention(other, clock).delete_due(nowhere))
    finally:
        await other.close()
    assert await tables_with(db, SERVER) == 0


async def test_cut_off_in_the_middle_it_goes_on_the_next_time(
    retention: Retention, db: Database, clock: VirtualClock
) -> None:
    await left(db, SERVER)
    clock.advance(timedelta(days=31).total_seconds())
    calls = 0

    def killed(_server_id: int) -> bool:
        nonlocal calls
        calls += 1
        if calls > 5:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        await retention.delete_due(killed)
    assert await tables_with(db, SERVER) > 0
    await retention.delete_due(nowhere)
    assert await tables_with(db, SERVER) == 0
