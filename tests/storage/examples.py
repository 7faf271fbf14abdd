"""Papers and instants for storage tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.papers import Paper, PaperId
from bot.storage import papers
from bot.storage.database import Connection, insert
from bot.storage.tables import mention

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SERVER = 613425648685547541
OTHER_SERVER = 81384788765712384
ADA, GRACE = 100000000000000001, 100000000000000002


def after(minutes: float) -> datetime:
    """An instant that many minutes after NOW."""
    return NOW + timedelta(minutes=minutes)


def make_paper(
    value: str = "1706.03762",
    *,
    scheme: str = "arxiv",
    title: str = "Attention Is All You Need",
    authors: tuple[str, ...] = ("Ashish Vaswani", "Noam Shazeer"),
    doi: str | None = None,
) -> Paper:
    """A paper with every field that has a type of its own."""
    return Paper(
        id=PaperId(scheme, value),
        title=title,
        authors=authors,
        abstract="We propose $\\alpha$.",
        categories=("cs.CL", "cs.LG"),
        primary_category="cs.CL",
        published=NOW,
        version=7,
        doi=doi,
    )


async def store(conn: Connection, paper: Paper, *, now: datetime = NOW) -> int:
    """Stores it and returns its number; its readable title is the title."""
    return await papers.upsert(conn, paper, title_text=paper.title, abstract_text="We propose α.", now=now)


async def share(
    conn: Connection,
    paper: PaperId,
    *,
    server_id: int = SERVER,
    message_id: int | None = 1,
    author_id: int | None = ADA,
    at: datetime = NOW,
) -> None:
    """A member links a paper; without `message_id` the message was deleted since."""
    await conn.execute(
        insert(conn, mention).values(
            server_id=server_id,
            channel_id=None if message_id is None else 7,
            message_id=message_id,
            author_id=author_id,
            scheme=paper.scheme,
            value=paper.value,
            position=0,
            at=at,
        )
    )
