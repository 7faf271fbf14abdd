"""What others say to reports: that it went the same way for them, answers, questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reports import Answer, AnswerKind, Confirmation
from bot.storage.database import insert
from bot.storage.tables import report, report_answer, report_confirmation


async def confirm(conn: AsyncConnection, report_id: int, user_id: int, line: str | None, now: datetime) -> None:
    """Takes the place of the member's earlier line."""
    statement = insert(conn, report_confirmation).values(report_id=report_id, user_id=user_id, line=line, at=now)
    await conn.execute(statement.on_conflict_do_update(index_elements=["report_id", "user_id"], set_={"line": line}))


async def unconfirm(conn: AsyncConnection, report_id: int, user_id: int) -> bool:
    """False when there was none."""
    gone = await conn.scalar(
        delete(report_confirmation)
        .where(report_confirmation.c.report_id == report_id, report_confirmation.c.user_id == user_id)
        .returning(report_confirmation.c.report_id)
    )
    return gone is not None


async def confirmations(conn: AsyncConnection, report_ids: Collection[int]) -> dict[int, list[Confirmation]]:
    """By report, the oldest first."""
    found: dict[int, list[Confirmation]] = {}
    rows = await conn.execute(
        select(report_confirmation)
        .where(report_confirmation.c.report_id.in_(report_ids))
        .order_by(report_confirmation.c.at, report_confirmation.c.user_id)
    )
    for row in rows:
        found.setdefault(row.report_id, []).append(Confirmation(user_id=row.user_id, line=row.line, at=row.at))
    return found


async def add(conn: AsyncConnection, new: Answer) -> None:
    """An answer or a question."""
    await conn.execute(insert(conn, report_answer).values(new.model_dump()))


async def get(conn: AsyncConnection, server_id: int, answer_id: int) -> Answer | None:
    """None when this server has no such answer."""
    row = (
        await conn.execute(
            select(report_answer)
            .join(report, report.c.id == report_answer.c.report_id)
            .where(report.c.server_id == server_id, report_answer.c.id == answer_id)
        )
    ).one_or_none()
    return None if row is None else Answer.model_validate(dict(row._mapping))


async def answers(conn: AsyncConnection, report_ids: Collection[int]) -> dict[int, list[Answer]]:
    """By report, the oldest first."""
    found: dict[int, list[Answer]] = {}
    rows = await conn.execute(
        select(report_answer)
        .where(report_answer.c.report_id.in_(report_ids))
        .order_by(report_answer.c.shown_at, report_answer.c.id)
    )
    for row in rows:
        found.setdefault(row.report_id, []).append(Answer.model_validate(dict(row._mapping)))
    return found


async def set_difference(conn: AsyncConnection, answer_id: int, at: datetime | None) -> None:
    """Since when others see that it made the difference; None takes that back."""
    await conn.execute(update(report_answer).where(report_answer.c.id == answer_id).values(difference_at=at))


async def remove(conn: AsyncConnection, answer_id: int) -> None:
    """One of them."""
    await conn.execute(delete(report_answer).where(report_answer.c.id == answer_id))


async def written_since(
    conn: AsyncConnection, server_id: int, user_id: int, since: datetime, *, kind: AnswerKind | None = None
) -> int:
    """How many answers and questions the member wrote, or of one kind."""
    counted = (
        select(func.count())
        .select_from(report_answer.join(report, report.c.id == report_answer.c.report_id))
        .where(report.c.server_id == server_id, report_answer.c.user_id == user_id, report_answer.c.at > since)
    )
    if kind is not None:
        counted = counted.where(report_answer.c.kind == kind)
    return await conn.scalar(counted) or 0
