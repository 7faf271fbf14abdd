"""Real arXiv records for tests, where the folder of recorded data lies beside the checkout."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.domain.papers import Paper, PaperId

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_RECORDS = DATA / "arxiv-metadata.jsonl.gz"
_ODDITIES = DATA / "arxiv-oddities.json"

needs_records = pytest.mark.skipif(not _RECORDS.exists(), reason="the recorded arXiv metadata is not here")


@cache
def all_papers() -> tuple[Paper, ...]:
    with gzip.open(_RECORDS, "rt", encoding="utf-8") as lines:
        return tuple(_paper(json.loads(line)) for line in lines)


@cache
def odd_ids(tag: str | None = None) -> frozenset[str]:
    """Ids of the records that are odd in the way named, or in any; up to 200 for each way."""
    tags: dict[str, dict[str, list[str]]] = json.loads(_ODDITIES.read_text(encoding="utf-8"))
    return frozenset(name for key, entry in tags.items() if tag in (None, key) for name in entry["ids"])


def _paper(record: dict[str, Any]) -> Paper:
    published = record["published"]
    return Paper(
        id=PaperId("arxiv", record["id"]),
        title=" ".join(record["title"].split()),
        authors=tuple(record["authors"]),
        abstract=record["abstract"],
        categories=tuple(record["categories"]),
        primary_category=record["primary_category"],
        published=datetime.fromisoformat(published) if published else None,
        doi=record["doi"],
        journal_ref=record["journal_ref"],
        comment=record["comment"],
    )
