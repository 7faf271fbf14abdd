"""`/list` and `/search` in a server whose list is very long: in the service, so without Discord."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure, Goal, percentile
from benchmarks.lab import Lab
from bot.domain.reading_list import SORTS, Listing
from bot.services.reading_list import ReadingList
from bot.services.search import Search
from bot.storage.database import Database
from bot.storage.migrate import migrate
from sandbox.clock import VirtualClock
from tests.list_speed import fill
from tests.storage.examples import NOW, SERVER

_MEMBER = 7
_SEARCHES = ("attention", "graph kernel", "ada writer", "sparse theory policy", "learn")

Call = Callable[[], Awaitable[object]]


async def lists(lab: Lab) -> list[Figure]:
    """The slowest page and the slowest search count. It is the processor's time, which other work on the machine does
    not make longer."""
    entries = lab.size.many_papers
    pages, found = await slowest(lab, entries)
    worst_page, worst_search = max(pages, key=lambda what: pages[what]), max(found, key=lambda what: found[what])
    return [
        Figure(
            word="lists",
            what=f"/list with {entries:,} entries, p95 in the service",
            unit="ms",
            own=pages[worst_page],
            goal=Goal(limit=10),
            details={"slowest": worst_page, "each": pages},
        ),
        Figure(
            word="lists",
            what=f"/search with {entries:,} entries, p95 in the service",
            unit="ms",
            own=found[worst_search],
            goal=Goal(limit=100),
            details={"slowest": worst_search, "each": found},
        ),
    ]


async def slowest(lab: Lab, entries: int) -> tuple[dict[str, float], dict[str, float]]:
    """The milliseconds of each kind of page and of each search, p95."""
    database: Path = lab.database()
    url = f"sqlite+aiosqlite:///{database}"
    await migrate(url)
    db = await Database.open(url)
    try:
        await fill(db, entries)
        pages = {what: await _timed(call, lab.size.calls) for what, call in _pages(ReadingList(db, VirtualClock(NOW)))}
        found = {what: await _timed(call, lab.size.calls) for what, call in _searches(Search(db))}
    finally:
        await db.close()
    return pages, found


def _pages(the_list: ReadingList) -> Iterable[tuple[str, Call]]:
    for sort in SORTS:
        for what, listing in (
            (sort, Listing(sort)),
            (f"{sort}, one tag", Listing(sort, tag="tag 1")),
            (f"{sort}, one member's", Listing(sort, saved_by=3)),
            (f"{sort}, read", Listing(sort, status="read")),
        ):
            for page in (0, 4):
                yield f"{what}, page {page + 1}", partial(the_list.page, SERVER, _MEMBER, listing, page)


def _searches(search: Search) -> Iterable[tuple[str, Call]]:
    for words in _SEARCHES:
        yield words, partial(search.find, SERVER, words)


async def _timed(call: Call, calls: int) -> float:
    took = []
    for _ in range(calls):
        began = time.process_time()
        await call()
        took.append((time.process_time() - began) * 1000)
    return percentile(took, 0.95)
