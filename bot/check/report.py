"""All checks in the order in which they are said, one line for each thing, with what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from bot.check.arxiv import probe_arxiv
from bot.check.discord import probe_discord
from bot.check.finding import Finding
from bot.clock import Clock, SystemClock
from bot.settings import Settings
from bot.storage.database import Database, StorageError
from bot.storage.engine import sqlite_path
from bot.storage.migrate import schema_state

TIMEOUT_SECONDS = 10.0
WELL, FAILED, REFUSED = 0, 1, 3


async def check(settings: Settings, say: Callable[[str], object], clock: Clock | None = None) -> int:
    """Says each line as soon as it is known. 0: nothing failed, 3: Discord refuses the token, 1: the rest."""
    findings = []
    async for finding in _findings(settings, clock or SystemClock()):
        say(str(finding))
        findings.append(finding)
    if any(finding.refused for finding in findings):
        return REFUSED
    return FAILED if any(finding.verdict == "FAIL" for finding in findings) else WELL


async def _findings(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    yield _settings(settings)
    finding, database = await _open(settings.database_url.get_secret_value())
    try:
        yield finding
        async for finding in probe_discord(settings, timeout_seconds=TIMEOUT_SECONDS):
            yield finding
        yield await probe_arxiv(settings, database, clock, timeout_seconds=TIMEOUT_SECONDS)
    finally:
        if database is not None:
            await database.close()


def _settings(settings: Settings) -> Finding:
    if settings.contact_email is None:
        return Finding("off", "settings", "set CONTACT_EMAIL, so that arXiv knows whom to write to")
    return Finding("ok", "settings", "all allowed")


async def _open(url: str) -> tuple[Finding, Database | None]:
    """Looks only: a database that is not there, or not up to date, is left to `run`."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return Finding("off", "database", f"{path} is not there yet; run makes it"), None
    try:
        database = await Database.open(url)
    except StorageError as unusable:
        return Finding("FAIL", "database", str(unusable)), None
    state = await schema_state(database)
    if not state.up_to_date:
        await database.close()
        words = f"schema {state.revision or 'empty'}; run and migrate bring it to {state.head}"
        return Finding("off", "database", words), None
    return Finding("ok", "database", f"{path or 'PostgreSQL'}, schema {state.revision}"), database
