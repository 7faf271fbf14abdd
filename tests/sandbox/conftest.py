from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from sandbox.openapi import SpecChecker
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.small_bot import Api, SmallBot, pointing_at, running

DESCRIPTION = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "discord-openapi.json"


@pytest.fixture(scope="session")
def spec() -> SpecChecker | None:
    """Discord's published description, where it is at hand."""
    return SpecChecker(DESCRIPTION) if DESCRIPTION.exists() else None


@pytest.fixture
async def sandbox(spec: SpecChecker | None) -> AsyncIterator[Sandbox]:
    """A local Discord that discord.py is pointed at.

    The test fails when the bot did something wrong in it, or when the sandbox answered otherwise than Discord's
    description says.
    """
    async with Sandbox(rate_limits=False) as started, pointing_at(started):
        yield started
    assert started.violations == []
    assert strange_answers(started, spec) == []


def strange_answers(sandbox: Sandbox, spec: SpecChecker | None) -> list[str]:
    """Answers of the sandbox that do not fit the description."""
    if spec is None:
        return []
    return [
        f"{request}: {problem}"
        for request in sandbox.requests
        if request.status and request.template and not request.by_fault
        for problem in spec.response_problems(
            request.method, request.path, request.status, without_error_tree(request.answer)
        )
    ]


def without_error_tree(answer: Any) -> Any:
    """The description has numbers for the codes inside the tree; Discord sends words, as its reference shows
    (developers/reference#error-messages)."""
    if isinstance(answer, dict) and "errors" in answer:
        return {key: value for key, value in answer.items() if key != "errors"}
    return answer


@pytest.fixture
def guild(sandbox: Sandbox) -> Guild:
    guild = sandbox.add_guild("Reading Group")
    guild.add_member("Ada")
    guild.add_member("Grace", permissions=["manage_guild", "manage_messages"])
    return guild


@pytest.fixture
def papers(guild: Guild) -> Channel:
    return guild.add_channel("papers")


@pytest.fixture
async def bot(sandbox: Sandbox, papers: Channel) -> AsyncIterator[SmallBot]:
    async with running(sandbox) as connected:
        yield connected


@pytest.fixture
def room(bot: SmallBot, papers: Channel) -> discord.TextChannel:
    """The channel `papers` as the bot knows it."""
    found = bot.get_channel(papers.id)
    assert isinstance(found, discord.TextChannel)
    return found


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    """Bare requests with the bot's token."""
    async with Api(sandbox) as opened:
        yield opened
