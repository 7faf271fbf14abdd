"""What one member does is on the others' screens at once."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.room import Room
from tests.page.channels import of_the_bot
from tests.page.screens import Screens, go, message, messages

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_message_is_written_changed_and_deleted(room: Room, open_page: Screens) -> None:
    page = await open_page(room.grace, channel="papers")
    posted = await room.ada.post(room.papers, "Good mornin")
    await expect(message(page, "Good mornin")).to_be_visible()
    await room.ada.edit(posted, "Good **morning**")
    await expect(message(page, "Good morning (edited)").locator("strong")).to_have_text("morning")
    await room.ada.delete(posted)
    await expect(messages(page)).to_have_count(0)


async def test_who_reads_elsewhere_sees_that_there_is_news(room: Room, open_page: Screens) -> None:
    page = await open_page(room.grace)
    lists = page.get_by_role("navigation", name="Channels")
    await room.ada.post(room.papers, "News")
    await lists.get_by_role("button", name="papers, unread").click()
    await expect(message(page, "News")).to_be_visible()
    await expect(lists.get_by_role("button", name="papers", exact=True)).to_be_visible()


async def test_reactions_are_counted(room: Room, open_page: Screens) -> None:
    posted = await room.ada.post(room.papers, "Tea?")
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    await room.mara.react(posted, "👍")
    await grace.get_by_role("button", name="👍, 1 reaction").click()
    await expect(grace.get_by_role("button", name="👍, 2 reactions")).to_have_attribute("aria-pressed", "true")
    await expect(ada.get_by_role("button", name="👍, 2 reactions")).to_have_attribute("aria-pressed", "false")
    await grace.get_by_role("button", name="👍, 2 reactions").click()
    await expect(ada.get_by_role("button", name="👍, 1 reaction")).to_be_visible()


async def test_pins(room: Room, open_page: Screens) -> None:
    posted = await room.ada.post(room.papers, "Rules: be kind.")
    page = await open_page(room.mara, channel="papers")
    await room.mara.pin(posted)
    await page.get_by_role("button", name="Pinned messages").click()
    pins = page.get_by_role("dialog", name="Pinned messages")
    await expect(pins.get_by_text("Rules: be kind.")).to_be_visible()
    await pins.get_by_role("button", name="Unpin").click()
    await expect(pins.get_by_text("Nothing is pinned here yet.")).to_be_visible()
    assert not posted.pinned


async def test_a_poll_is_counted_live_and_ends(room: Room, open_page: Screens) -> None:
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    poll = discord.Poll(question="Which one next?", duration=timedelta(hours=1))
    poll.add_answer(text="Attention").add_answer(text="Preferences")
    await of_the_bot(room, room.papers).send(poll=poll)
    await _vote(ada, "Attention")
    await expect(_result(ada, "Attention")).to_contain_text("100%")
    await _vote(grace, "Preferences")
    for page in (ada, grace):
        await expect(_poll(page)).to_contain_text("2 votes")
        await expect(_result(page, "Attention")).to_contain_text("50%")
    await grace.get_by_role("button", name="Remove vote").click()
    await expect(_poll(ada)).to_contain_text("1 vote")
    await ada.get_by_role("button", name="+1 hour").click()
    for page in (ada, grace):
        await expect(_poll(page)).to_contain_text("Poll closed")
        await expect(_poll(page).get_by_role("button", name="Vote", exact=True)).to_have_count(0)
        await expect(messages(page).last).to_contain_text("Which one next?")


def _poll(page: Page) -> Locator:
    return page.get_by_role("form", name="Poll: Which one next?")


def _result(page: Page, answer: str) -> Locator:
    return _poll(page).locator(".poll-answer").filter(has_text=answer)


async def _vote(page: Page, answer: str) -> None:
    await _poll(page).get_by_role("radio", name=answer).check()
    await _poll(page).get_by_role("button", name="Vote", exact=True).click()


async def test_a_thread_appears_and_can_be_read(room: Room, open_page: Screens) -> None:
    posted = await room.ada.post(room.papers, "Shall we talk about attention?")
    page = await open_page(room.grace, channel="papers")
    thread = await room.ada.start_thread(room.papers, "On attention", message=posted)
    await room.ada.post(thread, "I begin.")
    await go(page, "On attention")
    await expect(message(page, "I begin.")).to_be_visible()
    await page.get_by_role("button", name="papers", exact=True).last.click()
    await expect(message(page, "On attention").get_by_role("button", name="1 Message")).to_be_visible()
