"""Cards as they should read now, and the messages that show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.clock import Clock
from bot.domain.paper_cards import Card, Form
from bot.errors import NotFound
from bot.storage import card_messages, papers
from bot.storage.card_messages import Shown
from bot.storage.community import community
from bot.storage.database import Connection, Database

CARDS_KEPT_CURRENT = 10
"""How many messages that show one paper follow its counts: the latest ones."""


class Cards:
    """With what the server knows of a paper at the moment."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def card(self, server_id: int, number: int) -> Card:
        """A paper's full card, as this server knows it."""
        cards = await self.cards(server_id, [(number, Form.FULL)])
        if not cards:
            raise NotFound("That paper is not known here any more. Paste its link again.")
        return cards[0]

    async def cards(self, server_id: int, wanted: Sequence[tuple[int, Form]]) -> list[Card]:
        """The cards of these papers (number and form) in this order; one that is not known any more has none."""
        return await self._db.read_at_once(lambda conn: cards_now(conn, server_id, wanted))

    async def cards_on(self, server_id: int, message_id: int, seen: Sequence[tuple[int, Form]]) -> list[Card]:
        """The cards of a message of the bot as they should read now; `seen` is what its buttons say, for a message
        not noted yet."""
        return await self._db.read_at_once(lambda conn: cards_on(conn, server_id, message_id, seen))

    async def showing(self, server_id: int, number: int) -> list[Shown]:
        """The latest messages that show this paper in this server."""
        return await self._db.read_at_once(
            lambda conn: card_messages.showing(conn, server_id, number, limit=CARDS_KEPT_CURRENT)
        )

    async def shown(self, server_id: int, channel_id: int, message_id: int, cards: Sequence[Card]) -> None:
        """Notes that a message of the bot (an answer to a command, say) shows these cards."""
        async with self._db.write() as conn:
            await record_shown(conn, server_id, channel_id, message_id, cards, now=self._clock.now())


async def cards_on(conn: Connection, server_id: int, message_id: int, seen: Sequence[tuple[int, Form]]) -> list[Card]:
    """As `Cards.cards_on`, in the caller's transaction."""
    noted = await card_messages.on_message(conn, server_id, message_id)
    return await cards_now(conn, server_id, noted or seen)


async def record_shown(
    conn: Connection, server_id: int, channel_id: int, message_id: int, cards: Sequence[Card], *, now: datetime
) -> None:
    """As `Cards.shown`, in the caller's transaction."""
    await card_messages.record(
        conn,
        [(card.paper.number, card.form) for card in cards],
        server_id=server_id,
        channel_id=channel_id,
        message_id=message_id,
        now=now,
    )


async def cards_now(conn: Connection, server_id: int, wanted: Sequence[tuple[int, Form]]) -> list[Card]:
    """As `Cards.cards`, in the caller's transaction."""
    numbers = [number for number, _ in wanted]
    stored = await papers.by_numbers(conn, numbers)
    known_here = await community(conn, server_id, numbers)
    return [
        Card(paper=stored[number], community=known_here[number], form=form)
        for number, form in wanted
        if number in stored
    ]
