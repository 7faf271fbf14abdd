"""Who shared which paper where: rows of ids, never of text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.links import Link
from bot.domain.paper_cards import Mention
from bot.domain.papers import PaperId
from bot.storage.database import insert_on
from bot.storage.paper_ids import names
from bot.storage.prepared import Prepared
from bot.storage.tables import mention

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert

# built once: a start asks it for every server
_MESSAGES_SINCE = (
    select(mention.c.channel_id, mention.c.message_id)
    .where(
        mention.c.server_id == bindparam("server"),
        mention.c.message_id.is_not(None),
        mention.c.channel_id.is_not(None),
        mention.c.at >= bindparam("since"),
    )
    .distinct()
)


async def one_at_a_time(conn: AsyncConnection, message_id: int) -> None:
    """Two changes of one message never cross until the transaction ends, else each may wait for a row that the other
    has. SQLite has one writer in any case."""
    if conn.dialect.name == "postgresql":
        await conn.execute(select(func.pg_advisory_xact_lock(message_id)))


async def of_message(conn: AsyncConnection, server_id: int, message_id: int) -> list[Mention]:
    """The papers of one message in order of appearance."""
    rows = await _OF_MESSAGE.rows(conn, {"server": server_id, "message": message_id})
    return [
        Mention(
            paper=PaperId(row.scheme, row.value),
            position=row.position,
            quiet=row.quiet,
            dismissed=row.dismissed,
        )
        for row in rows
    ]


async def add(
    conn: AsyncConnection,
    links: Sequence[Link],
    *,
    server_id: int,
    channel_id: int,
    message_id: int,
    author_id: int,
    at: datetime,
) -> None:
    """Notes each link of a message; one that is noted already only takes the new place and quietness."""
    rows = [
        {
            "server_id": server_id,
            "channel_id": channel_id,
            "message_id": message_id,
            "author_id": author_id,
            "scheme": link.paper.scheme,
            "value": link.paper.value,
            "position": position,
            "quiet": link.quiet,
            "dismissed": False,
            "at": at,
        }
        for position, link in enumerate(links)
    ]
    await _NOTING.run(conn, *rows)


def _noting(dialect: str) -> Insert:
    statement = insert_on(dialect, mention)
    return statement.on_conflict_do_update(
        index_elements=["server_id", "message_id", "scheme", "value"],
        set_={"position": statement.excluded.position, "quiet": statement.excluded.quiet},
    )


# every message with a link needs these
_NOTING = Prepared(_noting)
_OF_MESSAGE = Prepared(
    lambda _dialect: (
        select(mention.c.scheme, mention.c.value, mention.c.position, mention.c.quiet, mention.c.dismissed)
        .where(mention.c.server_id == bindparam("server"), mention.c.message_id == bindparam("message"))
        .order_by(mention.c.position)
    )
)


async def remove(conn: AsyncConnection, server_id: int, message_id: int, papers: Collection[PaperId]) -> None:
    """Takes back what an edit took out of the message."""
    await conn.execute(
        delete(mention).where(
            mention.c.server_id == server_id,
            mention.c.message_id == message_id,
            names(mention, papers),
        )
    )


async def forget_messages(conn: AsyncConnection, server_id: int, message_ids: Collection[int]) -> None:
    """A deleted message takes its author and place with it; that the paper was shared once remains."""
    await conn.execute(
        update(mention)
        .where(mention.c.server_id == server_id, mention.c.message_id.in_(message_ids))
        .values(author_id=None, channel_id=None, message_id=None)
    )


async def messages_since(conn: AsyncConnection, server_id: int, since: datetime) -> list[tuple[int, int]]:
    """Channel and id of the messages from then on of which anything is noted."""
    rows = await conn.execute(_MESSAGES_SINCE, {"server": server_id, "since": since})
    return [(row.channel_id, row.message_id) for row in rows]


async def author_of(conn: AsyncConnection, server_id: int, message_id: int) -> int | None:
    """Who posted the message."""
    author_id: int | None = await conn.scalar(
        select(mention.c.author_id).where(mention.c.server_id == server_id, mention.c.message_id == message_id).limit(1)
    )
    return author_id


async def dismiss(conn: AsyncConnection, server_id: int, message_id: int, papers: Collection[PaperId]) -> None:
    """The card of these papers is not wanted under that message."""
    await conn.execute(
        update(mention)
        .where(
            mention.c.server_id == server_id,
            mention.c.message_id == message_id,
            names(mention, papers),
        )
        .values(dismissed=True)
    )


async def noted(conn: AsyncConnection, server_id: int, message_ids: Collection[int]) -> set[int]:
    """Those of these messages of which anything is noted."""
    rows = await conn.scalars(
        select(mention.c.message_id)
        .where(mention.c.server_id == server_id, mention.c.message_id.in_(message_ids))
        .distinct()
    )
    return {message_id for message_id in rows if message_id is not None}
