"""Rounds with their ballots. Every statement about a server names it; a round's own number is known to its process."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ballot import Listed, Nomination
from bot.domain.categories import field_of
from bot.domain.rounds import RUNNING, Candidate, Place, Round, Standing, State
from bot.storage.database import insert
from bot.storage.paper_ids import same_id
from bot.storage.tables import candidate, entry, mention, nomination, paper, paper_alias, presenter, round_, vote

# built once: these are asked many times for each round, and building one takes longer than carrying it out
_WITH_PLACES = (
    select(
        round_,
        candidate.c.position,
        candidate.c.paper_id,
        candidate.c.reason,
        candidate.c.nominated_by,
        candidate.c.votes,
    )
    .join(candidate, candidate.c.round_id == round_.c.id, isouter=True)
    .order_by(candidate.c.position)
)
_BY_ID = _WITH_PLACES.where(round_.c.id == bindparam("id"))
_RUNNING = _WITH_PLACES.where(round_.c.server_id == bindparam("server_id"), round_.c.state.in_(RUNNING))
_OF_POLL = _WITH_PLACES.where(round_.c.poll_message_id == bindparam("message_id"))
_CHOSEN = select(round_.c.winner_id).where(
    round_.c.server_id == bindparam("server_id"), round_.c.winner_id.is_not(None)
)
_PRESENTERS = select(presenter.c.user_id).where(presenter.c.round_id == bindparam("id")).order_by(presenter.c.at)

_MENTIONS = (
    select(paper.c.primary_category, func.count().label("mentions"))
    .join(paper_alias, paper_alias.c.paper_id == paper.c.id)
    .join(mention, same_id(mention, paper_alias))
    .where(mention.c.server_id == bindparam("server_id"), mention.c.at >= bindparam("since"))
    .group_by(paper.c.primary_category)
)

# --- rounds


async def add(
    conn: AsyncConnection,
    server_id: int,
    channel_id: int,
    *,
    hours: int,
    places: Sequence[Place],
    now: datetime,
) -> Round | None:
    """A new round that is opening, with its ballot; None while the server has one running."""
    latest = await conn.scalar(select(func.max(round_.c.number)).where(round_.c.server_id == server_id))
    round_id = await conn.scalar(
        insert(conn, round_)
        .values(
            server_id=server_id,
            number=(latest or 0) + 1,
            channel_id=channel_id,
            state="opening",
            hours=hours,
            made_at=now,
        )
        .on_conflict_do_nothing()
        .returning(round_.c.id)
    )
    if round_id is None:
        return None
    await conn.execute(
        insert(conn, candidate).values(
            [
                {
                    "round_id": round_id,
                    "position": position,
                    "paper_id": place.paper,
                    "reason": place.reason,
                    "nominated_by": place.nominated_by,
                }
                for position, place in enumerate(places)
            ]
        )
    )
    return await get(conn, round_id)


async def get(conn: AsyncConnection, round_id: int) -> Round | None:
    """One round."""
    return await _one(conn, _BY_ID, id=round_id)


async def running(conn: AsyncConnection, server_id: int) -> Round | None:
    """The one that is going on."""
    return await _one(conn, _RUNNING, server_id=server_id)


async def of_poll(conn: AsyncConnection, message_id: int) -> Round | None:
    """The one whose poll stands in this message."""
    return await _one(conn, _OF_POLL, message_id=message_id)


async def latest(conn: AsyncConnection, server_id: int, *states: State) -> Round | None:
    """The last one in one of these states."""
    return await _last(conn, round_.c.server_id == server_id, round_.c.state.in_(states))


async def decided_between(conn: AsyncConnection, server_id: int, since: datetime, until: datetime) -> Round | None:
    """The last one that got a winner in that time."""
    return await _last(
        conn,
        round_.c.server_id == server_id,
        round_.c.winner_id.is_not(None),
        round_.c.decided_at >= since,
        round_.c.decided_at < until,
    )


async def in_thread(conn: AsyncConnection, server_id: int, thread_id: int) -> Round | None:
    """The last one whose winner is talked about there."""
    return await _last(conn, round_.c.server_id == server_id, round_.c.thread_id == thread_id)


async def running_in(conn: AsyncConnection, channel_id: int) -> list[int]:
    """Running rounds whose poll stands in this channel: their ids."""
    return list(
        await conn.scalars(select(round_.c.id).where(round_.c.channel_id == channel_id, round_.c.state.in_(RUNNING)))
    )


async def history(conn: AsyncConnection, server_id: int, *, limit: int, offset: int) -> tuple[list[Round], int]:
    """Those with a winner, the latest first, and how many there are."""
    decided = and_(round_.c.server_id == server_id, round_.c.winner_id.is_not(None))
    total = await conn.scalar(select(func.count()).select_from(round_).where(decided))
    rows = await conn.execute(
        select(round_).where(decided).order_by(round_.c.number.desc()).limit(limit).offset(offset)
    )
    return [_round(row, ()) for row in rows], total or 0


async def change(conn: AsyncConnection, round_id: int, *, states: Collection[State] = (), **columns: Any) -> bool:
    """Sets columns, if the round is in one of `states` (any, when none is named); whether it was."""
    statement = update(round_).where(round_.c.id == round_id).values(**columns).returning(round_.c.id)
    if states:
        statement = statement.where(round_.c.state.in_(states))
    return await conn.scalar(statement) is not None


async def note(conn: AsyncConnection, round_id: int, column: str, discord_id: int) -> None:
    """Notes the id of something that is on Discord now."""
    await conn.execute(update(round_).where(round_.c.id == round_id).values({column: discord_id}))


async def set_counts(conn: AsyncConnection, round_id: int, counts: Mapping[int, int]) -> None:
    """Discord's final counts by answer id."""
    await conn.execute(
        update(candidate)
        .where(candidate.c.round_id == bindparam("id"), candidate.c.position == bindparam("place"))
        .values(votes=bindparam("counted")),
        [{"id": round_id, "place": answer_id - 1, "counted": votes} for answer_id, votes in counts.items()],
    )


# --- what a ballot is made of


async def chosen(conn: AsyncConnection, server_id: int) -> set[int]:
    """Papers that won a round here."""
    return set(await conn.scalars(_CHOSEN, {"server_id": server_id}))


async def listed(conn: AsyncConnection, server_id: int, *, unvoted: int) -> list[Listed]:
    """What can come on a ballot: papers with a vote and the `unvoted` oldest without one; none that won before."""
    won = select(round_.c.winner_id).where(round_.c.server_id == server_id, round_.c.winner_id.is_not(None))
    voters = (
        select(vote.c.paper_id, func.count().label("votes"))
        .where(vote.c.server_id == server_id)
        .group_by(vote.c.paper_id)
        .subquery()
    )
    votes = func.coalesce(voters.c.votes, 0).label("votes")
    entries = (
        select(entry.c.paper_id, entry.c.saved_at, paper.c.primary_category, votes)
        .join(paper, paper.c.id == entry.c.paper_id)
        .join(voters, voters.c.paper_id == entry.c.paper_id, isouter=True)
        .where(entry.c.server_id == server_id, entry.c.paper_id.not_in(won))
    )
    wanted = await conn.execute(entries.where(voters.c.votes.is_not(None)))
    rest = await conn.execute(
        entries.where(voters.c.votes.is_(None)).order_by(entry.c.saved_at, entry.c.paper_id).limit(unvoted)
    )
    return [
        Listed(row.paper_id, row.votes, row.saved_at, field_of(row.primary_category))
        for row in [*wanted.fetchall(), *rest.fetchall()]
    ]


async def mentions_by_field(conn: AsyncConnection, server_id: int, since: datetime) -> dict[str, int]:
    """How often papers of each field were shared here since then."""
    rows = await conn.execute(_MENTIONS, {"server_id": server_id, "since": since})
    fields: dict[str, int] = {}
    for row in rows:
        field = field_of(row.primary_category)
        fields[field] = fields.get(field, 0) + row.mentions
    return fields


async def standings(
    conn: AsyncConnection, server_id: int, papers: Collection[int], otherwise: datetime
) -> dict[int, Standing]:
    """What the list says of these papers now; `otherwise` dates those that are not on it."""
    counted = (
        select(func.count())
        .where(vote.c.server_id == entry.c.server_id, vote.c.paper_id == entry.c.paper_id)
        .scalar_subquery()
    )
    rows = await conn.execute(
        select(entry.c.paper_id, entry.c.saved_at, counted.label("votes")).where(
            entry.c.server_id == server_id, entry.c.paper_id.in_(papers)
        )
    )
    known = {row.paper_id: Standing(row.votes, row.saved_at) for row in rows}
    return {number: known.get(number, Standing(0, otherwise)) for number in papers}


# --- nominations and presenters


async def nominations(conn: AsyncConnection, server_id: int) -> list[Nomination]:
    """The open ones, oldest first."""
    rows = await conn.execute(
        select(nomination.c.paper_id, nomination.c.user_id, nomination.c.at)
        .where(nomination.c.server_id == server_id)
        .order_by(nomination.c.at, nomination.c.user_id)
    )
    return [Nomination(row.paper_id, row.user_id, row.at) for row in rows]


async def nominate(conn: AsyncConnection, server_id: int, user_id: int, paper_number: int, now: datetime) -> int | None:
    """A member's one open nomination; gives the paper it takes the place of. The same paper again keeps its date."""
    before: int | None = await conn.scalar(
        select(nomination.c.paper_id).where(nomination.c.server_id == server_id, nomination.c.user_id == user_id)
    )
    if before != paper_number:
        await conn.execute(
            insert(conn, nomination)
            .values(server_id=server_id, user_id=user_id, paper_id=paper_number, at=now)
            .on_conflict_do_update(index_elements=["server_id", "user_id"], set_={"paper_id": paper_number, "at": now})
        )
    return before


async def withdraw(conn: AsyncConnection, server_id: int, papers: Collection[int]) -> None:
    """Nominations of papers that are on a ballot, or were chosen, are open no more."""
    await conn.execute(delete(nomination).where(nomination.c.server_id == server_id, nomination.c.paper_id.in_(papers)))


async def give_back(conn: AsyncConnection, ended: Round) -> None:
    """The nominations of a round without a winner are open again in their order, but for members who have a newer
    one."""
    for place in ended.candidates:
        if place.nominated_by is not None:
            at = ended.made_at + timedelta(microseconds=place.position)
            await conn.execute(
                insert(conn, nomination)
                .values(server_id=ended.server_id, user_id=place.nominated_by, paper_id=place.paper, at=at)
                .on_conflict_do_nothing()
            )


async def present(conn: AsyncConnection, round_id: int, user_id: int, now: datetime) -> bool:
    """A member presents the winner, or takes that back; whether they present now."""
    removed = await conn.scalar(
        delete(presenter)
        .where(presenter.c.round_id == round_id, presenter.c.user_id == user_id)
        .returning(presenter.c.user_id)
    )
    if removed is None:
        await conn.execute(insert(conn, presenter).values(round_id=round_id, user_id=user_id, at=now))
    return removed is None


async def presenters(conn: AsyncConnection, round_id: int) -> tuple[int, ...]:
    """Who presents, in the order of their saying so."""
    return tuple(await conn.scalars(_PRESENTERS, {"id": round_id}))


# --- rows to values


async def _one(conn: AsyncConnection, statement: Select[*tuple[Any, ...]], **parameters: int) -> Round | None:
    rows = (await conn.execute(statement, parameters)).fetchall()
    if not rows:
        return None
    return _round(
        rows[0],
        tuple(
            Candidate(
                position=place.position,
                paper=place.paper_id,
                reason=place.reason,
                nominated_by=place.nominated_by,
                votes=place.votes,
            )
            for place in rows
            if place.position is not None
        ),
    )


async def _last(conn: AsyncConnection, *wanted: ColumnElement[bool]) -> Round | None:
    last = select(round_.c.id).where(*wanted).order_by(round_.c.number.desc()).limit(1)
    return await _one(conn, _WITH_PLACES.where(round_.c.id == last.scalar_subquery()))


def _round(row: Row[*tuple[Any, ...]], candidates: tuple[Candidate, ...]) -> Round:
    columns = {column.name: row._mapping[column] for column in round_.c}
    winner = columns.pop("winner_id")
    return Round(**columns, winner=winner, candidates=candidates)
