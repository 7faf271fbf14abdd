"""The short soak; `make soak` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.__main__ import soak
from tests.soak.year import Plan


@pytest.mark.process
@pytest.mark.parametrize("seed", [1])
async def test_every_poll_and_digest_is_there_once_or_accounted_for(tmp_path: Path, seed: int) -> None:
    plan = Plan(seed, weeks=3, servers=10, kills=10, together=range(1, 2))
    accounts, text = await soak(plan, tmp_path)
    assert accounts.problems == [], text
    assert accounts.outcomes["poll: opened"] > 5
    assert accounts.outcomes["digest: posted"] > 5
