"""A long list is written while others go on."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.domain.export.files import Format
from bot.errors import NotFound, UserError
from bot.services.export import Exports
from bot.storage import reading_list
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import ADA, NOW, SERVER, make_paper, store

PAPERS = 130
"""More than two parts."""


@pytest.fixture
async def exports(db: Database) -> Exports:
    async with db.write() as conn:
        for value in range(PAPERS):
            number = await store(conn, make_paper(f"2401.{value:05}", title=f"Title {value}"))
            await reading_list.save(conn, SERVER, number, ADA, NOW)
    return Exports(db, VirtualClock(NOW))


async def file(exports: Exports, wanted: Format = "JSON", most_bytes: int = 10**7) -> bytes:
    made = await exports.file(SERVER, wanted, server_name="Club", most_bytes=most_bytes)
    assert made.entries == PAPERS
    return made.content


async def test_all_entries_stand_in_it_in_order(exports: Exports) -> None:
    ids = [paper["id"] for paper in json.loads(await file(exports))["papers"]]
    assert ids == [f"arxiv:2401.{value:05}" for value in range(PAPERS)]


async def test_others_use_the_database_meanwhile(exports: Exports, db: Database) -> None:
    written = asyncio.create_task(file(exports))
    turns = 0
    while not written.done():
        async with db.read() as conn:
            await reading_list.servers(conn)
        turns += 1
    await written
    assert turns > 2


async def test_too_large_even_when_packed(exports: Exports) -> None:
    packed = await exports.file(SERVER, "JSON", server_name="Club", most_bytes=15_000)
    assert (packed.name, packed.content[:2]) == ("club-2026-03-02.json.zip", b"PK")
    with pytest.raises(UserError, match="too much for one file"):
        await exports.file(SERVER, "JSON", server_name="Club", most_bytes=500)
    with pytest.raises(NotFound, match="The reading list is empty"):
        await exports.file(SERVER + 1, "JSON", server_name="Club", most_bytes=500)
