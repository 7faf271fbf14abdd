"""A town with nobody at work yet, and what must be true of every process that worked in it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.discord.spec import spec_problems
from tests.engines import empty_postgres, sqlite_url
from tests.process.town import Town


@pytest.fixture
def town_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Without any table, on the engine of `--engine`; a SQLite file is not there yet."""
    if request.config.getoption("--engine") == "sqlite":
        yield sqlite_url(tmp_path / "paperclub.db")
        return
    with empty_postgres() as url:
        yield url


@pytest.fixture
def sqlite_only(request: pytest.FixtureRequest) -> None:
    """For tests of what PostgreSQL's own tools do there, or its own disk."""
    if request.config.getoption("--engine") != "sqlite":
        pytest.skip("about SQLite")


@pytest.fixture
async def town(tmp_path: Path, town_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Give `Town`'s options by `@pytest.mark.parametrize("town", [{...}], indirect=True)`. What the processes wrote
    stands beside a failure."""
    town = Town(tmp_path, town_url, **getattr(request, "param", {}))
    async with town.sandbox, town.arxiv:
        yield town
        await town.end()
    sys.stdout.write(town.output)
    assert town.sandbox.violations == []
    assert town.arxiv.violations == []
    assert spec_problems(town.sandbox) == []
    assert town.sandbox.token.rpartition(".")[2] not in town.output
    assert "Traceback" not in town.output
    for interaction in town.sandbox.world.interactions:
        assert interaction not in town.output
