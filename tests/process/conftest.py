"""A town with nobody at work yet, and what must be true of every process that worked in it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord.spec import spec_problems
from tests.process.town import Town


@pytest.fixture
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Give `Town`'s options by `@pytest.mark.parametrize("town", [{...}], indirect=True)`. What the processes wrote
    stands beside a failure."""
    town = Town(tmp_path, **getattr(request, "param", {}))
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
