"""The corner with the clock and the switches, and the developers' panel."""

from __future__ import annotations

import aiohttp
import pytest
from playwright.async_api import Page, expect

from sandbox.room import Room
from tests.page.screens import Screens, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

RESNET = "https://arxiv.org/abs/1512.03385"
TITLE = "Deep Residual Learning for Image Recognition"


async def test_next_monday(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, zone="UTC")
    clock = page.get_by_label("The sandbox's time")
    await expect(clock).to_contain_text("Tue, 3 Mar 2026")
    await page.get_by_role("button", name="Next Monday 09:00").click()
    await expect(clock).to_contain_text("Mon, 9 Mar 2026")
    await expect(clock).to_contain_text("09:00:")


async def test_a_paper_waits_while_arxiv_is_down(room: Room, open_page: Screens) -> None:
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    switch = ada.get_by_role("switch", name="arXiv is down")
    await switch.click()
    await expect(grace.get_by_role("switch", name="arXiv is down")).to_be_checked()
    posted = await room.ada.post(room.papers, RESNET)
    await room.community.sandbox.until(lambda: room.community.arxiv.requests, what="the bot has asked arXiv")
    await room.community.settled()
    assert room.community.replies_to(posted) == []
    await switch.click()
    await expect(switch).not_to_be_checked()
    await ada.get_by_role("button", name="+1 hour").click()
    for page in (ada, grace):
        await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


async def test_the_bot_comes_back_after_a_lost_connection(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await expect(page.get_by_role("status").filter(has_text="bot connected")).to_be_visible()
    await page.get_by_role("button", name="Disconnect Discord").click()
    await room.ada.post(room.papers, RESNET)
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="bot connected")).to_be_visible()


async def _open_panel(page: Page) -> None:
    await page.get_by_role("button", name="Developer panel").click()
    await expect(page.get_by_role("heading", name="Traffic")).to_be_visible()


async def test_the_panel_shows_what_passes(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await _open_panel(page)
    entries = page.get_by_role("list", name="Requests and events").get_by_role("listitem")
    await room.ada.post(room.papers, RESNET)
    await expect(message(page, TITLE)).to_be_visible()
    await page.get_by_label("Filter the traffic").fill("MESSAGE_CREATE")
    await expect(entries.last).to_contain_text("MESSAGE_CREATE")
    await page.get_by_label("Filter the traffic").fill("POST")
    await entries.filter(has_text="/messages").last.get_by_role("button").click()
    await expect(entries.filter(has_text="/messages").last).to_contain_text(TITLE)
    await page.get_by_label("Filter the traffic").fill("1512.03385 → 200")
    await expect(entries).to_have_count(1)
    assert room.community.sandbox.token not in await page.content()


async def test_the_panel_shows_violations_in_red(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await _open_panel(page)
    sandbox = room.community.sandbox
    address = f"{sandbox.api_url}/channels/{room.papers.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(address, json={"content": "x" * 2001}) as answer,
    ):
        assert answer.status == 400
    shown = page.get_by_role("list", name="Requests and events").get_by_role("listitem").filter(has_text="content")
    await expect(shown.last).to_contain_text("2000")
    colour = await shown.last.get_by_role("button").evaluate("node => getComputedStyle(node).color")
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(", "))
    assert red > green + 60
    assert red > blue + 60
    await expect(page.get_by_role("button", name="Violations 1")).to_be_visible()
    assert len(sandbox.violations) == 1
    sandbox.violations.clear()
