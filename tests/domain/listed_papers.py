"""Lines of a reading list for tests of what is written into files."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.export.files import Format, writer
from bot.domain.export.listed import Listed
from bot.domain.latex import readable
from bot.domain.papers import Paper, PaperId
from bot.domain.reading_list import Community, Entry
from bot.domain.stored_paper import StoredPaper

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def paper(value: str = "1706.03762", *, scheme: str = "arxiv", title: str = "Attention", **fields: object) -> Paper:
    plain: dict[str, object] = {
        "id": PaperId(scheme, value),
        "title": title,
        "authors": ("Ashish Vaswani",),
        "abstract": "Words.",
        "primary_category": "cs.CL",
        "published": NOW,
    }
    return Paper.model_validate(plain | fields)


def line(of: Paper, *, tags: tuple[str, ...] = (), notes: tuple[str, ...] = (), votes: int = 0) -> Listed:
    """As it is read from the database."""
    stored = StoredPaper(
        number=1, paper=of, title_text=readable(of.title), abstract_text=readable(of.abstract), fetched_at=NOW
    )
    return Listed(Entry(paper=stored, community=Community(saved_at=NOW, tags=tags, votes=votes)), notes)


def write(wanted: Format, *lines: Listed) -> str:
    """The whole file, in two pieces."""
    by = writer(wanted, 'The "papers": [ Club')
    return by.head() + by.lines(lines[:1]) + by.lines(lines[1:]) + by.tail()
