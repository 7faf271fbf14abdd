"""A community moves to PostgreSQL: `python -m bot copy` between two runs of the bot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines import empty_postgres
from tests.process.town import ADAM, ATTENTION, Town, titles

pytestmark = [pytest.mark.process, pytest.mark.postgres]


@pytest.fixture
def target() -> Iterator[str]:
    """An address with a password, which this server does not ask for."""
    with empty_postgres() as url:
        yield url.replace("postgres@", "postgres:hunter%2122@")


async def test_the_bot_goes_on_where_its_database_was_copied_to(town: Town, target: str) -> None:
    running = await town.run()
    card = await town.reply_to(await town.ada.post(town.papers, ATTENTION))
    await town.grace.click(card, "▲ Vote 0")
    too_early = await town.start("copy", "--to", target)
    assert await too_early.ends() == 4
    assert f"{town.database} is in use: stop the bot first, then copy." in too_early.lines[-1]
    await running.stop()
    missed = await town.ada.post(town.papers, ADAM)

    copying = await town.start("copy", "--to", target)
    assert await copying.ends() == 0, copying.output
    (said,) = copying.answers
    assert "both sides hold the same" in said
    assert any("vote: 1 rows" in line for line in copying.lines), "how far it is"
    again = await town.start("copy", "--to", target)
    assert await again.ends() == 4
    assert "The target is not empty" in again.lines[-1]

    running = await town.run(DATABASE_URL=target)
    await town.ada.click(card, "▲ Vote 1")
    assert card.button("▲ Vote 2"), "the old card, with the vote that it had"
    assert titles(await town.reply_to(missed)), "what was posted while the bot was away"
    assert "Attention Is All You Need" in (await town.grace.command("search", words="attention")).text
    await running.stop()
    for password in ("hunter", "%2122", "!22"):
        assert password not in town.output


@pytest.mark.parametrize(
    "wrong", ["sqlite+aiosqlite:///hunter22.db", "postgresql+asyncpg://hunter22@host", "http://[hunter22"]
)
async def test_a_wrong_target_is_a_wrong_command_line(town: Town, wrong: str) -> None:
    process = await town.start("copy", "--to", wrong)
    assert await process.ends() == 2
    assert process.lines == ["--to must be postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"]
