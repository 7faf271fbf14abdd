"""Imports that members were offered or that run, as rows. One that runs is claimed with a lease, like what is due
every week; what is known of its papers is in the tables of papers and lookups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.import_entries import Item
from bot.domain.imports import Import, Outcome, Result, Standing
from bot.domain.papers import PaperId
from bot.storage.database import insert
from bot.storage.paper_ids import same_id
from bot.storage.shards import Shards, ours
from bot.storage.tables import entry, entry_tag, import_, import_item, lookup, note, paper_alias
from bot.storage.types import UtcDateTime

_LEASE = timedelta(seconds=60)

_IMPORT = (import_.c.id, import_.c.server_id, import_.c.user_id, import_.c.state, import_.c.made_at)


async def add(conn: AsyncConnection, server_id: int, user_id: int, items: Sequence[Item], now: datetime) -> int:
    """An offer with its papers, each under the first of its ids; gives its number."""
    number: int = await conn.scalar(
        insert(conn, import_)
        .values(server_id=server_id, user_id=user_id, state="asked", made_at=now)
        .returning(import_.c.id)
    )
    await conn.execute(
        insert(conn, import_item).values(
            [
                {
                    "import_id": number,
                    "position": position,
                    "line": item.line,
                    "scheme": item.ids[0].scheme,
                    "value": item.ids[0].value,
                    "tags": list(item.tags),
                    "note": item.note,
                    "state": "waiting",
                }
                for position, item in enumerate(items)
            ]
        )
    )
    return number


async def get(conn: AsyncConnection, number: int) -> Import | None:
    """Whatever its state."""
    row = (await conn.execute(select(*_IMPORT).where(import_.c.id == number))).one_or_none()
    return None if row is None else _import(row)


async def start(conn: AsyncConnection, number: int, now: datetime) -> bool:
    """The member wants it. False when it was started before."""
    started = await conn.scalar(
        update(import_)
        .where(import_.c.id == number, import_.c.state == "asked")
        .values(state="running", due_at=now)
        .returning(import_.c.id)
    )
    return started is not None


async def cancel(conn: AsyncConnection, number: int) -> bool:
    """It goes without a trace, unless its papers are on the list already."""
    gone = await conn.scalar(
        delete(import_).where(import_.c.id == number, import_.c.state != "done").returning(import_.c.id)
    )
    return gone is not None


async def claim(conn: AsyncConnection, now: datetime, shards: Shards | None) -> Import | None:
    """Takes the one that waits longest, for as long as the lease lasts."""
    takeable = and_(import_.c.due_at <= now, _free(now), ours(import_.c.server_id, shards))
    chosen = (
        select(import_.c.id)
        .where(takeable)
        .order_by(import_.c.due_at, import_.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    row = (
        await conn.execute(
            update(import_)
            .where(import_.c.id.in_(select(chosen.c.id)), takeable)
            .values(lease_until=now + _LEASE)
            .returning(*_IMPORT)
        )
    ).one_or_none()
    return None if row is None else _import(row)


async def renew(conn: AsyncConnection, number: int, now: datetime) -> bool:
    """Somebody is at it still. False when it was cancelled or has ended."""
    renewed = await conn.scalar(
        update(import_)
        .where(import_.c.id == number, import_.c.state == "running")
        .values(lease_until=now + _LEASE)
        .returning(import_.c.id)
    )
    return renewed is not None


async def release(conn: AsyncConnection, number: int) -> None:
    """Nobody is at it; whoever comes next goes on."""
    await conn.execute(update(import_).where(import_.c.id == number).values(lease_until=None))


async def next_due(conn: AsyncConnection, now: datetime, shards: Shards | None) -> datetime | None:
    """When the nearest can be claimed, as far as is known now."""
    at: datetime | None = await conn.scalar(_next_due(shards), {"now": now})
    return at


@cache  # asked all the time, and building it takes longer than carrying it out
def _next_due(shards: Shards | None) -> Select[tuple[datetime]]:
    free = _free(bindparam("now", type_=UtcDateTime()))
    return select(func.min(case((free, import_.c.due_at), else_=import_.c.lease_until))).where(
        import_.c.due_at.is_not(None), ours(import_.c.server_id, shards)
    )


async def standing(conn: AsyncConnection, number: int) -> Standing:
    """What is known of its papers by now."""
    row = (
        await conn.execute(
            select(
                func.count().label("total"),
                func.count(paper_alias.c.paper_id).label("here"),
                func.coalesce(func.sum(case((_missing(), 1), else_=0)), 0).label("missing"),
            )
            .select_from(_with_what_is_known())
            .where(import_item.c.import_id == number)
        )
    ).one()
    return Standing(row.total, row.here, row.missing)


async def wanted(conn: AsyncConnection, number: int, limit: int) -> list[PaperId]:
    """Papers that are still to come: in the file's order, those that failed before last."""
    rows = await conn.execute(
        select(import_item.c.scheme, import_item.c.value)
        .select_from(_with_what_is_known())
        .where(import_item.c.import_id == number, paper_alias.c.paper_id.is_(None), ~_missing())
        .order_by(func.coalesce(lookup.c.attempts, 0), import_item.c.position)
        .limit(limit)
    )
    return [PaperId(row.scheme, row.value) for row in rows]


async def end(conn: AsyncConnection, job: Import, now: datetime) -> tuple[int, ...] | None:
    """Puts on the list, all at once, what is here and not on it, with its tags and the note; gives those papers. What
    is on the list stays as it is. None when it was cancelled or has ended: then nothing happens."""
    ended = await conn.scalar(
        update(import_)
        .where(import_.c.id == job.id, import_.c.state == "running")
        .values(state="done", due_at=None, lease_until=None, ended_at=now)
        .returning(import_.c.id)
    )
    if ended is None:
        return None
    rows = (
        await conn.execute(
            select(
                import_item.c.position,
                import_item.c.tags,
                import_item.c.note,
                paper_alias.c.paper_id,
                _missing().label("missing"),
            )
            .select_from(_with_what_is_known())
            .where(import_item.c.import_id == job.id)
            .order_by(import_item.c.position)
        )
    ).all()
    first: dict[int, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        if row.paper_id is not None:
            first.setdefault(row.paper_id, row)  # two ids of the file can lead to one paper
    new = await _save(conn, job, first, now)
    outcomes: dict[Outcome, list[int]] = {}
    for row in rows:
        outcomes.setdefault(_outcome(row, first, new), []).append(row.position)
    for outcome, positions in outcomes.items():
        await conn.execute(
            update(import_item)
            .where(import_item.c.import_id == job.id, import_item.c.position.in_(positions))
            .values(state=outcome, tags=[], note=None)
        )
    return tuple(number for number in first if number in new)


async def result(conn: AsyncConnection, number: int) -> Result:
    """How it ended, paper by paper."""
    rows = await conn.execute(
        select(import_item.c.scheme, import_item.c.value, import_item.c.state)
        .where(import_item.c.import_id == number)
        .order_by(import_item.c.position)
    )
    by_state: dict[Outcome, list[PaperId]] = {}
    for row in rows:
        by_state.setdefault(row.state, []).append(PaperId(row.scheme, row.value))
    return Result(
        saved=len(by_state.get("saved", ())),
        listed=len(by_state.get("listed", ())),
        missing=tuple(by_state.get("missing", ())),
        unanswered=tuple(by_state.get("unanswered", ())),
    )


async def listed(conn: AsyncConnection, server_id: int, numbers: Collection[int]) -> set[int]:
    """Those of the papers that are on the list."""
    return set(
        await conn.scalars(
            select(entry.c.paper_id).where(entry.c.server_id == server_id, entry.c.paper_id.in_(numbers))
        )
    )


async def oldest(conn: AsyncConnection) -> datetime | None:
    """Since when the first of those is there that do not run."""
    at: datetime | None = await conn.scalar(select(func.min(_since())).where(import_.c.state != "running"))
    return at


async def forget(conn: AsyncConnection, before: datetime) -> None:
    """Offers that nobody took, and results, from before then."""
    await conn.execute(delete(import_).where(import_.c.state != "running", _since() <= before))


async def _save(
    conn: AsyncConnection, job: Import, papers: dict[int, Row[*tuple[Any, ...]]], now: datetime
) -> set[int]:
    """Those that were not on the list. In the order of their numbers, so that two imports at once wait for each other
    and not crosswise; a microsecond apart, so that the list keeps the file's order."""
    if not papers:
        return set()
    new = set(
        await conn.scalars(
            insert(conn, entry)
            .values(
                [
                    {
                        "server_id": job.server_id,
                        "paper_id": number,
                        "saved_by": job.user_id,
                        "saved_at": now + timedelta(microseconds=papers[number].position),
                    }
                    for number in sorted(papers)
                ]
            )
            .on_conflict_do_nothing()
            .returning(entry.c.paper_id)
        )
    )
    place = {"server_id": job.server_id}
    tags = [place | {"paper_id": number, "tag": tag} for number in sorted(new) for tag in papers[number].tags]
    for part in (tags[start : start + 1_000] for start in range(0, len(tags), 1_000)):
        await conn.execute(insert(conn, entry_tag).values(part))
    notes = [
        place | {"paper_id": number, "user_id": job.user_id, "text": papers[number].note, "at": now}
        for number in sorted(new)
        if papers[number].note
    ]
    if notes:
        await conn.execute(insert(conn, note).values(notes))
    return new


def _outcome(row: Row[*tuple[Any, ...]], first: dict[int, Row[*tuple[Any, ...]]], new: set[int]) -> Outcome:
    if row.paper_id is not None:
        return "saved" if row.paper_id in new and first[row.paper_id] is row else "listed"
    return "missing" if row.missing else "unanswered"


def _with_what_is_known() -> FromClause:
    return import_item.outerjoin(paper_alias, same_id(import_item, paper_alias)).outerjoin(
        lookup, same_id(import_item, lookup)
    )


def _missing() -> ColumnElement[bool]:
    return and_(paper_alias.c.paper_id.is_(None), func.coalesce(lookup.c.state, "") == "missing")


def _since() -> ColumnElement[datetime]:
    return func.coalesce(import_.c.ended_at, import_.c.made_at)


def _free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(import_.c.lease_until.is_(None), import_.c.lease_until <= now)


def _import(row: Row[*tuple[Any, ...]]) -> Import:
    return Import.model_validate(dict(row._mapping))
