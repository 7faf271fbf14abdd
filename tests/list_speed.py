"""How long a page of a very long list takes: `python -m tests.list_speed [entries]`.

Fills a SQLite file with one server of 100,000 entries and asks the service for first pages and deep ones.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.domain.reading_list import SORTS, STATUSES, Listing
from bot.services.reading_list import PAGE_SIZE, ReadingList
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import discussion, entry, entry_tag, mention, paper, paper_alias, reading, vote
from sandbox.clock import VirtualClock
from tests.engines import sqlite_url
from tests.storage.examples import NOW, SERVER

MEMBERS, TAGS, ROUNDS = 60, 300, 40
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
BATCH = 10_000
FIRST_PAGES = (0, 0, 0, 1, 2, 5)

log = logging.getLogger(__name__)

Rows = Iterator[dict[str, object]]


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
        log.info("%9d rows of %s", len(rows), table.name)


async def measure(the_list: ReadingList, what: str, listing: Listing, pages: tuple[int, ...] = FIRST_PAGES) -> None:
    """Milliseconds of the median and of the slowest twentieth; of processor time, which a busy machine leaves alone."""
    took = []
    for turn in range(ROUNDS):
        start = time.process_time()
        await the_list.page(SERVER, 7, listing, pages[turn % len(pages)])
        took.append((time.process_time() - start) * 1000)
    took.sort()
    log.info("%-28s median %7.1f ms   p95 %7.1f ms", what, took[ROUNDS // 2], took[int(ROUNDS * 0.95)])


async def run(entries: int) -> None:
    """In a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="paperclub-") as folder:
        url = sqlite_url(Path(folder) / "list.db")
        await migrate(url)
        db = await Database.open(url)
        await fill(db, entries)
        the_list = ReadingList(db, VirtualClock(NOW))
        for sort in SORTS:
            await measure(the_list, f"sort: {sort}", Listing(sort))
        for sort in SORTS:
            await measure(the_list, f"tag: sort: {sort}", Listing(sort, tag="tag 1"))
            await measure(the_list, f"saved_by: sort: {sort}", Listing(sort, saved_by=3))
            await measure(the_list, f"status: sort: {sort}", Listing(sort, status="read"))
        middle = entries // PAGE_SIZE // 2
        for sort in SORTS:
            await measure(the_list, f"sort: {sort}, page {middle}", Listing(sort), (middle,))
        await db.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
