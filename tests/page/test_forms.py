"""Forms, with a bot that has one: it is filled in, what is wrong is said at the input, and the bot gets the words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.arxiv import LocalArxiv
from sandbox.page import Page as SandboxPage
from sandbox.page.tools import LocalTools
from sandbox.server import Sandbox
from tests.page.screens import Screens, message
from tests.sandbox.small_bot import pointing_at, running

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """As Ada, in a server with a small bot."""
    sandbox = Sandbox(rate_limits=False)
    guild = sandbox.add_guild("Reading Group")
    ada = guild.add_member("Ada")
    guild.add_channel("papers")
    tools = LocalTools(sandbox, LocalArxiv(clock=sandbox.clock))
    SandboxPage(sandbox, [ada], tools).add_to(sandbox.app)
    async with sandbox, pointing_at(sandbox), running(sandbox):
        screens = Screens(browser, sandbox.url)
        yield await screens(ada)
        await screens.close()
        assert screens.problems == []
    assert sandbox.violations == []


async def _open_form(page: Page) -> None:
    await page.get_by_role("textbox", name="Message #papers").press_sequentially("/ask ")
    await page.get_by_role("button", name="Send command").click()
    await expect(page.get_by_role("dialog", name="Tell us")).to_be_visible()


async def test_the_words_reach_the_bot(page: Page) -> None:
    await _open_form(page)
    form = page.get_by_role("dialog", name="Tell us")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_visible()
    await form.get_by_role("textbox", name="Words").fill("it works")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden()
    await expect(message(page, "You said it works")).to_contain_text("Only you can see this")


async def test_escape_closes_it(page: Page) -> None:
    await _open_form(page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Tell us")).to_be_hidden()


async def test_a_menu_of_a_message(page: Page) -> None:
    await page.get_by_role("textbox", name="Message #papers").fill("How long?")
    await page.keyboard.press("Enter")
    await message(page, "How long?").click(button="right")
    await page.get_by_role("menuitem", name="Apps").click()
    await page.get_by_role("menuitem", name="Length").click()
    await expect(message(page, "9").last).to_contain_text("Only you can see this")


async def test_a_button_that_counts(page: Page) -> None:
    await page.get_by_role("textbox", name="Message #papers").fill("count")
    await page.keyboard.press("Enter")
    for number in range(3):
        await page.get_by_role("button", name=f"Count {number}").click()
    await expect(message(page, "Pressed 3 times")).to_be_visible()
