"""A look into a database beside the bot, or a change there: one statement, the same on both engines."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import asyncpg

from bot.storage.engine import sqlite_path


def rows(url: str, statement: str, values: Sequence[object] = ()) -> list[Any]:
    """What the database holds now. Values stand for `?`; instants come as SQLite has them, truth as 0 and 1."""
    path = sqlite_path(url)
    if path is None:
        return [tuple(map(_as_sqlite, row)) for row in _on_postgres(url, statement, values)]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute(statement, [_as_sqlite(value) for value in values]).fetchall()


def change(url: str, statement: str, values: Sequence[object] = ()) -> None:
    """Committed at once."""
    path = sqlite_path(url)
    if path is None:
        _on_postgres(url, statement, values)
        return
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement, [_as_sqlite(value) for value in values])
        database.commit()


def _as_sqlite(value: object) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return int(value) if isinstance(value, bool) else value


def _on_postgres(url: str, statement: str, values: Sequence[object]) -> list[Any]:
    numbers = itertools.count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", statement)

    async def run() -> list[Any]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(numbered, *values))
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:  # the test's own event loop is running in this one
        return thread.submit(asyncio.run, run()).result()
