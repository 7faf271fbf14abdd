"""The page in a real browser, with the real bot behind it.

The tests of this folder share one event loop for each module (`loop_scope="module"`), since a browser belongs to the
loop that started it.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from sandbox.room import Room
from sandbox.serving import add_page
from tests.engines import chosen_database_url
from tests.page.screens import Screens

__all__ = ["chosen_database_url"]

MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
"""A Tuesday."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",  # as root in a container Chromium does not start otherwise; it only ever sees the local page
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 10_000

expect.set_options(timeout=_PATIENCE_MS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", metavar="FOLDER", help="where to put the README's pictures")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium; the tests are skipped where there is none."""
    executable = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser here: none of {', '.join(_BROWSERS)}")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def room(tmp_path: Path, chosen_database_url: str) -> AsyncIterator[Room]:
    """The demo's server with its page and the bot, before anything was written in it. Fails the test when the bot did
    something that Discord or arXiv refuses."""
    made = Room(tmp_path, MORNING)
    made.community.database_url = chosen_database_url
    add_page(made)
    async with made.community:
        yield made
    assert made.community.sandbox.violations == []
    assert made.community.arxiv.violations == []


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, room: Room) -> AsyncIterator[Screens]:
    """`await open_page(room.ada)` gives a Playwright page; the test fails when anything went wrong on one."""
    screens = Screens(browser, room.community.sandbox.url)
    yield screens
    await screens.close()
    assert screens.problems == []
