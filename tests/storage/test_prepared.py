"""Statements that are compiled once give what SQLAlchemy gives, by whichever way they are carried out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from bot.storage.database import Connection, Database, insert_on
from bot.storage.prepared import Prepared
from bot.storage.tables import mention, paper
from tests.storage.examples import ADA, NOW, SERVER, make_paper, store

_PAPERS = Prepared(
    lambda _dialect: (
        select(paper, (paper.c.id + 1).label("next"))
        .where(paper.c.id.in_(bindparam("numbers", expanding=True)), paper.c.title != bindparam("other"))
        .order_by(paper.c.id)
    )
)
_MENTION = Prepared(lambda dialect: insert_on(dialect, mention))
_PLACES = Prepared(
    lambda _dialect: select(mention.c.position, mention.c.at, mention.c.quiet).order_by(mention.c.position)
)


@pytest.mark.parametrize("wanted", [0, 1, 3, 40])
async def test_rows_are_the_same_in_a_visit(db: Database, wanted: int) -> None:
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"1706.{number:05}")) for number in range(3)]
    asked = {"numbers": (numbers + list(range(100, 137)))[:wanted], "other": "no such title"}
    async with db.read() as conn:
        one_by_one = [tuple(row) for row in await _PAPERS.rows(conn, asked)]

    for _ in range(2):  # compiled, and kept
        rows = await db.read_at_once(lambda conn: _PAPERS.rows(conn, asked))
        assert [tuple(row) for row in rows] == one_by_one
    assert len(one_by_one) == min(wanted, 3)
    if wanted:
        assert rows[0].fetched_at.tzinfo is UTC
        assert rows[0].next == numbers[0] + 1


async def test_many_rows_are_written_in_a_visit(db: Database) -> None:
    async def work(conn: Connection) -> Any:
        await _MENTION.run(conn, _row(0))
        await _MENTION.run(conn, _row(1), _row(2))
        return await _PLACES.rows(conn, {})

    in_the_visit = await db.write_at_once(work)
    async with db.read() as conn:
        afterwards = await _PLACES.rows(conn, {})

    assert [tuple(row) for row in in_the_visit] == [(place, NOW, place == 1) for place in range(3)]
    assert [tuple(row) for row in afterwards] == [tuple(row) for row in in_the_visit]


async def test_a_time_without_a_zone_is_refused_as_ever(db: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(Exception, match="naive"):
        await db.write_at_once(lambda conn: _MENTION.run(conn, _row(0) | {"at": naive}))


async def test_nothing_found_is_none(db: Database) -> None:
    asked = {"numbers": [1], "other": ""}
    assert await db.read_at_once(lambda conn: _PAPERS.first(conn, asked)) is None


def _row(place: int) -> dict[str, Any]:
    return {
        "server_id": SERVER,
        "channel_id": 1,
        "message_id": 2,
        "author_id": ADA,
        "scheme": "arxiv",
        "value": f"1706.{place:05}",
        "position": place,
        "quiet": place == 1,
        "dismissed": False,
        "at": NOW,
    }
