"""What one server knows about papers, gathered for a card or a page of the list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.explanations import BestExplanation
from bot.domain.reading_list import Community, FirstShared, Status
from bot.domain.resources import Kind
from bot.storage import report_sums
from bot.storage.paper_ids import same_id
from bot.storage.prepared import Prepared
from bot.storage.tables import (
    discussion,
    entry,
    entry_tag,
    explanation,
    explanation_vote,
    mention,
    note,
    paper,
    paper_alias,
    reading,
    report,
    resource,
    vote,
)


async def community(conn: AsyncConnection, server_id: int, numbers: Collection[int]) -> dict[int, Community]:
    """For each of the papers, in as many queries however many they are; an empty one where nothing is known."""
    if not numbers:
        return {}
    asked = {"server": server_id, "numbers": list(numbers)}
    facts = await _FACTS.rows(conn, asked)
    tags: dict[int, list[str]] = {}
    # most papers have none of these, and then they are not asked for
    if any(row.tagged for row in facts):
        for row in await _TAGS.rows(conn, asked):
            tags.setdefault(row.paper_id, []).append(row.tag)
    found = {row.number: _community(row, tuple(sorted(tags.get(row.number, ())))) for row in facts}
    if any(row.explained for row in facts):
        for row in await _BEST_EXPLANATIONS.rows(conn, asked):
            best = BestExplanation(user_id=row.user_id, level=row.level, text=row.text, of=row.of)
            found[row.paper_id] = found[row.paper_id].model_copy(update={"explanation": best})
    if any(row.has_resources for row in facts):
        resources: dict[int, dict[Kind, int]] = {}
        for row in await _RESOURCES.rows(conn, asked):
            resources.setdefault(row.paper_id, {})[row.kind] = row.how_many
        for number, counts in resources.items():
            found[number] = found[number].model_copy(update={"resources": counts})
    if any(row.reported for row in facts):
        for number, reports in (await report_sums.sums(conn, server_id, numbers)).items():
            found[number] = found[number].model_copy(update={"reports": reports})
    return {number: found.get(number, Community()) for number in numbers}


# Building these took almost half of the time of a page of the list.

_SERVER: BindParameter[int] = bindparam("server")
_NUMBERS: BindParameter[list[int]] = bindparam("numbers", expanding=True)


def _tags(_dialect: str) -> Select[*tuple[Any, ...]]:
    return select(entry_tag.c.paper_id, entry_tag.c.tag).where(
        entry_tag.c.server_id == _SERVER, entry_tag.c.paper_id.in_(_NUMBERS)
    )


def _mentions() -> Select[*tuple[Any, ...]]:
    """How often each paper was shared, under whichever of its ids, and the first time. Two ids of one paper in one
    message are one mention; of deleted messages nothing is known but that they were.

    The outer join keeps SQLite from starting with all mentions of the server: it then has a row for every id of these
    papers, shared or not.
    """
    ranked = (
        select(
            paper_alias.c.paper_id,
            mention.c.id.label("mention_id"),
            mention.c.at,
            mention.c.author_id,
            mention.c.channel_id,
            mention.c.message_id,
            func.row_number()
            .over(partition_by=paper_alias.c.paper_id, order_by=(mention.c.at.nulls_last(), mention.c.id))
            .label("place"),
        )
        .join(mention, and_(same_id(mention, paper_alias), mention.c.server_id == _SERVER), isouter=True)
        .where(paper_alias.c.paper_id.in_(_NUMBERS))
        .subquery()
    )

    def of_first(column: str) -> ColumnElement[Any]:
        return func.max(case((ranked.c.place == 1, ranked.c[column]))).label(column)

    was_deleted = and_(ranked.c.mention_id.is_not(None), ranked.c.message_id.is_(None))
    deleted = func.sum(case((was_deleted, 1), else_=0))
    return select(
        ranked.c.paper_id,
        (func.count(ranked.c.message_id.distinct()) + deleted).label("mentions"),
        of_first("at"),
        of_first("author_id"),
        of_first("channel_id"),
        of_first("message_id"),
    ).group_by(ranked.c.paper_id)


def _best_explanations(_dialect: str) -> Select[*tuple[Any, ...]]:
    """Of each paper the one for its card, by the rule of `domain/explanations.py`."""
    votes = (
        select(func.count())
        .select_from(explanation_vote)
        .where(explanation_vote.c.explanation_id == explanation.c.id)
        .scalar_subquery()
    )
    of_paper = explanation.c.paper_id
    ranked = (
        select(
            of_paper,
            explanation.c.user_id,
            explanation.c.level,
            explanation.c.text,
            func.count().over(partition_by=of_paper).label("of"),
            func.row_number()
            .over(partition_by=of_paper, order_by=(votes.desc(), explanation.c.at, explanation.c.id))
            .label("place"),
        )
        .where(explanation.c.server_id == _SERVER, of_paper.in_(_NUMBERS))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1)


def _resources(_dialect: str) -> Select[*tuple[Any, ...]]:
    return (
        select(resource.c.paper_id, resource.c.kind, func.count().label("how_many"))
        .where(resource.c.server_id == _SERVER, resource.c.paper_id.in_(_NUMBERS))
        .group_by(resource.c.paper_id, resource.c.kind)
    )


def _facts(_dialect: str) -> Select[*tuple[Any, ...]]:
    mentioned = _mentions().subquery()

    def counted(table: Table) -> ColumnElement[int]:
        return (
            select(func.count())
            .where(table.c.server_id == entry.c.server_id, table.c.paper_id == entry.c.paper_id)
            .scalar_subquery()
        )

    def there(table: Table, name: str) -> ColumnElement[bool]:
        return exists().where(table.c.server_id == _SERVER, table.c.paper_id == paper.c.id).label(name)

    def readers(status: Status) -> ColumnElement[int]:
        return (
            select(func.count())
            .where(reading.c.server_id == _SERVER, reading.c.paper_id == paper.c.id, reading.c.status == status)
            .scalar_subquery()
            .label(status)
        )

    return (
        select(
            paper.c.id.label("number"),
            entry.c.saved_by,
            entry.c.saved_at,
            counted(vote).label("votes"),
            counted(note).label("notes"),
            discussion.c.thread_id,
            mentioned.c.mentions,
            mentioned.c.at,
            mentioned.c.author_id,
            mentioned.c.channel_id,
            mentioned.c.message_id,
            readers("reading"),
            readers("read"),
            there(entry_tag, "tagged"),
            there(explanation, "explained"),
            there(resource, "has_resources"),
            there(report, "reported"),
        )
        .join(entry, and_(entry.c.paper_id == paper.c.id, entry.c.server_id == _SERVER), isouter=True)
        .join(
            discussion,
            and_(discussion.c.paper_id == paper.c.id, discussion.c.server_id == _SERVER),
            isouter=True,
        )
        .join(mentioned, mentioned.c.paper_id == paper.c.id, isouter=True)
        .where(paper.c.id.in_(_NUMBERS))
    )


_TAGS, _FACTS = Prepared(_tags), Prepared(_facts)
_BEST_EXPLANATIONS, _RESOURCES = Prepared(_best_explanations), Prepared(_resources)


def _community(facts: Any, tags: tuple[str, ...]) -> Community:
    first = None
    if facts.mentions:
        first = FirstShared(
            at=facts.at,
            author_id=facts.author_id,
            channel_id=facts.channel_id,
            message_id=facts.message_id,
        )
    return Community(
        first_shared=first,
        mentions=facts.mentions or 0,
        saved_by=facts.saved_by,
        saved_at=facts.saved_at,
        votes=facts.votes,
        tags=tags,
        notes=facts.notes,
        thread_id=facts.thread_id,
        reading=facts.reading,
        read=facts.read,
    )
