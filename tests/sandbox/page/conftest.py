from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.arxiv import LocalArxiv
from sandbox.page import Page
from sandbox.page.tools import LocalTools
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.page.page_client import Browser, browsing, with_page
from tests.sandbox.small_bot import Api, SmallBot, pointing_at, running


@pytest.fixture
def guild(fresh: Sandbox) -> Guild:
    guild = fresh.add_guild("Reading Group")
    guild.add_member("Ada")
    guild.add_member("Grace", permissions=["manage_guild", "manage_messages", "pin_messages"])
    return guild


@pytest.fixture
def papers(guild: Guild) -> Channel:
    return guild.add_channel("papers")


@pytest.fixture
def fresh() -> Sandbox:
    """Not started yet."""
    return Sandbox(rate_limits=False)


@pytest.fixture
def page(fresh: Sandbox, guild: Guild, papers: Channel) -> Page:
    people = [guild.member("Ada"), guild.member("Grace")]
    return with_page(fresh, people, LocalTools(fresh, LocalArxiv(clock=fresh.clock)))


@pytest.fixture
async def sandbox(fresh: Sandbox, page: Page) -> AsyncIterator[Sandbox]:
    async with fresh, pointing_at(fresh):
        yield fresh


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[Browser]:
    async with browsing(sandbox) as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[SmallBot]:
    async with running(sandbox) as connected:
        yield connected


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with Api(sandbox) as opened:
        yield opened
