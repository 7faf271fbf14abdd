"""What a member is shown, gets as a file, and has deleted: across servers, and never of another member."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain import privacy as domain
from bot.domain.papers import PaperId
from bot.domain.privacy import Kind
from bot.services.privacy import Privacy
from bot.services.reading_list import ReadingList
from bot.storage import reading_list, servers
from bot.storage.database import Database
from bot.storage.privacy import PLACES
from bot.storage.tables import metadata
from sandbox.clock import VirtualClock
from tests.storage.everything import fill, where
from tests.storage.examples import ADA, GRACE, NOW, OTHER_SERVER, SERVER, make_paper, share, store

POLICY = (Path(__file__).resolve().parents[2] / "PRIVACY.md").read_text(encoding="utf-8")


@pytest.fixture
def privacy(db: Database) -> Privacy:
    return Privacy(db, VirtualClock(NOW))


async def test_numbers_of_here_and_of_all_other_servers_together(privacy: Privacy, db: Database) -> None:
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
        for server_id in (OTHER_SERVER, 7):
            await fill(conn, server_id, ADA)
        await servers.unignore_member(conn, ADA)
    holdings = await privacy.holdings(SERVER, ADA)
    assert holdings.here == dict.fromkeys(Kind, 1)
    assert holdings.elsewhere == dict.fromkeys(Kind, 2)
    assert holdings.total == dict.fromkeys(Kind, 3)
    assert (holdings.other_servers, holdings.ignored_since) == (2, None)
    assert (await privacy.holdings(SERVER, GRACE)).total == {}
    elsewhere = await privacy.holdings(99, ADA)
    assert (elsewhere.here, elsewhere.other_servers) == ({}, 3)


async def test_the_file_has_everything_of_the_member_and_of_nobody_else(privacy: Privacy, db: Database) -> None:
    async with db.write() as conn:
        number = await store(conn, make_paper())
        await reading_list.save(conn, SERVER, number, ADA, NOW)
        await share(conn, PaperId("arxiv", "1706.03762"), server_id=OTHER_SERVER, message_id=9007199254740993)
        for user_id, text in ((ADA, "Read § 3 “first”."), (GRACE, "Not for Ada.")):
            await reading_list.set_note(conn, SERVER, number, user_id, text, NOW)
        await servers.ignore_member(conn, ADA, NOW)
    file = await privacy.export(ADA)
    said = json.loads(file.content)
    assert file.name == "paper-club.json"
    assert {key: value for key, value in said.items() if value} == {
        "member_id": str(ADA),
        "made_at": "2026-03-02T09:00:00+00:00",
        "ignored_since": "2026-03-02T09:00:00+00:00",
        "saved": [
            {
                "server_id": str(SERVER),
                "paper": "arxiv:1706.03762",
                "title": "Attention Is All You Need",
                "saved_at": "2026-03-02T09:00:00+00:00",
            }
        ],
        "notes": [
            {
                "server_id": str(SERVER),
                "paper": "arxiv:1706.03762",
                "title": "Attention Is All You Need",
                "text": "Read § 3 “first”.",
                "at": "2026-03-02T09:00:00+00:00",
            }
        ],
        "shared": [
            {
                "server_id": str(OTHER_SERVER),
                "paper": "arxiv:1706.03762",
                "channel_id": "7",
                "message_id": "9007199254740993",
                "at": "2026-03-02T09:00:00+00:00",
            }
        ],
    }
    assert str(GRACE) not in file.content.decode()


async def test_every_key_of_the_file_is_explained_in_the_policy(privacy: Privacy, db: Database) -> None:
    async with db.write() as conn:
        await fill(conn, SERVER, ADA)
    said: dict[str, Any] = json.loads((await privacy.export(ADA)).content)
    explained = {
        match[1]: set(re.findall(r"`(\w+)`", match[2])) for match in re.finditer(r"^\| `(\w+)` \|(.*)$", POLICY, re.M)
    }
    for kind in Kind:
        (row,) = said[kind]
        keys = set(row)
        for paper in row.get("papers", ()):
            keys |= set(paper)
        assert keys == explained[kind], kind
    assert set(said) <= set(re.findall(r"`(\w+)`", POLICY))


def test_every_table_and_column_of_members_is_in_the_policy() -> None:
    named = set(re.findall(r"`(\w+)`", POLICY.split("## Every table")[1].split("\n## ")[0]))
    assert {table.name for table in metadata.sorted_tables} <= named
    assert {place.member.name for place in PLACES} <= named


async def test_a_large_file_is_compressed(privacy: Privacy, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "PLAIN_FILE_BYTES", 10)
    file = await privacy.export(ADA)
    assert file.name == "paper-club.json.gz"
    assert json.loads(gzip.decompress(file.content))["member_id"] == str(ADA)


async def test_deleting_says_what_went_and_leaves_the_opt_out(privacy: Privacy, db: Database) -> None:
    async with db.write() as conn:
        for server_id in (SERVER, OTHER_SERVER):
            await fill(conn, server_id, ADA)
    deleted = await privacy.delete(ADA)
    assert deleted.counts == dict.fromkeys(Kind, 2)
    assert sorted(server_id for server_id, _ in deleted.cards) == sorted([SERVER, OTHER_SERVER])
    assert len(deleted.rounds) == 2
    assert deleted.still_ignored
    async with db.read() as conn:
        assert await where(conn, ADA) == {"ignored_member.user_id"}
    again = await privacy.delete(ADA)
    assert (again.counts, again.cards, again.rounds) == ({}, (), ())


async def test_votes_and_removals_at_the_same_time_neither_hang_nor_fail(privacy: Privacy, db: Database) -> None:
    """Whatever comes after the deletion is new; whatever comes before is gone."""
    list_ = ReadingList(db, VirtualClock(NOW))
    async with db.write() as conn:
        numbers = [await store(conn, make_paper(f"2401.{n:05}")) for n in range(1, 13)]
    for n, number in enumerate(numbers):
        await list_.save(SERVER, number, ADA if n % 2 else GRACE, note="A note.")
        await list_.vote(SERVER, number, ADA, interaction_id=number)

    async def vote(number: int) -> None:
        await list_.vote(SERVER, number, ADA, interaction_id=1000 + number)

    async def remove(number: int) -> None:
        await list_.remove(SERVER, number, GRACE, manager=True)

    work = [vote(number) for number in reversed(numbers[:8])] + [remove(number) for number in reversed(numbers[8:])]
    async with asyncio.timeout(20):
        await asyncio.gather(*work[:6], privacy.delete(ADA), *work[6:])
        await privacy.delete(ADA)
    async with db.read() as conn:
        assert await where(conn, ADA) == set()
