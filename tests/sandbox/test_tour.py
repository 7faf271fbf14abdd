"""The tour tells its story and ends with 0; when anything is not as it should be, it says what and ends with 1."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import main
from sandbox.catalogue.catalogue import Catalogue
from sandbox.terminal.screen import Screen
from sandbox.tour import stage as stage_module
from sandbox.tour.play import play
from sandbox.tour.scenes import SCENES, Scene
from sandbox.tour.stage import Stage, expect

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_SECONDS = 30


def in_folder(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def told(*scenes: Scene, bot_log: str = "") -> tuple[bool, str]:
    """Whether these scenes went well, and what stands on the screen."""
    out = io.StringIO()
    well = await play(Screen(out, width=90, colours=False, is_live=False), io.StringIO(bot_log), scenes)
    return well, out.getvalue()


@pytest.mark.process
async def test_tells_the_story_in_time_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings_of_another_bot = {"HTTP_PORT": "eighty", "SHARD_COUNT": "many", "LOG_LEVEL": "LOUD", "DATABASE_URL": "?"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--tour"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)} | settings_of_another_bot,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    story = out.decode()
    assert (process.returncode, err.decode()) == (0, ""), story
    for part in (
        "── 1 · Somebody pastes a link ──",
        "│ Attention Is All You Need  ",
        "│ First shared by @Ada ",
        "│ [ Save ] [ ▲ Vote 0 ] [ Discuss ] [ More ] [ ✕ ]  ",
        "│ [ arXiv ↗ ] [ PDF ↗ ] ",
        "› Linus presses [ Save ]",
        " · only Grace sees this\n",
        "│ ▲ 3 votes · Saved by @Linus",
        f"✓ {len(SCENES)} scenes, and everything was as it should be.\n",
    ):
        assert part in story
    assert "\x1b" not in story
    assert "<@" not in story
    assert max(map(len, story.splitlines())) <= 100
    assert in_folder(tmp_path) == []


@pytest.mark.usefixtures("no_settings", "logging_as_before")
def test_a_card_that_does_not_come_ends_it_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Catalogue, "bundled", Catalogue)
    monkeypatch.setattr(stage_module, "PATIENCE_SECONDS", 1.0)

    assert main(["demo", "--tour"]) == 1

    out, err = capsys.readouterr()
    assert "✗ The tour stopped in scene 1, “Somebody pastes a link”." in out
    assert "What should have happened: the bot replies to “Worth reading before Thursday:" in out
    assert "#papers as it is:\n    Ada: 'Worth reading" in out
    assert "INFO bot.services.source_queue: arxiv had nothing at all for 1 ids" in out
    assert err == ""


async def test_what_should_have_happened_is_said() -> None:
    async def fail(stage: Stage) -> None:
        await stage.post(stage.ada, "hello")
        expect(stage.papers.by_bot(), "the bot says hello")

    well, shown = await told(Scene("A greeting", fail), bot_log="the only line\n")
    assert not well
    assert "✗ The tour stopped in scene 1, “A greeting”.\nWhat should have happened: the bot says hello\n" in shown
    assert "The end of the bot's log:\n  the only line\n" in shown


async def test_a_mistake_in_a_scene_shows_where() -> None:
    async def mistaken(stage: Stage) -> None:
        message = await stage.post(stage.ada, "hello")
        await stage.press(stage.ada, message, "Save")

    well, shown = await told(Scene("A click", mistaken))
    assert not well
    assert "LookupError: no button 'Save'" in shown
    assert "test_tour.py" in shown


@pytest.mark.parametrize("what", ["Discord", "arXiv", "log"])
async def test_bad_manners_end_it_after_the_last_scene(what: str) -> None:
    async def misbehave(stage: Stage) -> None:
        if what == "Discord":
            stage.community.sandbox.world.violation("too long by 1", "POST /messages")
        if what == "arXiv":
            async with aiohttp.ClientSession(headers={"User-Agent": "a stranger"}) as session:
                await session.get(stage.community.arxiv.url, params={"id_list": "1706.03762"})

    log = "2026-03-02T09:00:00Z ERROR bot.tree: broken\n" if what == "log" else ""
    well, shown = await told(Scene("Misbehaving", misbehave), bot_log=log)
    assert not well
    assert "✗ The tour stopped after the last scene." in shown
    expected = {
        "Discord": "POST /messages: too long by 1",
        "arXiv": "it did not: no contact, a stranger",
        "log": "it logged: 2026-03-02T09:00:00Z ERROR bot.tree: broken",
    }
    assert expected[what] in " ".join(shown.split())


def test_help_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["demo", "--help"])
    assert "no token, no internet" in " ".join(capsys.readouterr().out.split())
