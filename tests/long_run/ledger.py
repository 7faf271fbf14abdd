"""What the bot's database holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_DUE = """
    SELECT min(at) FROM (
        SELECT due_at AS at FROM reply UNION ALL SELECT due_at FROM lookup WHERE state = 'waiting'
        UNION ALL SELECT wake_at FROM occurrence WHERE due_at <= ?
    )
"""


class Ledger:
    """Looked at from outside."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def next_due(self, now: datetime) -> datetime | None:
        """When the next card is to be posted or the next paper to be asked for, or what fell due before now is to be
        tried again."""
        ((text,),) = self._rows(_DUE, f"{now:%Y-%m-%d %H:%M:%S.%f}")
        return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    def replies(self) -> dict[int, int]:
        """The message that is answered, by the reply that stands."""
        return dict(self._rows("SELECT posted_id, message_id FROM reply WHERE posted_id > 0 AND message_id > 0"))

    def votes(self) -> set[tuple[int, int, int]]:
        """Server, paper as the bot numbers it, member."""
        return set(self._rows("SELECT server_id, paper_id, user_id FROM vote"))

    def entries(self) -> set[tuple[int, str]]:
        """The papers on the lists: server and title."""
        return set(self._rows("SELECT entry.server_id, paper.title FROM entry JOIN paper ON paper.id = entry.paper_id"))

    def outcomes(self) -> list[str]:
        """How what fell due ended, in order."""
        return [text for (text,) in self._rows("SELECT outcome FROM occurrence WHERE outcome > '' ORDER BY due_at")]

    def _rows(self, statement: str, *values: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
            return database.execute(statement, values).fetchall()
