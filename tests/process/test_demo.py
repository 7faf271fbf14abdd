"""`python -m bot demo` as whoever tries the bot starts it."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.process.bot_process import BotProcess

pytestmark = pytest.mark.process

Start = Callable[..., Awaitable[BotProcess]]
_WHAT_TO_DO = "Open it in a browser"


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts demos whose temporary folders are below `tmp_path`, and ends what a failed test left."""
    started: list[BotProcess] = []
    (tmp_path / "temporary").mkdir()

    async def demo(*options: str) -> BotProcess:
        settings = {"TMPDIR": str(tmp_path / "temporary")}
        process = await BotProcess.start("demo", *options, settings=settings, folder=tmp_path)
        started.append(process)
        return process

    yield demo
    for process in started:
        await process.kill()


async def address(demo: BotProcess) -> str:
    """What it printed, once it is ready."""
    await demo.answers_with(_WHAT_TO_DO)
    (found,) = [line for line in demo.answers if "http" in line]
    return found


async def test_it_prints_one_address_serves_the_page_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    demo = await start("--port", "0")
    url = await address(demo)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    async with aiohttp.ClientSession() as browser, browser.get(url) as page:
        assert page.status == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert list((tmp_path / "temporary").iterdir())
    await demo.stop(signal.SIGINT)
    assert len(demo.answers) == 2
    assert demo.lines == []
    assert list((tmp_path / "temporary").iterdir()) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


async def test_a_taken_port_is_said_and_the_next_one_is_used(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = await start("--port", str(port))
        url = await address(demo)
        used = int(url.rpartition(":")[2])
        assert used > port
        assert demo.answers[0] == f"Port {port} is taken; using {used}."
        await demo.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_can_be_ended_while_it_starts(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        demo = await start("--port", str(taken.getsockname()[1]))
        await demo.answers_with("is taken")  # the first thing it says, before anything is up
        await demo.stop(number)
    assert _WHAT_TO_DO not in demo.output
    assert demo.lines == []
    assert list((tmp_path / "temporary").iterdir()) == []


async def test_what_is_kept_is_there_at_the_next_start(start: Start, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    saved = []
    for _ in range(2):
        demo = await start("--port", "0", "--keep", str(kept))
        await address(demo)
        await demo.stop()
        with sqlite3.connect(kept / "paperclub.db") as database:
            saved.append(database.execute("SELECT server_id, paper_id, saved_by FROM entry").fetchall())
    assert saved[0] == saved[1]
    assert len(saved[0]) == 1
    assert " ERROR " not in (kept / "bot.log").read_text()
    assert (kept / "clock").read_text().startswith("2026-03-03T09:")


async def test_another_address_is_warned_of(start: Start) -> None:
    demo = await start("--port", "0", "--host", "0.0.0.0")  # noqa: S104 - for the length of this test
    assert (await address(demo)).startswith("http://127.0.0.1:")
    assert demo.answers[0].startswith("Whoever can reach this address can act as anybody here")
    await demo.stop()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        (["--host", "example.org"], "is no IPv4 address"),
        (["--port", "70000"], "a port is a number up to 65535"),
    ],
)
async def test_what_cannot_be_done_is_said(start: Start, tmp_path: Path, options: list[str], what: str) -> None:
    demo = await start(*options)
    assert await demo.ends() == 2
    assert what in demo.output
    assert "Traceback" not in demo.output
    assert list((tmp_path / "temporary").iterdir()) == []


async def test_help_says_what_is_kept(start: Start) -> None:
    demo = await start("--help")
    assert await demo.ends() == 0
    assert "messages begin anew" in " ".join(demo.output.split())
