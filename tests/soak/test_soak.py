"""The short soak; `make soak` is the long one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.soak.__main__ import soak
from tests.soak.plan import Plan

_SECONDS = 180
"""A step that takes too long says so before; this is for what comes before the first and after the last."""


@pytest.mark.process
async def test_every_poll_and_digest_is_there_once_or_accounted_for(tmp_path: Path) -> None:
    plan = Plan(seed=1, weeks=3, servers=10, kills=10, together=range(1, 2))
    async with asyncio.timeout(_SECONDS):
        accounts, text = await soak(plan, tmp_path)
    assert accounts.problems == [], text
    assert accounts.outcomes["poll: opened"] > 5
    assert accounts.outcomes["digest: posted"] > 5
    assert accounts.outcomes["round: decided"] > 5
