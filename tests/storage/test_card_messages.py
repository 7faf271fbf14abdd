"""Which messages of the bot show which papers."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.domain.paper_cards import Form
from bot.storage import card_messages
from bot.storage.card_messages import Shown
from bot.storage.database import Connection, Database
from bot.storage.tables import card
from tests.storage.examples import NOW, OTHER_SERVER, SERVER, make_paper, store

CHANNEL = 613425648685547599
NEWEST = 2**63 - 1


async def record(
    conn: Connection, *cards: tuple[int, Form], message_id: int, server_id: int = SERVER, channel_id: int = CHANNEL
) -> None:
    await card_messages.record(conn, cards, server_id=server_id, channel_id=channel_id, message_id=message_id, now=NOW)


async def test_a_message_shows_its_papers_in_order(db: Database) -> None:
    async with db.write() as conn:
        first, second = await store(conn, make_paper("1")), await store(conn, make_paper("2"))
        await record(conn, (second, Form.SHORT), (first, Form.FULL), message_id=NEWEST)
        assert await card_messages.on_message(conn, SERVER, NEWEST) == [(second, Form.SHORT), (first, Form.FULL)]
        assert await card_messages.on_message(conn, OTHER_SERVER, NEWEST) == []
        assert await card_messages.on_message(conn, SERVER, 1) == []


async def test_what_is_recorded_last_counts(db: Database) -> None:
    async with db.write() as conn:
        first, second = await store(conn, make_paper("1")), await store(conn, make_paper("2"))
        await record(conn, (first, Form.FULL), (second, Form.FULL), message_id=1)
        await record(conn, (second, Form.SHORT), message_id=1)
        assert await card_messages.on_message(conn, SERVER, 1) == [(second, Form.SHORT)]
        assert await card_messages.showing(conn, SERVER, first, limit=10) == []


async def test_the_latest_messages_that_show_a_paper(db: Database) -> None:
    async with db.write() as conn:
        number, other = await store(conn, make_paper("1")), await store(conn, make_paper("2"))
        for message_id in (3, NEWEST, 1, 2):
            await record(conn, (number, Form.FULL), message_id=message_id, channel_id=message_id)
        await record(conn, (other, Form.FULL), message_id=4)
        await record(conn, (number, Form.FULL), message_id=5, server_id=OTHER_SERVER)
        assert await card_messages.showing(conn, SERVER, number, limit=3) == [
            Shown(NEWEST, NEWEST),
            Shown(3, 3),
            Shown(2, 2),
        ]
        assert await card_messages.showing(conn, OTHER_SERVER, number, limit=3) == [Shown(CHANNEL, 5)]


async def test_forgetting_messages_forgets_what_they_show(db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        for message_id in (1, 2):
            await record(conn, (number, Form.FULL), message_id=message_id)
        await record(conn, (number, Form.FULL), message_id=3, server_id=OTHER_SERVER)
        assert await card_messages.noted(conn, SERVER, [9, 2])
        assert not await card_messages.noted(conn, SERVER, [9, 3])
        assert not await card_messages.noted(conn, SERVER, [])
        await card_messages.forget(conn, SERVER, [1, 3, 9])
        assert not await card_messages.noted(conn, SERVER, [1])
        assert await card_messages.showing(conn, SERVER, number, limit=9) == [Shown(CHANNEL, 2)]
        assert await card_messages.on_message(conn, OTHER_SERVER, 3) == [(number, Form.FULL)]
        assert await conn.scalar(select(func.count()).select_from(card)) == 2
