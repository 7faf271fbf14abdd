"""Digests, and what one is made of. Every statement names the server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.categories import field_of
from bot.domain.digest import Shared
from bot.storage.database import insert
from bot.storage.paper_ids import same_id
from bot.storage.tables import card_message, digest, discussion, mention, paper, paper_alias, vote

KNOWN = 500
"""Of papers that may be named from outside or from the past, at most so many of each kind are weighed."""

_SERVER: BindParameter[int] = bindparam("server")
_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")

# built once: a digest asks all of them, and building one takes longer than carrying it out
_LAST_UNTIL = select(func.max(digest.c.until)).where(digest.c.server_id == _SERVER, digest.c.message_id.is_not(None))
_NAMED = select(digest.c.outside_id, digest.c.past_id).where(
    digest.c.server_id == _SERVER, digest.c.until >= _SINCE, digest.c.id != bindparam("but")
)
_MENTIONS = (
    select(paper.c.id, paper.c.primary_category, func.min(mention.c.at).label("at"))
    .join(paper_alias, paper_alias.c.paper_id == paper.c.id)
    .join(mention, same_id(mention, paper_alias))
    .where(mention.c.server_id == _SERVER, mention.c.at >= _SINCE, mention.c.at < _UNTIL)
    .group_by(paper.c.id, paper.c.primary_category, func.coalesce(mention.c.message_id, -mention.c.id))
    .order_by(func.min(mention.c.at))
)
_VOTES = (
    select(vote.c.paper_id, func.count().label("votes"))
    .where(vote.c.server_id == _SERVER, vote.c.at >= _SINCE, vote.c.at < _UNTIL)
    .group_by(vote.c.paper_id)
)
_THREADS = select(
    discussion.c.thread_id, discussion.c.paper_id, discussion.c.made_at, discussion.c.messages_told
).where(discussion.c.server_id == _SERVER, discussion.c.thread_id.is_not(None))
_CARDS_POSTED = (
    select(card_message.c.channel_id, func.count().label("messages"))
    .where(card_message.c.server_id == _SERVER, card_message.c.made_at >= _SINCE, card_message.c.made_at < _UNTIL)
    .group_by(card_message.c.channel_id)
)


def _known() -> list[Select[tuple[int, int, datetime, str, int]]]:
    times = (
        select(
            paper_alias.c.paper_id,
            func.count(func.coalesce(mention.c.message_id, -mention.c.id).distinct()).label("mentions"),
            func.min(mention.c.at).label("first_at"),
        )
        .join(mention, same_id(mention, paper_alias))
        .where(mention.c.server_id == _SERVER, mention.c.at < _UNTIL)
        .group_by(paper_alias.c.paper_id)
        .subquery()
    )
    counted = (
        select(func.count()).where(vote.c.server_id == _SERVER, vote.c.paper_id == times.c.paper_id).scalar_subquery()
    )
    facts = select(
        times.c.paper_id, times.c.mentions, times.c.first_at, paper.c.primary_category, counted.label("votes")
    ).join(paper, paper.c.id == times.c.paper_id)
    orders = (times.c.mentions.desc(), times.c.first_at.desc(), times.c.first_at)
    return [facts.order_by(order, times.c.paper_id).limit(KNOWN) for order in orders]


_KNOWN = _known()


class Kept(NamedTuple):
    """A digest's row. `message_id` is None until it is posted."""

    id: int
    server_id: int
    channel_id: int
    since: datetime
    until: datetime
    message_id: int | None
    outside_id: int | None
    past_id: int | None


class Thread(NamedTuple):
    """Where a paper is talked about. `messages_told` is how many the last digest that knew it had found there."""

    paper: int
    made_at: datetime
    messages_told: int | None


class Mention(NamedTuple):
    """One paper in one message."""

    paper: int
    at: datetime
    field: str


async def last_until(conn: AsyncConnection, server_id: int) -> datetime | None:
    """Up to when the last digest told that was posted."""
    at: datetime | None = await conn.scalar(_LAST_UNTIL, {"server": server_id})
    return at


async def get(conn: AsyncConnection, digest_id: int) -> Kept | None:
    """One digest."""
    row = (await conn.execute(select(digest).where(digest.c.id == digest_id))).first()
    return None if row is None else Kept(**row._mapping)


async def add(
    conn: AsyncConnection,
    server_id: int,
    channel_id: int,
    *,
    since: datetime,
    until: datetime,
    outside: int | None,
    past: int | None,
) -> int:
    """A digest that is to be posted."""
    number: int | None = await conn.scalar(
        insert(conn, digest)
        .values(server_id=server_id, channel_id=channel_id, since=since, until=until, outside_id=outside, past_id=past)
        .returning(digest.c.id)
    )
    assert number is not None  # noqa: S101 - an insert without a conflict clause gives its row
    return number


async def posted(conn: AsyncConnection, digest_id: int, message_id: int) -> None:
    """It is there."""
    await conn.execute(update(digest).where(digest.c.id == digest_id).values(message_id=message_id))


async def named_since(
    conn: AsyncConnection, server_id: int, since: datetime, *, but: Kept | None = None
) -> tuple[set[int], set[int]]:
    """Papers that digests named from outside, and from the past; `but` is one that does not count."""
    but_id = but.id if but else 0
    rows = (await conn.execute(_NAMED, {"server": server_id, "since": since, "but": but_id})).fetchall()
    return {row.outside_id for row in rows} - {None}, {row.past_id for row in rows} - {None}


async def mentions(conn: AsyncConnection, server_id: int, since: datetime, until: datetime) -> list[Mention]:
    """What was shared in that time, oldest first; two ids of one paper in one message are one mention."""
    rows = await conn.execute(_MENTIONS, {"server": server_id, "since": since, "until": until})
    return [Mention(row.id, row.at, field_of(row.primary_category)) for row in rows]


async def votes(conn: AsyncConnection, server_id: int, since: datetime, until: datetime) -> dict[int, int]:
    """Votes that were cast in that time and still stand."""
    rows = await conn.execute(_VOTES, {"server": server_id, "since": since, "until": until})
    return {row.paper_id: row.votes for row in rows}


async def known(conn: AsyncConnection, server_id: int, until: datetime) -> list[Shared]:
    """Papers that this server shared: those that came up most often, and the first and latest ones."""
    found: dict[int, Shared] = {}
    for statement in _KNOWN:
        for row in await conn.execute(statement, {"server": server_id, "until": until}):
            found[row.paper_id] = Shared(
                paper=row.paper_id,
                mentions=row.mentions,
                first_at=row.first_at,
                field=field_of(row.primary_category),
                votes=row.votes,
            )
    return list(found.values())


async def threads(conn: AsyncConnection, server_id: int) -> dict[int, Thread]:
    """Threads of papers, by their ids."""
    rows = await conn.execute(_THREADS, {"server": server_id})
    return {row.thread_id: Thread(row.paper_id, row.made_at, row.messages_told) for row in rows}


async def cards_posted(conn: AsyncConnection, server_id: int, since: datetime, until: datetime) -> dict[int, int]:
    """How many messages with cards the bot posted in that time, by channel or thread."""
    rows = await conn.execute(_CARDS_POSTED, {"server": server_id, "since": since, "until": until})
    return {row.channel_id: row.messages for row in rows}


async def set_messages_told(conn: AsyncConnection, server_id: int, counts: Mapping[int, int]) -> None:
    """So many messages the threads have as a digest is posted."""
    for thread_id, messages in counts.items():
        await conn.execute(
            update(discussion)
            .where(
                discussion.c.server_id == server_id,
                discussion.c.thread_id == thread_id,
                or_(discussion.c.messages_told.is_(None), discussion.c.messages_told < messages),
            )
            .values(messages_told=messages)
        )
