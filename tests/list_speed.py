"""How long members wait for a very long list: `python -m tests.list_speed [sqlite|postgres] [entries]`.

Fills a database with one server of 100,000 entries and asks the services for pages of the list, first ones and deep
ones, for searches, for what is suggested while somebody types, and for an export.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.reading_list import SORTS, STATUSES, Listing
from bot.services.export import Exports
from bot.services.reading_list import PAGE_SIZE, ReadingList
from bot.services.search import Search
from bot.storage import suggestions
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import discussion, entry, entry_tag, mention, paper, paper_alias, reading, vote
from sandbox.clock import VirtualClock
from tests.engines import empty_postgres, sqlite_url
from tests.storage.examples import NOW, SERVER

MEMBERS, TAGS, ROUNDS = 60, 300, 40
READER = 7
WORDS = (
    "learning",
    "deep",
    "attention",
    "model",
    "neural",
    "language",
    "graph",
    "policy",
    "kernel",
    "sparse",
    "theory",
)
BATCH = 5_000
FIRST_PAGES = (0, 0, 0, 1, 2, 5)
SEARCHED = ("learning", "graph theory", "ada writer", "lea", "graph theory kernel policy sparse attention",
            "graph zebra", "graph theory kernel zebra policy sparse")  # fmt: skip
"""The last ones: no paper has all the words."""
TYPED = (
    "",
    "l",
    "le",
    "learn",
    "learning deep",
    "graph theory kern",
    "ada wri",
    "1706",
    "99999",
    "deep zebra",
    "xyzzy",
)
EXPORTED = 10_000

log = logging.getLogger(__name__)

Rows = Iterator[dict[str, object]]
Call = Callable[[int], Awaitable[object]]


class Figure(NamedTuple):
    """Milliseconds of a processor: of this process, and of PostgreSQL's that works for it."""

    what: str
    median: float
    p95: float


async def fill(db: Database, entries: int) -> None:
    """One entry in five has votes, one in three tags, one in five readers, one in fifty a thread."""
    chance = random.Random(1)  # noqa: S311 - the same list each time

    def some(share: int) -> list[int]:
        return chance.sample(range(1, entries + 1), entries // share)

    def papers() -> Rows:
        for number in range(1, entries + 1):
            title = f"{' '.join(chance.choices(WORDS, k=8))} {number}"
            yield {
                "id": number, "scheme": "arxiv", "value": f"{number}", "title": title, "title_text": title,
                "authors": ["Ada Writer"], "abstract": "x" * 600, "abstract_text": "Some words. " * 50,
                "categories": ["cs.CL"], "fetched_at": NOW, "search_key": f"{title}\nada writer",
            }  # fmt: skip

    def of(number: int, **columns: object) -> dict[str, object]:
        return {"server_id": SERVER, "paper_id": number, **columns}

    order = some(1)
    tables = {
        paper: list(papers()),
        paper_alias: [{"scheme": "arxiv", "value": f"{number}", "paper_id": number} for number in order],
        entry: [
            of(number, saved_by=chance.randrange(MEMBERS), saved_at=NOW + timedelta(minutes=at))
            for at, number in enumerate(order)
        ],
        vote: [
            of(number, user_id=user_id, at=NOW)
            for number in some(5)
            for user_id in range(1 + min(int(chance.expovariate(0.7)), 30))
        ],
        entry_tag: [
            of(number, tag=f"tag {tag}")
            for number in some(3)
            for tag in chance.sample(range(TAGS), chance.randint(1, 3))
        ],
        reading: [
            of(number, user_id=user_id, status=chance.choice(STATUSES), at=NOW)
            for number in some(5)
            for user_id in chance.sample(range(MEMBERS), 2)
        ],
        discussion: [
            of(number, channel_id=7, thread_id=number, made_at=NOW, messages=chance.randrange(40))
            for number in some(50)
        ],
        mention: [
            {"server_id": SERVER, "channel_id": 7, "message_id": at, "author_id": 5, "scheme": "arxiv",
             "value": f"{number}", "position": 0, "at": NOW + timedelta(minutes=at)}
            for at, number in enumerate(some(4))
        ],
    }  # fmt: skip
    for table, rows in tables.items():
        async with db.write() as conn:
            for start in range(0, len(rows), BATCH):
                await conn.execute(insert(table), rows[start : start + BATCH])
                if db.dialect == "postgresql":  # else triggers go on as was best for empty tables
                    await conn.execute(text(f"ANALYZE {table.name}"))
        log.info("%9d rows of %s", len(rows), table.name)


async def figures(db: Database, entries: int) -> list[Figure]:
    """Of a database that `fill` has filled."""
    clock = VirtualClock(NOW)
    the_list, search = ReadingList(db, clock), Search(db)
    found = []

    async def page(listing: Listing, numbers: Sequence[int], turn: int) -> None:
        await the_list.page(SERVER, READER, listing, numbers[turn % len(numbers)])

    async def find(typed: str, _: int) -> None:
        await search.find(SERVER, typed)

    async def suggest(typed: str, _: int) -> None:
        async with db.read() as conn:
            await suggestions.suggest(conn, SERVER, typed)

    for sort in SORTS:
        for what, listing in {
            f"list by {sort}": Listing(sort),
            f"list by {sort}, a tag": Listing(sort, tag="tag 1"),
            f"list by {sort}, a saver": Listing(sort, saved_by=3),
            f"list by {sort}, a status": Listing(sort, status="read"),
            f"list by {sort}, reproduced": Listing(sort, learned="reproduced"),
        }.items():
            found.append(await _measured(db, what, partial(page, listing, FIRST_PAGES)))
        for deep in (entries // PAGE_SIZE // 2, entries // PAGE_SIZE - 1):
            found.append(await _measured(db, f"list by {sort}, page {deep:,}", partial(page, Listing(sort), [deep])))
    found += [await _measured(db, f"search: {typed}", partial(find, typed)) for typed in SEARCHED]
    return found + [await _measured(db, f"suggest: {typed!r}", partial(suggest, typed)) for typed in TYPED]


async def export_stall(db: Database) -> float:
    """The longest time in ms for which the event loop stood still while a list of 10,000 was written, less than
    what the machine took for others: by the processor's time of its thread."""
    stalls: list[float] = []

    async def watch() -> None:
        while True:
            start = time.thread_time()
            await asyncio.sleep(0)
            stalls.append(time.thread_time() - start)

    watching = asyncio.create_task(watch())
    await Exports(db, VirtualClock(NOW)).file(SERVER, "JSON", server_name="Paper Club", most_bytes=1 << 40)
    watching.cancel()
    return max(stalls) * 1000


async def _measured(db: Database, what: str, call: Call) -> Figure:
    """The median and the slowest twentieth. Processor time is what a busy machine leaves alone."""
    took = []
    process = await _postgres_process(db)
    for turn in range(ROUNDS):
        start = _processor_ms(process)
        await call(turn)
        took.append(_processor_ms(process) - start)
    took.sort()
    figure = Figure(what, took[ROUNDS // 2], took[int(ROUNDS * 0.95)])
    log.info("%-58s median %7.1f ms   p95 %7.1f ms", *figure)
    return figure


async def _postgres_process(db: Database) -> int | None:
    """The one that answers: of connections that are used in turn the pool opens only one."""
    if db.dialect == "sqlite":
        return None
    async with db.read() as conn:
        return int((await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one())


def _processor_ms(process: int | None) -> float:
    there = 0 if process is None else int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    return time.process_time() * 1000 + there / 1_000_000


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of an empty one, which is gone afterwards."""
    if engine == "postgres":
        with empty_postgres() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory(prefix="paperclub-") as folder:
            yield sqlite_url(Path(folder) / "list.db")


async def filled(url: str, entries: int) -> Database:
    """Migrated, filled, and with what the engine counts by itself after a while."""
    await migrate(url)
    db = await Database.open(url)
    await fill(db, entries)
    if db.dialect == "postgresql":
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as conn:
            await conn.execute(text("VACUUM ANALYZE"))
        await engine.dispose()
    return db


async def run(engine: str, entries: int) -> None:
    """Prints all of them."""
    with database(engine) as url:
        db = await filled(url, entries)
        all_figures = await figures(db, entries)
        await db.close()
        for kind in ("list", "search", "suggest"):
            slowest = max((figure for figure in all_figures if figure.what.startswith(kind)), key=lambda each: each.p95)
            log.info("slowest %-50s median %7.1f ms   p95 %7.1f ms", *slowest)
    with database(engine) as url:
        db = await filled(url, EXPORTED)
        gc.freeze()  # as the bot does when it has started
        log.info("export of %s entries: longest stall %.1f ms", f"{EXPORTED:,}", await export_stall(db))
        await db.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    words = sys.argv[1:]
    counts = [int(word) for word in words if word.isdigit()]
    asyncio.run(run("postgres" if "postgres" in words else "sqlite", *(counts or [100_000])))
