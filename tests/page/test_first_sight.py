"""What somebody sees who opens the page for the first time."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from sandbox import story
from sandbox.room import Room
from tests.page.screens import Screens, go, message, messages

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_story_has_begun(room: Room, open_page: Screens) -> None:
    await story.tell(room)
    page = await open_page(room.ada)
    channels = page.get_by_role("navigation", name="Channels").get_by_role("button")
    await expect(channels).to_have_text(
        ["start-here", "papers", "Attention Is All You Need", "ideas", "A month on privacy?"]
    )
    await expect(messages(page).get_by_role("listitem")).to_have_count(5)
    await page.get_by_role("button", name="Pinned messages").click()
    pins = page.get_by_role("dialog", name="Pinned messages")
    await expect(pins.get_by_text("Welcome to the Reading Group!")).to_be_visible()
    await page.keyboard.press("Escape")
    await go(page, "papers")
    await expect(page.get_by_role("heading", name="Direct Preference Optimization")).to_be_visible()
    await page.get_by_role("feed").press("Home")
    await expect(page.get_by_role("heading", name="Attention Is All You Need")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="▲ Vote 3")).to_be_visible()
    await go(page, "Attention Is All You Need")
    await expect(message(page, "New here, and that helped.")).to_be_visible()
    await go(page, "ideas")
    await expect(page.get_by_role("button", name="A month on privacy?").last).to_be_visible()


@pytest.mark.parametrize(("zone", "clock"), [("Europe/Berlin", "Today at 09:00"), ("Asia/Tokyo", "Today at 17:00")])
async def test_times_are_the_readers(room: Room, open_page: Screens, zone: str, clock: str) -> None:
    await room.mara.post(room.start_here, "Good morning")
    page = await open_page(room.ada, zone=zone)
    await expect(message(page, "Good morning").get_by_role("time")).to_have_text(clock)


async def test_five_members(room: Room, open_page: Screens) -> None:
    await room.mara.post(room.start_here, "Good morning")
    page = await open_page(room.ada)
    await page.get_by_role("button", name="Acting as Ada").click()
    people = page.get_by_role("menu", name="Act as")
    await expect(people.get_by_role("menuitemradio")).to_have_count(5)
    for name, note in (("Mara", "owns the server"), ("Linus", "may only read"), ("Emmy", "joined today")):
        await expect(people.get_by_role("menuitemradio", name=name)).to_contain_text(note)
    await people.get_by_role("menuitemradio", name="Linus").click()
    await expect(page.get_by_role("button", name="Acting as Linus")).to_be_visible()
    await expect(message(page, "Good morning")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Acting as Linus")).to_be_visible()


async def test_nothing_is_loaded_from_elsewhere(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada)
    policy = (await page.context.request.get(page.url)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    foreign = await page.context.request.get(page.url, headers={"Host": "example.org"})
    assert foreign.status >= 400
