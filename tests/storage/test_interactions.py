"""Which presses and commands were carried out."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.storage import interactions
from bot.storage.database import Database
from bot.storage.tables import interaction
from tests.storage.examples import NOW, after

ID, LATER = 613425648685547541, 2**63 - 1


async def test_an_interaction_is_carried_out_once(db: Database) -> None:
    async def first() -> bool:
        async with db.write() as conn:
            return await interactions.first(conn, ID, NOW)

    assert sorted(await asyncio.gather(*(first() for _ in range(10)))) == [False] * 9 + [True]


async def test_what_discord_takes_no_answer_for_is_forgotten(db: Database) -> None:
    async with db.write() as conn:
        assert await interactions.first(conn, ID, NOW)
        assert not await interactions.first(conn, ID, after(15))
        assert await interactions.first(conn, LATER, after(15.1))
        assert list(await conn.scalars(select(interaction.c.id))) == [LATER]
