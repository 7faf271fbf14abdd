"""What becomes of a running bot whose database fails it, and what a backup is worth."""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.engines import migrated_sqlite
from tests.process.bot_process import CHECKOUT, PATIENCE_SECONDS, BotProcess
from tests.process.town import ADAM, ATTENTION, GAN, Town, replies_to, titles

pytestmark = pytest.mark.process

AWAY = "I cannot use my database just now. Please try again in a few minutes; if it stays so, tell a manager."
BUSY = "My database is busy with something else. Please try again in a moment."


@contextmanager
def no_room(process: BotProcess) -> Iterator[None]:
    """A disk that is full for this process: the kernel lets it write nothing to any file (RLIMIT_FSIZE)."""
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit, which Linux has")
@pytest.mark.usefixtures("sqlite_only")
async def test_a_disk_that_is_full_for_a_while(town: Town) -> None:
    """What happens when: the disk is full while the bot runs."""
    process = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await _recorded(town)
    with no_room(process):
        for press in ("▲ Vote 0", "Save"):
            answer = await town.grace.click(card, press)
            assert (answer.text, [message.private for message in answer.messages]) == (AWAY, [True])
        missed = await town.ada.post(town.papers, ADAM)
        assert "No papers yet" in (await town.grace.command("list")).text, "what needs no writing is answered"
        line = await process.says("The database cannot be used")
        assert town.rows("SELECT 1 FROM vote UNION ALL SELECT 1 FROM entry") == []
    await town.grace.click(card, "▲ Vote 0")
    assert card.button("▲ Vote 1")
    assert titles(await town.reply_to(missed, seconds=60)), "what was posted meanwhile is read back"
    await town.works_again(GAN)
    assert len(replies_to(missed)) == 1
    assert [line] == [line for line in process.lines if " ERROR " in line], "said once a minute"
    await process.stop()
    assert town.rows("PRAGMA integrity_check") == [("ok",)]


async def test_another_program_keeps_the_database_for_a_while(town: Town) -> None:
    """What happens when: another program keeps the database to itself."""
    process = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await _recorded(town)
    with closing(sqlite3.connect(town.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        voting = asyncio.create_task(town.grace.click(card, "▲ Vote 0"))
        missed = await town.ada.post(town.papers, ADAM)
        assert "No papers yet" in (await town.ada.command("list")).text, "who only reads need not wait"
        assert not (voting.done() and voting.result().text), "the vote waits; an answer may be deferred meanwhile"
        answer = await voting
        await town.sandbox.until(lambda: answer.text, what="the answer", seconds=20)
        assert (answer.text, [message.private for message in answer.messages]) == (BUSY, [True])
        other.execute("COMMIT")
    await town.grace.click(card, "▲ Vote 0")
    assert card.button("▲ Vote 1")
    assert titles(await town.reply_to(missed, seconds=60))
    await process.stop()
    assert len(replies_to(missed)) == 1


async def _recorded(town: Town) -> None:
    """The card is recorded, and the shard is marked as listening."""
    await town.sandbox.until(
        lambda: town.rows("SELECT 1 FROM alive, reply WHERE posted_id IS NOT NULL AND due_at IS NULL"), what="a record"
    )


# Backups


WRITER = """
import asyncio, sys, time
from datetime import UTC, datetime
from bot.storage.database import Database, insert
from bot.storage.tables import alive

async def main():
    db = await Database.open(sys.argv[1])
    begin = time.monotonic()
    for number in range(100000):
        async with db.write() as conn:
            await conn.execute(insert(conn, alive).values(shard_id=number, alive_at=datetime.now(UTC)))
        print(number, flush=True)
        await asyncio.sleep(max(0, begin + (number + 1) / 50 - time.monotonic()))

asyncio.run(main())
"""


async def test_a_backup_while_fifty_writes_a_second_go_on(tmp_path: Path) -> None:
    """Holds every write that was answered before it began, and is whole."""
    url = migrated_sqlite(tmp_path)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, env={"PYTHONPATH": str(CHECKOUT)}, stdout=asyncio.subprocess.PIPE
    )
    answered: list[int] = []
    busy = asyncio.Event()

    async def listen() -> None:
        assert writer.stdout is not None
        while line := await writer.stdout.readline():
            answered.append(int(line))
            if len(answered) == 20:
                busy.set()

    listening = asyncio.create_task(listen())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await busy.wait()
        for copy in ("first.db", "second.db"):
            before = set(answered)
            copying = await BotProcess.start("backup", copy, settings={"DATABASE_URL": url}, folder=tmp_path)
            assert await copying.ends() == 0, copying.output
            assert len(answered) > len(before), "they went on meanwhile"
            with closing(sqlite3.connect(tmp_path / copy)) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                copied = {number for (number,) in database.execute("SELECT shard_id FROM alive")}
            assert before <= copied
            assert copied == set(range(len(copied))), "one moment: none is missing in between"
    finally:
        writer.kill()
        await writer.wait()
        await listening


async def test_a_backup_that_is_killed_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    """What happens when: a backup is killed. Here at the last moment, when all is written but nothing is sure."""
    url = migrated_sqlite(tmp_path)
    lines = (
        "import os, runpy, sys; os.fsync = lambda _: os.kill(os.getpid(), 9); "
        "sys.argv = ['bot', 'backup', 'copy.db']; runpy.run_module('bot', run_name='__main__')"
    )
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", lines, env={"PYTHONPATH": str(CHECKOUT), "DATABASE_URL": url}, cwd=tmp_path
    )
    assert await killed.wait() == -signal.SIGKILL
    assert _copies(tmp_path) == ["copy.db.part"]
    again = await BotProcess.start("backup", "copy.db", settings={"DATABASE_URL": url}, folder=tmp_path)
    assert await again.ends() == 0, again.output
    assert _copies(tmp_path) == ["copy.db"]


@pytest.mark.usefixtures("sqlite_only")
async def test_a_backup_is_restored_as_the_manual_says(town: Town) -> None:
    """What happens when: a backup is restored. The steps are those of docs/operating.md."""
    running = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await town.grace.click(card, "Save")
    await town.grace.click(card, "▲ Vote 0")
    copying = await town.start("backup", "copy.db")
    assert await copying.ends() == 0
    await town.ada.click(card, "▲ Vote 1")
    await running.kill()  # the hardest way to stop it: the newest changes stand in the file beside the database
    assert town.database.with_name("paperclub.db-wal").stat().st_size > 0

    for ending in ("-wal", "-shm"):
        town.database.with_name(f"paperclub.db{ending}").unlink(missing_ok=True)
    (town.folder / "copy.db").replace(town.database)
    await town.run()

    assert town.rows("SELECT user_id FROM vote") == [(town.grace.id,)]
    assert "Attention Is All You Need" in (await town.ada.command("list")).text
    await town.ada.click(card, "▲ Vote 2")
    assert card.button("▲ Vote 2")
    assert town.rows("SELECT count(*) FROM vote") == [(2,)]
    await town.works_again(ADAM)


def _copies(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("copy*")]
