"""Cards as they should read now; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.paper_cards import Card, Form
from bot.storage import card_messages, papers
from bot.storage.community import community
from bot.storage.database import Connection


async def cards_now(conn: Connection, server_id: int, wanted: Sequence[tuple[int, Form]]) -> list[Card]:
    """Of these papers (number and form), in this order. One that is not known any more has none."""
    numbers = [number for number, _ in wanted]
    stored = await papers.by_numbers(conn, numbers)
    known_here = await community(conn, server_id, numbers)
    return [
        Card(paper=stored[number], community=known_here[number], form=form)
        for number, form in wanted
        if number in stored
    ]


async def cards_on(conn: Connection, server_id: int, message_id: int, seen: Sequence[tuple[int, Form]]) -> list[Card]:
    """Of a message of the bot; `seen` is what its buttons say, for a message not noted yet."""
    noted = await card_messages.on_message(conn, server_id, message_id)
    return await cards_now(conn, server_id, noted or seen)
