"""What `check` asks arXiv: one paper, in the turn of a bot that runs beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.check.finding import Finding
from bot.clock import Clock
from bot.settings import Settings
from bot.sources.arxiv import ArxivSource
from bot.sources.ports import SourceFailed
from bot.storage import source_gates
from bot.storage.database import Database
from bot.storage.source_gates import Gate


async def probe_arxiv(
    settings: Settings, database: Database | None, clock: Clock, *, timeout_seconds: float
) -> list[Finding]:
    """Whether arXiv answers. Without a database no bot can be running on it, and nobody's turn is taken."""
    source = ArxivSource(settings.arxiv_api_url, contact_email=settings.contact_email, timeout_seconds=timeout_seconds)
    try:
        async with _turn(database, source, clock) as busy:
            return [_not_asked(busy) if busy else await _ask(source)]
    finally:
        await source.close()


async def _ask(source: ArxivSource) -> Finding:
    try:
        answer = await source.fetch([source.surely_exists])
    except SourceFailed as failed:
        return Finding("fail", "arxiv", f"it {failed.reason}; papers wait until it answers")
    if source.surely_exists not in answer.papers:
        return Finding("fail", "arxiv", "it answers without papers; is ARXIV_API_URL right?")
    return Finding("ok", "arxiv", "it answers")


def _not_asked(gate: Gate) -> Finding:
    if gate.failures:
        since = f" since {gate.failing_since:%d %B %H:%M} UTC" if gate.failing_since else ""
        return Finding(
            "fail",
            "arxiv",
            f"it failed {gate.failures} times in a row{since}; next try at {gate.next_at:%H:%M:%S} UTC",
        )
    return Finding("ok", "arxiv", "the bot is asking it just now")


@asynccontextmanager
async def _turn(database: Database | None, source: ArxivSource, clock: Clock) -> AsyncIterator[Gate | None]:
    """Yields None where it is ours to ask, else what stands in the way."""
    if database is None:
        yield None
        return
    async with database.write() as conn:
        before = await source_gates.state(conn, source.name)
        taken = await source_gates.reserve(conn, source.name, clock.now(), source.timeout_seconds)
    if taken is not None:
        yield before
        return
    try:
        yield None
    finally:
        async with database.write() as conn:
            next_at = clock.now() + timedelta(seconds=source.pause_seconds)
            await source_gates.release(conn, source.name, next_at, before.failures, before.failing_since)
