"""The bot's work as its users see it: paste a link, save, vote, page through the list."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.room import Room
from tests.discord.papers import record
from tests.page.screens import Screens, message, messages

pytestmark = pytest.mark.asyncio(loop_scope="module")

ATTENTION = "https://arxiv.org/abs/1706.03762"
TITLE = "Attention Is All You Need"


async def _say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message #papers").fill(text)
    await page.keyboard.press("Enter")


async def _command(page: Page, name: str, **options: str) -> None:
    """Types a command, chooses it, and fills in its options."""
    await page.get_by_role("textbox", name="Message #papers").press_sequentially(f"/{name}")
    await page.get_by_role("option", name=f"/{name} ").click()
    command = page.get_by_role("group", name=f"Command /{name}")
    for option, value in options.items():
        await command.get_by_role("textbox", name=option).fill(value)
    await command.get_by_role("button", name="Send command").click()
    await expect(command).to_be_hidden()


def _card(page: Page) -> Locator:
    return messages(page).filter(has=page.get_by_role("heading", name=TITLE))


async def test_a_pasted_link_becomes_a_card(room: Room, open_page: Screens) -> None:
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    await _say(ada, f"worth a read: {ATTENTION}")
    for page in (ada, grace):
        card = _card(page)
        await expect(card).to_contain_text("Ashish Vaswani, Noam Shazeer")
        await expect(card).to_contain_text("12 Jun 2017 · cs.CL · Computation and Language · v7")
        await expect(card).to_contain_text("First shared by @Ada")
        await expect(card.get_by_role("button")).to_contain_text(["Save", "▲ Vote 0", "Discuss", "More", "✕"])
        await expect(card.get_by_role("link", name="PDF")).to_have_attribute("href", "https://arxiv.org/pdf/1706.03762")
    await grace.get_by_role("link", name="jump").click()
    await expect(message(grace, "worth a read").first).to_be_in_viewport()
    await expect(grace).to_have_url(re.compile(re.escape(room.community.sandbox.url) + r"/#/\d+/\d+/\d+$"))


async def test_votes_are_seen_by_everyone(room: Room, open_page: Screens) -> None:
    await room.community.reply_to(await room.ada.post(room.papers, ATTENTION))
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    await _card(ada).get_by_role("button", name="Save").click()
    await expect(_card(grace)).to_contain_text("Saved by @Ada")
    await _card(ada).get_by_role("button", name="▲ Vote").click()
    await expect(_card(grace).get_by_role("button", name="▲ Vote 1")).to_be_visible()
    await _card(grace).get_by_role("button", name="▲ Vote 1").click()
    for page in (ada, grace):
        await expect(_card(page).get_by_role("button", name="▲ Vote 2")).to_be_visible()


async def test_the_list_is_paged_through(room: Room, open_page: Screens) -> None:
    for number in range(1, 8):
        room.community.arxiv.add(record(f"2402.0000{number}", title=f"Number {number}"))
    links = " ".join(f"arXiv:2402.0000{number}" for number in range(1, 8))
    await room.community.reply_to(await room.ada.post(room.papers, links))
    await room.community.settled()
    for number in range(1, 8):
        await room.ada.command("save", at=room.papers, paper=f"2402.0000{number}")
    page = await open_page(room.grace, channel="papers")
    await _command(page, "list")
    shown = message(page, "Only you can see this").last
    await expect(shown).to_contain_text("Grace used /list")
    await expect(shown).to_contain_text("Number 3")
    await expect(shown).not_to_contain_text("Number 7")
    await shown.get_by_role("button", name=re.compile("Next|▶|›")).click()
    await expect(shown).to_contain_text("Number 7")
    await expect(shown).not_to_contain_text("Number 3")


async def test_a_private_answer_is_private_and_can_be_dismissed(room: Room, open_page: Screens) -> None:
    ada, grace = await open_page(room.ada, channel="papers"), await open_page(room.grace, channel="papers")
    await _command(ada, "paper", paper="no such words")
    answer = message(ada, "No paper of this server matches that")
    await expect(answer).to_contain_text("Only you can see this")
    await _say(grace, "Anything new?")
    await expect(message(ada, "Anything new?")).to_be_visible()
    await expect(messages(grace)).to_have_count(1)
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(messages(ada)).to_have_count(1)


async def test_autocomplete_finds_papers_and_tags_are_kept(room: Room, open_page: Screens) -> None:
    await room.community.reply_to(await room.ada.post(room.papers, ATTENTION))
    page = await open_page(room.grace, channel="papers")
    await page.get_by_role("textbox", name="Message #papers").press_sequentially("/save ")
    command = page.get_by_role("group", name="Command /save")
    await command.get_by_role("textbox", name="paper").press_sequentially("atten")
    await page.get_by_role("option", name=TITLE).click()
    await command.get_by_role("button", name="Add tags").click()
    await command.get_by_role("textbox", name="tags").fill("transformers")
    await command.get_by_role("button", name="Send command").click()
    await expect(message(page, "Only you can see this")).to_contain_text(f"Saved {TITLE}.")
    await expect(_card(page)).to_contain_text("Saved by @Grace")
    listed = await room.grace.command("list", at=room.papers)
    assert "transformers" in listed.text


async def test_commands_are_those_one_may_use(room: Room, open_page: Screens) -> None:
    ada, mara = await open_page(room.ada, channel="papers"), await open_page(room.mara, channel="papers")
    for page, count in ((ada, 0), (mara, 1)):
        await page.get_by_role("textbox", name="Message #papers").press_sequentially("/settings sh")
        await expect(page.get_by_role("option", name="/settings show")).to_have_count(count)
    linus = await open_page(room.linus, channel="papers")
    await expect(linus.get_by_text("You do not have permission to send messages in this channel.")).to_be_visible()
    await expect(linus.get_by_role("textbox", name="Message #papers")).to_have_count(0)
