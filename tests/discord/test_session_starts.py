"""A bot that is restarted too often does not lose its token over it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.community import Community

DAY_SECONDS = timedelta(days=1).total_seconds()


async def test_waits_while_a_days_connections_are_used_up(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    await community.stop_bot()
    starts = community.sandbox.gateway.starts
    starts.kept, starts.total = True, 1
    await community.start_bot()
    await community.stop_bot()
    starting = asyncio.create_task(community.start_bot())
    await community.sandbox.until(lambda: "connect 0 more times today" in caplog.text, what="what it waits for")
    so_far = len(starts.accepted)
    community.clock.advance(DAY_SECONDS)
    await starting
    assert len(starts.accepted) == so_far + 1
