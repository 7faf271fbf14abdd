"""All checks, side by side, said in one order: a line for each thing, with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.check.arxiv import probe_arxiv
from bot.check.database import OpenedDatabase, probe_database
from bot.check.discord import probe_discord
from bot.check.finding import FAILED, NO_DATABASE, REFUSED, WELL, Finding
from bot.clock import Clock, SystemClock
from bot.settings import Settings

TIMEOUT_SECONDS = 10.0
"""For each outside system, and for reading the whole database."""

_WORST_FIRST = (REFUSED, NO_DATABASE, FAILED)


async def check(settings: Settings, say: Callable[[str], object], clock: Clock | None = None) -> int:
    """Says each line as soon as it and those before it are known. Returns the exit code: of what failed, the worst."""
    time = clock or SystemClock()
    opened = await OpenedDatabase.open(settings.database_url.get_secret_value())
    probes = [
        asyncio.create_task(probe_database(opened, timeout_seconds=TIMEOUT_SECONDS)),
        asyncio.create_task(probe_discord(settings, time, timeout_seconds=TIMEOUT_SECONDS)),
        asyncio.create_task(probe_arxiv(settings, opened.database, time, timeout_seconds=TIMEOUT_SECONDS)),
    ]
    findings = [_settings(settings)]
    say(str(findings[0]))
    try:
        for probe in probes:
            found = await probe
            findings += found
            for finding in found:
                say(str(finding))
    finally:
        for probe in probes:
            probe.cancel()
        await asyncio.gather(*probes, return_exceptions=True)
        await opened.close()
    return exit_code(findings)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 with warnings alone; what starting again does not mend comes before what may pass."""
    codes = {finding.code for finding in findings if finding.verdict == "fail"}
    return next((code for code in _WORST_FIRST if code in codes), WELL)


def _settings(settings: Settings) -> Finding:
    if settings.contact_email is None:
        return Finding("warn", "settings", "set CONTACT_EMAIL, so that arXiv knows whom to write to")
    return Finding("ok", "settings", "all allowed")
