"""Explanations of papers in plain words, and the votes for them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.explanations import Draft, Explanation
from bot.storage.database import insert
from bot.storage.tables import explanation, explanation_vote


class Owned(NamedTuple):
    """Which paper an explanation is of, and whose it is."""

    paper_number: int
    user_id: int


async def of_paper(conn: AsyncConnection, server_id: int, number: int) -> list[Explanation]:
    """All of a server's, in no order."""
    votes = (
        select(func.count())
        .select_from(explanation_vote)
        .where(explanation_vote.c.explanation_id == explanation.c.id)
        .scalar_subquery()
    )
    rows = await conn.execute(
        select(
            explanation.c.id,
            explanation.c.user_id,
            explanation.c.level,
            explanation.c.text,
            explanation.c.at,
            votes.label("votes"),
        ).where(explanation.c.server_id == server_id, explanation.c.paper_id == number)
    )
    return [Explanation.model_validate(dict(row._mapping)) for row in rows]


async def put(  # noqa: PLR0917 - the caller names the member's paper as in every function here
    conn: AsyncConnection, new_id: int, server_id: int, number: int, user_id: int, draft: Draft, now: datetime
) -> bool:
    """Takes the place of the member's earlier one, which keeps its id, its instant and its votes. True when there was
    none."""
    statement = insert(conn, explanation).values(
        id=new_id,
        server_id=server_id,
        paper_id=number,
        user_id=user_id,
        level=draft.level,
        text=draft.text,
        at=now,
    )
    stands = await conn.scalar(
        statement.on_conflict_do_update(
            index_elements=["server_id", "paper_id", "user_id"], set_={"level": draft.level, "text": draft.text}
        ).returning(explanation.c.id)
    )
    return bool(stands == new_id)


async def own(conn: AsyncConnection, server_id: int, number: int, user_id: int) -> Draft | None:
    """What the member wrote on this paper."""
    row = (
        await conn.execute(
            select(explanation.c.level, explanation.c.text).where(
                explanation.c.server_id == server_id,
                explanation.c.paper_id == number,
                explanation.c.user_id == user_id,
            )
        )
    ).one_or_none()
    return None if row is None else Draft(row.level, row.text)


async def lock(conn: AsyncConnection, server_id: int, explanation_id: int) -> Owned | None:
    """None when this server has no such explanation. PostgreSQL: others who vote for it or remove it wait."""
    row = (
        await conn.execute(
            select(explanation.c.paper_id, explanation.c.user_id)
            .where(explanation.c.server_id == server_id, explanation.c.id == explanation_id)
            .with_for_update()
        )
    ).one_or_none()
    return None if row is None else Owned(row.paper_id, row.user_id)


async def remove(conn: AsyncConnection, explanation_id: int) -> None:
    """With its votes."""
    await conn.execute(delete(explanation).where(explanation.c.id == explanation_id))


async def voted(conn: AsyncConnection, server_id: int, number: int, user_id: int) -> int | None:
    """Which explanation of the paper the member votes for."""
    chosen: int | None = await conn.scalar(
        select(explanation_vote.c.explanation_id).where(_vote_of(server_id, number, user_id))
    )
    return chosen


async def toggle_vote(  # noqa: PLR0917 - as above
    conn: AsyncConnection, server_id: int, number: int, user_id: int, explanation_id: int, now: datetime
) -> bool:
    """Whether the member's vote stands now. It stands for one explanation of a paper: a vote for another one moves."""
    taken_back = await conn.scalar(
        delete(explanation_vote)
        .where(_vote_of(server_id, number, user_id), explanation_vote.c.explanation_id == explanation_id)
        .returning(explanation_vote.c.explanation_id)
    )
    if taken_back is not None:
        return False
    values = {"explanation_id": explanation_id, "at": now}
    await conn.execute(
        insert(conn, explanation_vote)
        .values(server_id=server_id, paper_id=number, user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["server_id", "paper_id", "user_id"], set_=values)
    )
    return True


def _vote_of(server_id: int, number: int, user_id: int) -> ColumnElement[bool]:
    return and_(
        explanation_vote.c.server_id == server_id,
        explanation_vote.c.paper_id == number,
        explanation_vote.c.user_id == user_id,
    )
