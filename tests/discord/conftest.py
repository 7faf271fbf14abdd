"""The whole bot against the local Discord and the local arXiv, in the test's own event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from tests.discord.spec import spec_problems
from tests.engines import chosen_database_url

__all__ = ["chosen_database_url"]

CLOCK_SPEED = {"sqlite": 30, "postgres": 10}
"""arXiv's three seconds between requests pass in a tenth of one. On PostgreSQL each transaction goes to another process
some times, while Discord waits no longer than ever for an answer."""

INTENT_REFUSED = "IDENTIFY with an intent that is switched off (closed with 4014)"
"""How a bot learns that it may not read messages: docs/decisions/0004."""


@pytest.fixture
def database_url(chosen_database_url: str) -> str:
    """Migrated and empty."""
    return chosen_database_url


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> VirtualClock:
    """Fast. A file whose tests press buttons many at once takes a slower one: Discord's deadlines run on it too."""
    return VirtualClock(running=True, speed=CLOCK_SPEED[request.config.getoption("--engine")])


@pytest.fixture
def refresh_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards elsewhere follow a change at once, instead of half a second later."""
    monkeypatch.setattr("bot.posting.refresh.SETTLE_SECONDS", 0.01)


@pytest.fixture
def message_content() -> bool:
    """Whether Discord lets the bot read all messages. A test of a bot that may not says False by `parametrize`."""
    return True


@pytest.fixture
async def community(
    tmp_path: Path, database_url: str, clock: VirtualClock, message_content: bool
) -> AsyncIterator[Community]:
    """A community whose bot is connected. The test fails when the bot did anything that Discord or arXiv refuses."""
    async with Community(
        tmp_path, clock=clock, database_url=database_url, rate_limits=False, message_content=message_content
    ) as running:
        yield running
    refused = [one for one in running.sandbox.violations if message_content or one.what != INTENT_REFUSED]
    assert refused == []
    assert running.arxiv.violations == []
    assert spec_problems(running.sandbox) == []
