"""Reports of members, as they are kept. Who may see what of them is for `bot.domain.reports.visible`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reports import Edit, Report, Words
from bot.storage.database import insert
from bot.storage.tables import report, report_edit

_MEMBER_LOCK = 0x7265
"""Tells this lock of PostgreSQL's from others; any number does."""


async def lock_member(conn: AsyncConnection, server_id: int, user_id: int) -> None:
    """PostgreSQL: what else this member writes about reports waits until the end of this transaction, so that nobody
    has two on one paper, or more in an hour than they may. SQLite lets one write at a time anyway."""
    if conn.dialect.name == "postgresql":
        key = cast(_MEMBER_LOCK, Integer), cast((server_id ^ user_id) % 2**31, Integer)
        await conn.execute(select(func.pg_advisory_xact_lock(*key)))


async def get(conn: AsyncConnection, server_id: int, report_id: int, *, lock: bool = False) -> Report | None:
    """None when this server has no such report. `lock`: on PostgreSQL, others who change it wait."""
    return await _one(conn, and_(report.c.server_id == server_id, report.c.id == report_id), lock=lock)


async def own(
    conn: AsyncConnection, server_id: int, number: int, author_id: int, *, lock: bool = False
) -> Report | None:
    """A member's on this paper."""
    return await _one(conn, _is_of(server_id, number, author_id), lock=lock)


async def add(conn: AsyncConnection, new: Report) -> None:
    """The member has none on this paper yet."""
    statement = insert(conn, report).values(
        id=new.id,
        server_id=new.server_id,
        paper_id=new.paper,
        author_id=new.author_id,
        anonymous=new.anonymous,
        made_at=new.made_at,
        shown_at=new.shown_at,
        waits_until=new.waits_until,
        **new.words.model_dump(),
    )
    await conn.execute(statement)


async def set_words(conn: AsyncConnection, report_id: int, words: Words, edited_at: datetime | None) -> None:
    """In place of what it said; nothing of it waits or goes any more."""
    await _change(conn, report_id, **words.model_dump(), edited_at=edited_at, pending=None, leaving=False)


async def wait(
    conn: AsyncConnection, report_id: int, until: datetime, *, pending: Words | None = None, leaving: bool = False
) -> None:
    """What the batch of that hour is to make of it."""
    words = None if pending is None else pending.model_dump()
    await _change(conn, report_id, waits_until=until, pending=words, leaving=leaving)


async def remove(conn: AsyncConnection, report_id: int) -> None:
    """With its confirmations, answers and edits."""
    await conn.execute(delete(report).where(report.c.id == report_id))


async def waiting(conn: AsyncConnection, server_id: int, until: datetime) -> list[Report]:
    """What the batch of that hour is to deal with."""
    due = and_(report.c.server_id == server_id, report.c.waits_until <= until)
    rows = await conn.execute(select(report).where(due).order_by(report.c.id).with_for_update())
    return [_report(row) for row in rows]


async def show(conn: AsyncConnection, report_id: int, at: datetime) -> None:
    """Its batch has come."""
    shown_at = func.coalesce(report.c.shown_at, at)
    await _change(conn, report_id, shown_at=shown_at, waits_until=None, pending=None)


async def papers_changed_since(conn: AsyncConnection, server_id: int, since: datetime) -> set[int]:
    """Of reports without a name: those of which a batch since then showed something new."""
    changed = or_(report.c.shown_at >= since, report.c.edited_at >= since)
    found = select(report.c.paper_id).where(report.c.server_id == server_id, report.c.anonymous, changed)
    return set(await conn.scalars(found))


async def set_hidden(conn: AsyncConnection, report_id: int, at: datetime | None, reason: str | None) -> None:
    """Hidden for this reason, or shown again. Either way its author may contest the next time."""
    await _change(
        conn, report_id, hidden_at=at, hidden_reason=reason, told_at=None, contested_at=None, contested_with=None
    )


async def untold(conn: AsyncConnection, server_id: int) -> list[Report]:
    """Hidden ones whose authors were not told."""
    hidden = and_(report.c.hidden_at.is_not(None), report.c.told_at.is_(None), ~report.c.leaving)
    return [
        _report(row)
        for row in await conn.execute(
            select(report).where(report.c.server_id == server_id, hidden).order_by(report.c.id)
        )
    ]


async def set_told(conn: AsyncConnection, hidden: Report, now: datetime) -> None:
    """Its author knows of this hiding; of one after it they are told again."""
    await conn.execute(
        update(report).where(report.c.id == hidden.id, report.c.hidden_at == hidden.hidden_at).values(told_at=now)
    )


async def contest(conn: AsyncConnection, report_id: int, at: datetime, words: str) -> None:
    """What its author says against its being hidden; managers see it from then on."""
    await _change(conn, report_id, contested_at=at, contested_with=words)


async def of_paper(conn: AsyncConnection, server_id: int, number: int) -> list[Report]:
    """All that are kept, the latest first."""
    rows = await conn.execute(
        select(report).where(report.c.server_id == server_id, report.c.paper_id == number).order_by(*_latest_first())
    )
    return [_report(row) for row in rows]


async def recent(
    conn: AsyncConnection, server_id: int, user_id: int, *, manager: bool, limit: int, offset: int
) -> tuple[list[Report], int]:
    """Those that this member may see, by the rule of `visible`, the latest first; and how many there are."""
    of_others = report.c.shown_at.is_not(None) if manager else shown()
    mine = and_(report.c.author_id == user_id, ~report.c.leaving)
    seen = and_(report.c.server_id == server_id, or_(mine, and_(report.c.author_id != user_id, of_others)))
    total = await conn.scalar(select(func.count()).select_from(report).where(seen)) or 0
    rows = await conn.execute(select(report).where(seen).order_by(*_latest_first()).limit(limit).offset(offset))
    return [_report(row) for row in rows], total


async def open_to_all(conn: AsyncConnection, server_id: int) -> list[Report]:
    """Those that everybody may see, by paper; within one in an order that says nothing of when they were written."""
    rows = await conn.execute(
        select(report).where(report.c.server_id == server_id, shown()).order_by(report.c.paper_id, report.c.id)
    )
    return [_report(row) for row in rows]


async def written_since(conn: AsyncConnection, server_id: int, user_id: int, since: datetime) -> int:
    """How often the member wrote or changed a report that is still there."""
    mine = and_(report.c.server_id == server_id, report.c.author_id == user_id)
    new = await conn.scalar(select(func.count()).select_from(report).where(mine, report.c.made_at > since))
    edits = await conn.scalar(
        select(func.count())
        .select_from(report_edit.join(report, report.c.id == report_edit.c.report_id))
        .where(mine, report_edit.c.at > since)
    )
    return (new or 0) + (edits or 0)


async def add_edit(conn: AsyncConnection, edit_id: int, report_id: int, at: datetime, before: Words) -> None:
    """What it said until then."""
    await conn.execute(
        insert(conn, report_edit).values(id=edit_id, report_id=report_id, at=at, before=before.model_dump())
    )


async def edits(conn: AsyncConnection, report_id: int) -> list[Edit]:
    """What it said before, the latest first."""
    rows = await conn.execute(
        select(report_edit.c.at, report_edit.c.before)
        .where(report_edit.c.report_id == report_id)
        .order_by(report_edit.c.at.desc(), report_edit.c.id)
    )
    return [Edit(at=row.at, before=Words.model_validate(row.before)) for row in rows]


def shown() -> ColumnElement[bool]:
    """Whether everybody in its server may see a report."""
    return and_(report.c.shown_at.is_not(None), report.c.hidden_at.is_(None))


def _latest_first() -> tuple[ColumnElement[Any], ...]:
    return func.coalesce(report.c.shown_at, report.c.made_at).desc(), report.c.id


def _is_of(server_id: int, number: int, author_id: int) -> ColumnElement[bool]:
    return and_(report.c.server_id == server_id, report.c.paper_id == number, report.c.author_id == author_id)


async def _one(conn: AsyncConnection, which: ColumnElement[bool], *, lock: bool) -> Report | None:
    chosen = select(report).where(which)
    row = (await conn.execute(chosen.with_for_update() if lock else chosen)).one_or_none()
    return None if row is None else _report(row)


async def _change(conn: AsyncConnection, report_id: int, **values: Any) -> None:
    await conn.execute(update(report).where(report.c.id == report_id).values(values))


def _report(row: Row[*tuple[Any, ...]]) -> Report:
    kept = dict(row._mapping)
    words = {name: kept[name] for name in Words.model_fields}
    return Report.model_validate(kept | {"paper": kept["paper_id"], "words": words})
