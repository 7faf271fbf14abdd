"""A database as it is after years: papers that are known, shared and saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import entry, mention, occurrence, paper, paper_alias, schedule, server
from sandbox.state.guild import Guild

_BATCH = 10_000
_A_MONTH = 900
_FIELDS = ("cs.CL", "cs.LG", "hep-th", "math.CO", "astro-ph.GA", "q-bio.NC")
_ELSEWHERE = 613425648685547541
"""A server that this bot is not in now."""

Rows = Sequence[dict[str, Any]]


def arxiv_id(number: int) -> str:
    """Of the paper with that number, counted from 1."""
    month, place = divmod(number - 1, _A_MONTH)
    return f"{15 + month // 12:02d}{month % 12 + 1:02d}.{place + 1:05d}"


def link(number: int) -> str:
    """As a member posts it."""
    return f"https://arxiv.org/abs/{arxiv_id(number)}"


async def fill(database: Path, papers: int, *, guilds: Sequence[Guild] = (), digests: bool = False) -> None:
    """So many papers, each shared and saved once: the first half elsewhere, the second in these servers by turns, in
    the last days. With `digests` each of these servers has one that is due now."""
    url = f"sqlite+aiosqlite:///{database}"
    await migrate(url)
    db = await Database.open(url)
    try:
        now = datetime.now(UTC)
        await _insert(db, paper, list(_papers(papers, now)))
        ids = [{"scheme": "arxiv", "value": arxiv_id(number), "paper_id": number} for number in _numbers(papers)]
        await _insert(db, paper_alias, ids)
        await _insert(db, server, [{"id": guild.id, "joined_at": now - timedelta(days=365)} for guild in guilds])
        await _share(db, papers, [guild.id for guild in guilds], now)
        if digests:
            await _plan_digests(db, guilds, now)
    finally:
        await db.close()


def _numbers(papers: int) -> range:
    return range(1, papers + 1)


def _papers(papers: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in _numbers(papers):
        title = f"Learning to read paper number {number} together"
        abstract = f"We read paper {number}. " + "It says what is known, what is not, and why that matters. " * 15
        field = _FIELDS[number % len(_FIELDS)]
        yield {
            "scheme": "arxiv",
            "value": arxiv_id(number),
            "title": title,
            "title_text": title,
            "authors": ["Ada Writer", "Grace Reader", "Emmy Thinker"],
            "abstract": abstract,
            "abstract_text": abstract,
            "categories": [field],
            "primary_category": field,
            "published": now - timedelta(days=400),
            "updated": now - timedelta(days=400),
            "version": 1,
            "fetched_at": now,
            "search_key": f"{title.lower()}\nada writer, grace reader, emmy thinker",
        }


async def _share(db: Database, papers: int, servers: Sequence[int], now: datetime) -> None:
    mentions, entries = [], []
    for number in _numbers(papers):
        here = servers and number > papers // 2
        where = servers[number % len(servers)] if here else _ELSEWHERE
        at = now - (timedelta(hours=number % 144 + 1) if here else timedelta(days=100))
        mentions.append(
            {
                "server_id": where,
                "channel_id": 7,
                "message_id": number,
                "author_id": number % 50,
                "scheme": "arxiv",
                "value": arxiv_id(number),
                "position": 0,
                "at": at,
            }
        )
        entries.append({"server_id": where, "paper_id": number, "saved_by": number % 50, "saved_at": at})
    await _insert(db, mention, mentions)
    await _insert(db, entry, entries)


async def _plan_digests(db: Database, guilds: Sequence[Guild], now: datetime) -> None:
    minute = now.hour * 60 + now.minute
    await _insert(
        db,
        schedule,
        [
            {"server_id": guild.id, "kind": "digest", "weekday": now.weekday(), "minute": minute,
             "channel_id": guild.channels[0].id}
            for guild in guilds
        ],
    )  # fmt: skip
    due = now.replace(second=0, microsecond=0)
    await _insert(
        db,
        occurrence,
        [
            {"server_id": guild.id, "kind": "digest", "due_at": due, "state": "due", "wake_at": due}
            for guild in guilds
        ],
    )  # fmt: skip


async def _insert(db: Database, table: Table, rows: Rows) -> None:
    async with db.write() as conn:
        for start in range(0, len(rows), _BATCH):
            await conn.execute(insert(table), list(rows[start : start + _BATCH]))
