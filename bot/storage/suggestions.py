"""Papers of one server for what a member is typing.

Of a server with few papers each is looked at. Of many only the latest, those whose title begins so, and those that an
index of runs of three letters gives (migration 0009): every key that is pressed asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.search_text import folded
from bot.domain.stored_paper import StoredPaper
from bot.storage import papers
from bot.storage.paper_ids import same_id
from bot.storage.search import has_many
from bot.storage.tables import entry, mention, paper, paper_alias

_MOST_WORDS = 12
"""A pasted abstract is no search; each word is one more look at each title."""

_LATEST = 150
"""Entries, and mentions, whose papers are looked at whatever is typed."""

_STARTING = 100
"""Titles that begin with what is typed."""

_HOLDING = 500
"""Papers of all servers that hold the runs of letters, the latest first."""

_RUN = 3
_LAST_LETTER = "\U0010ffff"
_LETTERS_OF_TITLE = 160


async def suggest(conn: AsyncConnection, server_id: int, words: str, limit: int = 25) -> list[StoredPaper]:
    """Papers that were shared or saved here and whose title, authors and id hold every word, or the beginning, middle
    or end of one. Titles and ids that start with what was typed come first, then what was shared or saved last."""
    typed = folded(words)
    many = await has_many(conn, server_id)
    numbers = list(await conn.scalars(matching(conn.dialect.name, server_id, typed, limit, many=many)))
    stored = await papers.by_numbers(conn, numbers)
    return [stored[number] for number in numbers]


def matching(dialect: str, server_id: int, typed: str, limit: int, *, many: bool) -> Select[int]:
    """Gives their numbers. `typed` is folded; `many` is whether the server has many papers."""
    parts = typed.split()[:_MOST_WORDS]
    among = _candidates(dialect, server_id, typed, parts)
    met = (_met_among(server_id, among) if many else _met(server_id)).subquery()
    at = func.max(met.c.at)
    last = select(met.c.paper_id, at.label("at")).group_by(met.c.paper_id).having(at.is_not(None)).subquery()
    paper_id = func.lower(paper.c.value)
    starts = or_(paper.c.search_key.startswith(typed, autoescape=True), paper_id.startswith(typed, autoescape=True))
    return (
        select(paper.c.id)
        .join(last, last.c.paper_id == paper.c.id)
        .where(*_holds(parts))
        .order_by(starts.desc(), last.c.at.desc(), paper.c.id.desc())
        .limit(limit)
    )


def _met(server_id: int) -> CompoundSelect[*tuple[object, ...]]:
    """When this server met which paper."""
    shared = (
        select(paper_alias.c.paper_id, mention.c.at)
        .join(mention, same_id(mention, paper_alias))
        .where(mention.c.server_id == server_id)
    )
    return union_all(shared, select(entry.c.paper_id, entry.c.saved_at).where(entry.c.server_id == server_id))


def _met_among(server_id: int, among: CTE) -> CompoundSelect[*tuple[object, ...]]:
    """The same for these papers, NULL for those that it did not meet. The outer join keeps SQLite from beginning with
    all that the server shared."""
    number = among.c.paper_id
    shared = (
        select(func.max(mention.c.at))
        .select_from(
            paper_alias.outerjoin(mention, and_(same_id(mention, paper_alias), mention.c.server_id == server_id))
        )
        .where(paper_alias.c.paper_id == number)
        .scalar_subquery()
    )
    saved = select(entry.c.saved_at).where(entry.c.server_id == server_id, entry.c.paper_id == number).scalar_subquery()
    return union_all(select(number, shared.label("at")), select(number, saved))


def _holds(parts: Sequence[str]) -> list[ColumnElement[bool]]:
    paper_id = func.lower(paper.c.value)
    return [
        or_(paper.c.search_key.contains(part, autoescape=True), paper_id.contains(part, autoescape=True))
        for part in parts
    ]


def _candidates(dialect: str, server_id: int, typed: str, parts: Sequence[str]) -> CTE:
    saved = select(entry.c.paper_id).where(entry.c.server_id == server_id)
    ways = [
        saved.order_by(entry.c.saved_at.desc(), entry.c.paper_id.desc()).limit(_LATEST),
        select(paper_alias.c.paper_id).join(
            latest := select(mention.c.scheme, mention.c.value)
            .where(mention.c.server_id == server_id)
            .order_by(mention.c.at.desc())
            .limit(_LATEST)
            .subquery(),
            (latest.c.scheme == paper_alias.c.scheme) & (latest.c.value == paper_alias.c.value),
        ),
    ]
    if typed:
        begins = typed[:_LETTERS_OF_TITLE]
        ways.append(
            saved.where(entry.c.title_key >= begins, entry.c.title_key <= begins + _LAST_LETTER).limit(_STARTING)
        )
    runs = sorted({part[at : at + _RUN] for part in parts for at in range(len(part) - _RUN + 1)})
    if runs:
        ways.append(_with_runs(dialect, runs))
    found = union(*(select(way.subquery().c.paper_id) for way in ways)).subquery()
    among = select(found.c.paper_id)
    if parts:
        among = among.join(paper, paper.c.id == found.c.paper_id).where(*_holds(parts))
    return among.cte("among")


def _with_runs(dialect: str, runs: Sequence[str]) -> Select[int]:
    """FTS5 and `@>` ask the same: papers that hold all of them, anywhere."""
    if dialect == "sqlite":
        number = column("rowid", Integer)
        wanted = column("paper_suggest").op("MATCH")(" AND ".join(_quoted(run) for run in runs))
    else:
        number = column("paper_id", Integer)
        wanted = column("runs").op("@>")(cast(literal(list(runs), ARRAY(Text)), ARRAY(Text)))
    found = select(number.label("paper_id")).select_from(table("paper_suggest")).where(wanted)
    return found.order_by(number.desc()).limit(_HOLDING)


def _quoted(run: str) -> str:
    """As a string of FTS5 (sqlite.org/fts5.html, 3.1)."""
    return '"' + run.replace('"', '""') + '"'
