"""The short run; `make long-run` is the long one, which also weighs the bot."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.long_run.__main__ import long_run
from tests.long_run.plan import Plan

_SECONDS = 300
"""A step that takes too long says so before; this is for what comes before the first and after the last."""

PLAN = Plan(
    seed=1,
    seconds=40,
    messages_a_second=8,
    servers=3,
    channels=3,
    members=8,
    papers=300,
    rounds=1,
    outage_seconds=5,
)


@pytest.mark.process
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at processes as Linux shows them")
async def test_nothing_is_lost_and_nothing_is_left_over(tmp_path: Path) -> None:
    async with asyncio.timeout(_SECONDS):
        accounts, text = await long_run(PLAN, tmp_path)
    assert accounts.problems == [], text
    assert accounts.outcomes["cards"] > 5, text
    assert accounts.outcomes["no paper"] > 100, text
