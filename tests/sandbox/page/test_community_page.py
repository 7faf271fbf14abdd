"""The real bot behind the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.community import Community
from sandbox.page.tools import LocalTools
from tests.sandbox.page.page_client import Browser, Client, browsing, with_page


@pytest.fixture
async def community(tmp_path: Path) -> AsyncIterator[Community]:
    community = Community(tmp_path, rate_limits=False)
    people = [community.ada, community.grace]
    with_page(community.sandbox, people, LocalTools(community.sandbox, community.arxiv, community.settled))
    async with community:
        yield community
        await community.settled()
    assert community.sandbox.violations == []


@pytest.fixture
async def browser(community: Community) -> AsyncIterator[Browser]:
    async with browsing(community.sandbox) as opened:
        yield opened


def buttons(value: Any) -> list[dict[str, Any]]:
    """All buttons inside a message."""
    if isinstance(value, list):
        return [button for item in value for button in buttons(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") == 2 and "custom_id" in value else []
    return own + [button for item in value.values() for button in buttons(item)]


async def share(community: Community, client: Client) -> dict[str, Any]:
    await client.ask("post", channel_id=str(community.papers.id), text="https://arxiv.org/abs/1706.03762")
    return await client.message("Attention Is All You Need")


async def test_what_one_presses_both_see(community: Community, browser: Browser) -> None:
    ada, grace = await browser.open(community.ada), await browser.open(community.grace)
    card = await share(community, ada)
    await grace.message("Attention Is All You Need")
    about = {"channel_id": card["channel_id"], "message_id": card["id"]}
    for client, label, result in ((ada, "Save", "Saved by"), (grace, "Vote", "Vote 1")):
        pressed = next(button for button in buttons(card["components"]) if label in button["label"])
        await client.ask("click", **about, custom_id=pressed["custom_id"])
        for viewer in (ada, grace):
            assert (await viewer.message(result))["id"] == card["id"]
    await ada.ask("command", channel_id=card["channel_id"], path="list", options={})
    await ada.event("message", lambda event: event["message"]["flags"] & 64)
    assert not [event for event in grace.of("message") if event["message"]["flags"] & 64]


async def test_the_clock_and_the_arxiv_are_the_readers_to_change(community: Community, browser: Browser) -> None:
    ada, grace = await browser.open(community.ada), await browser.open(community.grace)
    await ada.ask("arxiv", down=True)
    assert (await grace.event("arxiv"))["down"]
    await ada.ask("arxiv", down=False)
    await ada.ask("move_clock", to="monday")
    assert (await grace.event("clock"))["now"].startswith("2026-03-09T09:00:0")
    assert community.clock.now().isoformat().startswith("2026-03-09T09:00:0")
    await ada.ask("disconnect")
    await grace.event("bot", lambda event: not event["connected"])
    await grace.event("bot", lambda event: event["connected"], after=len(grace.events) - 1)
    await ada.ask("traffic")
    await share(community, ada)
    await grace.message("Attention Is All You Need")
    assert "arxiv" in str(ada.of("traffic"))
