"""The other commands, beside a bot that runs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.process.town import ATTENTION, Town

pytestmark = pytest.mark.process

OPERATING = Path(__file__).resolve().parents[2] / "docs" / "operating.md"


async def test_check_says_what_the_manual_shows(town: Town) -> None:
    """On the machine of the manual's example: no database yet, everything else in order."""
    process = await town.start("check")
    assert await process.ends() == 0
    manual = re.search(r"\$ python -m bot check\n(.*?)```", OPERATING.read_text(), re.DOTALL)
    assert manual
    here = manual[1].replace("data/paperclub.db", str(town.database))
    assert _comparable("\n".join(process.answers)) == _comparable(here.strip())
    assert not town.database.exists()


async def test_check_after_migrate(town: Town) -> None:
    migrating = await town.start("migrate")
    assert await migrating.ends() == 0
    checking = await town.start("check")
    assert await checking.ends() == 0
    assert {line.split()[1] for line in checking.answers if not line.startswith("ok ")} <= {"disk", "sqlite", "policy"}
    assert f"{town.database}, schema 0" in checking.output


@pytest.mark.usefixtures("sqlite_only")
async def test_a_backup_of_a_running_bot_holds_the_votes(town: Town) -> None:
    running = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await town.grace.click(card, "▲ Vote 0")
    await town.ada.click(card, "▲ Vote 1")
    copying = await town.start("backup", "copy.db")
    assert await copying.ends() == 0
    assert copying.answers == ["Copied to copy.db"]
    await town.ada.click(card, "▲ Vote 2")
    assert card.button("▲ Vote 1"), "the bot goes on"
    await running.stop()
    with closing(sqlite3.connect(town.folder / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert set(copy.execute("SELECT user_id FROM vote")) == {(town.grace.id,), (town.ada.id,)}
        assert copy.execute("SELECT posted_id FROM reply").fetchall() == [(card.id,)]


def _comparable(text: str) -> str:
    """Connections left and servers are others on another day; so are disk and library on another machine."""
    text = re.sub(r"^\w+ +(disk|sqlite) .*$", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"\d+ (connection|server)s?", r"\1s", text)
