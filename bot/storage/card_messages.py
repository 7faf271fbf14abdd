"""Which messages of the bot show which papers, so that their counts can follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper_cards import Form
from bot.storage.database import insert_on
from bot.storage.prepared import Prepared
from bot.storage.tables import card, card_message


class Shown(NamedTuple):
    """A message of the bot that shows a paper."""

    channel_id: int
    message_id: int


async def record(
    conn: AsyncConnection,
    cards: Sequence[tuple[int, Form]],
    *,
    server_id: int,
    channel_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Notes that a message shows these papers (number and form) in this order; replaces what was noted before."""
    message = {"message_id": message_id, "server_id": server_id, "channel_id": channel_id, "made_at": now}
    await _NOTE_MESSAGE.run(conn, message)
    await _FORGET_CARDS.run(conn, {"message": message_id})
    shown = [
        {"message_id": message_id, "paper_id": number, "position": position, "form": form.value}
        for position, (number, form) in enumerate(cards)
    ]
    await _NOTE_CARDS.run(conn, *shown)


_NOTE_MESSAGE = Prepared(lambda dialect: insert_on(dialect, card_message).on_conflict_do_nothing())
_FORGET_CARDS = Prepared(lambda _dialect: delete(card).where(card.c.message_id == bindparam("message")))
_NOTE_CARDS = Prepared(lambda dialect: insert_on(dialect, card).on_conflict_do_nothing())


async def on_message(conn: AsyncConnection, server_id: int, message_id: int) -> list[tuple[int, Form]]:
    """What a message of the bot shows: numbers and forms in order; empty when it is not known."""
    rows = await _ON_MESSAGE.rows(conn, {"message": message_id, "server": server_id})
    return [(row.paper_id, Form(row.form)) for row in rows]


_ON_MESSAGE = Prepared(
    lambda _dialect: (
        select(card.c.paper_id, card.c.form)
        .join(card_message, card_message.c.message_id == card.c.message_id)
        .where(card.c.message_id == bindparam("message"), card_message.c.server_id == bindparam("server"))
        .order_by(card.c.position)
    )
)


async def showing(conn: AsyncConnection, server_id: int, number: int, *, limit: int) -> list[Shown]:
    """The latest messages of this server that show a paper."""
    rows = await _SHOWING.rows(conn, {"paper": number, "server": server_id, "most": limit})
    return [Shown(*row) for row in rows]


_SHOWING = Prepared(
    lambda _dialect: (
        select(card_message.c.channel_id, card_message.c.message_id)
        .join(card, card.c.message_id == card_message.c.message_id)
        .where(card.c.paper_id == bindparam("paper"), card_message.c.server_id == bindparam("server"))
        .order_by(card_message.c.message_id.desc())
        .limit(bindparam("most"))
    )
)


async def noted(conn: AsyncConnection, server_id: int, message_ids: Collection[int]) -> bool:
    """Whether any of these messages is one of the bot's that shows cards."""
    return (
        await conn.scalar(
            select(card_message.c.message_id)
            .where(card_message.c.server_id == server_id, card_message.c.message_id.in_(message_ids))
            .limit(1)
        )
    ) is not None


async def forget(conn: AsyncConnection, server_id: int, message_ids: Collection[int]) -> None:
    """These messages are gone."""
    await conn.execute(
        delete(card_message).where(card_message.c.server_id == server_id, card_message.c.message_id.in_(message_ids))
    )
