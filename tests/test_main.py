"""The command line as whoever runs the bot meets it: exit codes, one line for each failure, and the way it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import app
from bot.__main__ import main
from bot.services.reading_list import ReadingList
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from tests.storage.examples import make_paper, store

pytestmark = pytest.mark.usefixtures("no_settings", "logging_as_before")

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.made-up-signature-of-no-bot-at-all"
ENDS_WITHIN_SECONDS = 20
"""Far more than it takes; a process that hangs fails its test instead of the whole run."""


@pytest.fixture(autouse=True)
def checkout_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes start in an empty folder."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


async def start(*arguments: str, settings: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=os.environ | (settings or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    """Exit code, standard output, standard error."""
    try:
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return process.returncode, out.decode(), err.decode()


async def said(process: asyncio.subprocess.Process, words: str) -> str:
    """Reads standard error up to the line with these words."""
    assert process.stderr is not None
    read = ""
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        while words not in read:
            line = await process.stderr.readline()
            assert line, f"ended before saying {words!r}:\n{read}"
            read += line.decode()
    return read


# Settings


@pytest.mark.process
async def test_a_wrong_setting_ends_with_one_line_and_2() -> None:
    process = await start("-m", "bot", "run", settings={"DISCORD_TOKEN": TOKEN, "HTTP_PORT": "eighty"})

    assert await ended(process) == (2, "", "HTTP_PORT must be a port from 1 to 65535\n")


def test_no_token_ends_with_one_line_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 2

    line = capsys.readouterr().err
    assert line.startswith("DISCORD_TOKEN is not set")
    assert line.count("\n") == 1


# The command line itself


def test_without_a_command_it_shows_the_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2

    shown = capsys.readouterr()
    assert shown.out == ""
    for command in ("run", "demo", "check", "migrate", "backup", "export"):
        assert f"\n    {command} " in shown.err


@pytest.mark.parametrize("arguments", [["dance"], ["run", "--quickly"], ["backup"], ["migrate", "now"]])
def test_a_wrong_command_line_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)

    assert raised.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--help"])

    assert raised.value.code == 0
    assert "Discord refuses the token" in capsys.readouterr().out


def test_demo_gets_the_rest_of_the_line_and_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[list[str]] = []
    demo = ModuleType("sandbox.demo")

    def play(arguments: list[str]) -> int:
        got.append(list(arguments))
        return 7

    monkeypatch.setattr(demo, "main", play, raising=False)
    monkeypatch.setitem(sys.modules, "sandbox.demo", demo)

    assert main(["demo", "--tour", "--help", "x"]) == 7
    assert got == [["--tour", "--help", "x"]]


# Failures


def test_something_unexpected_ends_with_1_and_a_traceback_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot use {TOKEN}")

    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setattr(app, "run", broken)

    assert main(["run"]) == 1
    written = capsys.readouterr().err
    assert "Traceback" in written
    assert "RuntimeError: cannot use ***" in written
    assert TOKEN not in written


def test_a_database_that_is_none_ends_with_4(no_settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (no_settings / "data").mkdir()
    (no_settings / "data" / "paperclub.db").write_text("a shopping list" * 100)

    assert main(["migrate"]) == 4
    written = capsys.readouterr().err
    assert "is not a SQLite database" in written
    assert "Traceback" not in written


# Database commands


def test_migrate_then_backup_without_a_token(no_settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert main(["backup", "copy.db"]) == 0
    assert capsys.readouterr().out == "Copied to copy.db\n"

    with closing(sqlite3.connect(no_settings / "copy.db")) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    assert {"paper", "alembic_version"} <= tables

    assert main(["backup", "copy.db"]) == 4, "a backup is never overwritten"


def test_export_writes_a_line_for_each_entry(no_settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export"]) == 4
    assert "is not there yet" in capsys.readouterr().err
    assert main(["migrate"]) == 0
    assert main(["export"]) == 0
    assert capsys.readouterr().out == ""
    asyncio.run(_save_two_papers())

    assert main(["export"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["id"] == "arxiv:1706.03762"
    assert (first["server"], first["saved_by"], first["votes"]) == ("900719925474099312", "7", 1)
    assert first["tags"] == ["nlp"]
    assert [(note["by"], note["text"]) for note in first["notes"]] == [("7", "the appendix, too")]
    assert second["id"] == "arxiv:1412.6980"


async def _save_two_papers() -> None:
    db = await Database.open("sqlite+aiosqlite:///data/paperclub.db")
    clock = VirtualClock()
    reading_list = ReadingList(db, clock)
    for value in ("1706.03762", "1412.6980"):
        async with db.write() as conn:
            number = await store(conn, make_paper(value))
        await reading_list.save(900719925474099312, number, 7)
        clock.advance(1)
    await reading_list.save(900719925474099312, 1, 8, tags=["nlp"])
    await reading_list.save(900719925474099312, 1, 7, note="the appendix, too")
    await reading_list.vote(900719925474099312, 1, 8, interaction_id=1)
    await db.close()


# Discord's word


@pytest.mark.process
async def test_a_refused_token_ends_with_one_line_and_3() -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    async with discord_that(refuse) as address:
        process = await start("-m", "bot", "run", settings={"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": address})
        code, out, err = await ended(process)

    assert (code, out) == (3, "")
    assert "Traceback" not in err
    assert TOKEN not in err
    assert [line for line in err.splitlines() if " ERROR " in line] == [err.splitlines()[-1]]
    assert "DISCORD_TOKEN" in err
    assert "https://discord.com/developers/applications" in err


@pytest.mark.process
async def test_sigterm_while_discord_does_not_answer_closes_in_good_order() -> None:
    asked = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await asyncio.Event().wait()
        return web.Response()

    async with discord_that(hang) as address:
        process = await start("-m", "bot", "run", settings={"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": address})
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            await asked.wait()
        process.send_signal(signal.SIGTERM)
        code, _, err = await ended(process)

    assert code == 0, err
    assert "SIGTERM: closing" in err
    assert "Still not closed" not in err


@asynccontextmanager
async def discord_that(
    answers: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """A Discord on this machine that gives one answer to everything; the base address of its API."""
    discord = web.Application()
    discord.router.add_route("*", "/{path:.*}", answers)
    async with TestServer(discord) as server:
        yield str(server.make_url("/api/v10"))


# The way it ends

RUNNING = """
import asyncio, logging, threading
from bot import process

async def run(stop):
    logging.warning("up")
    {until_told}
    {then}

logging.basicConfig(level=logging.INFO)
process.CLOSE_WITHIN_SECONDS = {seconds}
asyncio.run(process.run_until_told(run))
"""


async def running(*, then: str, seconds: float, until_told: str = "await stop.wait()") -> asyncio.subprocess.Process:
    process = await start("-c", RUNNING.format(until_told=until_told, then=then, seconds=seconds))
    await said(process, "up")
    return process


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_it_close(number: signal.Signals) -> None:
    process = await running(then="logging.warning('closed')", seconds=60)

    process.send_signal(number)

    code, _, err = await ended(process)
    assert code == 0
    assert f"{number.name}: closing" in err
    assert "closed" in err


@pytest.mark.process
@pytest.mark.parametrize(
    ("until_told", "then"),
    [
        ("await stop.wait()", "await asyncio.Event().wait()"),  # something that never closes
        ("threading.Event().wait()", "pass"),  # a loop that stood still before it was told
        ("await stop.wait()", "threading.Thread(target=threading.Event().wait).start()"),  # a thread left behind
    ],
)
async def test_what_does_not_close_in_time_is_ended(until_told: str, then: str) -> None:
    process = await running(until_told=until_told, then=then, seconds=0.2)

    process.send_signal(signal.SIGTERM)

    code, _, err = await ended(process)
    assert code == 1
    assert "Still not closed after" in err


@pytest.mark.process
async def test_a_second_signal_ends_it_at_once() -> None:
    process = await running(then="await asyncio.Event().wait()", seconds=60)

    process.send_signal(signal.SIGINT)
    await said(process, "SIGINT: closing")
    process.send_signal(signal.SIGTERM)

    code, _, _ = await ended(process)
    assert code == 128 + signal.SIGTERM
