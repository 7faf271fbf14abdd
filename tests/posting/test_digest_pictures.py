"""Drawing in a process of its own: the loop goes on, and a failure costs only the picture."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from bot.posting import digest_pictures
from bot.posting.digest_pictures import Drawer
from bot.views.digest_picture import Bar, Chart

WEEK = Chart(
    days=tuple(date(2026, 3, day) for day in range(2, 10)),
    bars=(Bar(name="Mathematics", papers=(1, 0, 2, 0, 0, 3, 1, 1)),),
)


@pytest.fixture
async def drawer() -> AsyncIterator[Drawer]:
    drawer = Drawer()
    yield drawer
    await drawer.close()


async def test_the_loop_goes_on_while_a_picture_is_drawn(
    drawer: Drawer, record_property: Callable[[str, object], None]
) -> None:
    """Judged by the time that the loop's own thread is at work: other processes may hold it up for longer."""
    longest_work = longest_stall = 0.0

    async def watch() -> None:
        nonlocal longest_work, longest_stall
        while True:
            worked, passed = time.thread_time(), time.perf_counter()
            await asyncio.sleep(0.001)
            longest_work = max(longest_work, time.thread_time() - worked)
            longest_stall = max(longest_stall, time.perf_counter() - passed - 0.001)

    watching = asyncio.create_task(watch())
    picture = await drawer.draw(WEEK)
    watching.cancel()
    record_property("longest_stall_ms", round(longest_stall * 1000))
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert longest_work < 0.05


def test_the_bot_itself_never_imports_matplotlib() -> None:
    code = "import sys, bot.__main__, bot.app, cogs.digest; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words


@pytest.mark.parametrize(
    ("program", "said"),
    [("bot.no_such_program", "No module named bot.no_such_program"), ("timeit", "took longer than")],
)
async def test_a_failure_costs_only_the_picture(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, program: str, said: str
) -> None:
    with monkeypatch.context() as broken:
        await _fails(drawer, broken, caplog, program)
    assert said in caplog.text
    assert await drawer.draw(WEEK), "the next one is drawn again"


async def _fails(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, program: str
) -> None:
    monkeypatch.setattr(digest_pictures, "_PROGRAM", program)
    if program == "timeit":
        monkeypatch.setattr(digest_pictures, "DRAWING_SECONDS", 0.01)
    with caplog.at_level(logging.WARNING):
        assert await drawer.draw(WEEK) is None


async def test_many_pictures_come_from_one_process(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await drawer.draw(WEEK)
    monkeypatch.setattr(digest_pictures, "_PROGRAM", "bot.no_such_program")
    more = await asyncio.gather(*(drawer.draw(WEEK) for _ in range(3)))

    assert more == [first] * 3


async def test_the_process_leaves_when_nothing_was_drawn_for_a_while(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_pictures, "IDLE_SECONDS", 0)
    assert await drawer.draw(WEEK)
    process = drawer._process
    assert process is not None
    async with asyncio.timeout(20):
        assert await process.wait() == 0
    assert await drawer.draw(WEEK)


async def test_a_drawing_that_is_called_off_leaves_nothing_for_the_next(drawer: Drawer) -> None:
    other = WEEK.model_copy(update={"bars": (Bar(name="Physics", papers=(1, 0, 0, 0, 0, 0, 0, 0)),)})
    expected = await drawer.draw(other)
    drawing = asyncio.create_task(drawer.draw(WEEK))
    await asyncio.sleep(0)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing

    assert await drawer.draw(other) == expected
