"""What is kept of a member, and for how long."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

KEPT_AFTER_REMOVAL = timedelta(days=30)
"""Data of a server that removed the bot. Inviting it again before that keeps everything."""

PLAIN_FILE_BYTES = 5_000_000
"""A larger export is compressed: Discord takes 10 MB from a bot (developers/reference, "Uploading Files")."""


class Kind(StrEnum):
    """What a member can have here. The values are the keys of the export."""

    SHARED = "shared"
    SAVED = "saved"
    VOTES = "votes"
    STATUSES = "statuses"
    NOTES = "notes"
    NOMINATIONS = "nominations"
    CANDIDATES = "candidates"
    PRESENTED = "presented"
    IMPORTS = "imports"
    BACKFILLS = "backfills"
    REPORTS = "reports"
    CONFIRMATIONS = "confirmations"
    ANSWERS = "answers"
    EXPLANATIONS = "explanations"
    EXPLANATION_VOTES = "explanation_votes"
    RESOURCES = "resources"


class Holdings(BaseModel):
    """How much of a member is kept: by kind in the server where they ask, and in all others together.
    `ignored_since` is when they opted out."""

    model_config = ConfigDict(frozen=True)

    here: dict[Kind, int] = {}
    elsewhere: dict[Kind, int] = {}
    other_servers: int = 0
    ignored_since: datetime | None = None

    @property
    def total(self) -> dict[Kind, int]:
        """Over all servers, in the order of `Kind`."""
        added = {kind: self.here.get(kind, 0) + self.elsewhere.get(kind, 0) for kind in Kind}
        return {kind: count for kind, count in added.items() if count}


class Deleted(NamedTuple):
    """What went. `cards` (server and paper, the latest shown first) and `rounds` still name the member on Discord."""

    counts: dict[Kind, int]
    cards: tuple[tuple[int, int], ...]
    rounds: tuple[int, ...]
    still_ignored: bool


class ExportFile(NamedTuple):
    """A file for the member alone."""

    name: str
    content: bytes


Rows = Mapping[Kind, Sequence[Mapping[str, Any]]]


def export_file(user_id: int, rows: Rows, *, ignored_since: datetime | None, now: datetime) -> ExportFile:
    """Everything of a member as JSON; PRIVACY.md explains the keys. Ids are texts, since JavaScript rounds them."""
    document: dict[str, Any] = {
        "member_id": str(user_id),
        "made_at": now.isoformat(),
        "ignored_since": ignored_since.isoformat() if ignored_since else None,
    } | {kind.value: [_plain(row) for row in rows.get(kind, ())] for kind in Kind}
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    if len(content) > PLAIN_FILE_BYTES:
        return ExportFile("paper-club.json.gz", gzip.compress(content, mtime=0))
    return ExportFile("paper-club.json", content)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(key, value) for key, value in row.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) if isinstance(each, Mapping) else each for each in value]
    return str(value) if key.endswith("_id") and value is not None else value
