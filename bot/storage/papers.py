"""Papers and the ids that lead to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.papers import Paper, PaperId
from bot.domain.search_text import folded
from bot.domain.stored_paper import StoredPaper
from bot.storage.database import insert
from bot.storage.paper_ids import by_scheme
from bot.storage.prepared import Prepared
from bot.storage.tables import paper as papers
from bot.storage.tables import paper_alias

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_BY_NUMBERS = Prepared(lambda _dialect: select(papers).where(papers.c.id.in_(bindparam("numbers", expanding=True))))
_BY_IDS = Prepared(
    lambda _dialect: (
        select(paper_alias.c.value.label("by_value"), papers)
        .join(papers)
        .where(
            paper_alias.c.scheme == bindparam("by_scheme"), paper_alias.c.value.in_(bindparam("values", expanding=True))
        )
    )
)


async def upsert(conn: AsyncConnection, paper: Paper, *, title_text: str, abstract_text: str, now: datetime) -> int:
    """Stores what a source said and returns the paper's number.

    Its own id and its DOIs lead to it from now on, except those that led to another paper before. When its own id
    does, that paper stays as it is and its number is returned.
    """
    other = await conn.scalar(
        select(papers.c.id)
        .join(paper_alias)
        .where(
            paper_alias.c.scheme == paper.id.scheme,
            paper_alias.c.value == paper.id.value,
            tuple_(papers.c.scheme, papers.c.value) != tuple_(*paper.id),
        )
    )
    if other is not None:
        return int(other)
    statement = insert(conn, papers).values(
        **_columns(paper),
        title_text=title_text,
        abstract_text=abstract_text,
        search_key=f"{folded(title_text)}\n{folded(', '.join(paper.authors))}",
        fetched_at=now,
    )
    number = await conn.scalar(
        statement.on_conflict_do_update(
            index_elements=["scheme", "value"],
            set_={column.name: statement.excluded[column.name] for column in papers.c if column.name != "id"},
        ).returning(papers.c.id)
    )
    await conn.execute(
        insert(conn, paper_alias)
        .values([{"scheme": alias.scheme, "value": alias.value, "paper_id": number} for alias in _aliases(paper)])
        .on_conflict_do_nothing()
    )
    return int(number)


async def by_ids(conn: AsyncConnection, ids: Collection[PaperId]) -> dict[PaperId, StoredPaper]:
    """Those of the ids that lead to a stored paper; several may lead to the same."""
    found: dict[PaperId, StoredPaper] = {}
    for scheme, values in by_scheme(ids).items():
        rows = await _BY_IDS.rows(conn, {"by_scheme": scheme, "values": values})
        found |= {PaperId(scheme, row.by_value): stored_paper(row) for row in rows}
    return found


async def by_numbers(conn: AsyncConnection, numbers: Collection[int]) -> dict[int, StoredPaper]:
    """Those of the numbers that are known."""
    rows = await _BY_NUMBERS.rows(conn, {"numbers": list(numbers)})
    return {row.id: stored_paper(row) for row in rows}


def stored_paper(row: Row[*tuple[Any, ...]]) -> StoredPaper:
    """The paper in a row that holds every column of its table."""
    return StoredPaper(
        number=row.id,
        paper=Paper(
            id=PaperId(row.scheme, row.value),
            title=row.title,
            authors=tuple(row.authors),
            abstract=row.abstract,
            categories=tuple(row.categories),
            primary_category=row.primary_category,
            published=row.published,
            updated=row.updated,
            version=row.version,
            doi=row.doi,
            journal_ref=row.journal_ref,
            comment=row.comment,
            withdrawn=row.withdrawn,
        ),
        title_text=row.title_text,
        abstract_text=row.abstract_text,
        fetched_at=row.fetched_at,
    )


def _columns(paper: Paper) -> dict[str, object]:
    return {
        "scheme": paper.id.scheme,
        "value": paper.id.value,
        **paper.model_dump(exclude={"id"}),
        "authors": list(paper.authors),
        "categories": list(paper.categories),
    }


def _aliases(paper: Paper) -> list[PaperId]:
    """A journal's DOI can stand beside an erratum's, separated by a space (seen in arXiv's feed); arXiv itself
    registers one for each of its papers (info.arxiv.org/help/doi.html)."""
    dois = _DOI.findall(paper.doi.lower()) if paper.doi else []
    if paper.id.scheme == "arxiv":
        dois.append(f"10.48550/arxiv.{paper.id.value.lower()}")
    return list(dict.fromkeys([paper.id, *(PaperId("doi", doi) for doi in dois)]))
