"""Members' screens: the page opened in a browser, watched for what must never happen there."""

from __future__ import annotations

import re
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, ViewportSize, expect

from sandbox.people import Person

Size = Literal["desktop", "phone"]
Theme = Literal["dark", "light"]

SIZES: dict[Size, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}


class Screens:
    """Calling it opens the page as a member sees it, each time in a browser profile of its own.

    `problems` are errors and warnings in the console (among them what the content security policy stops), exceptions,
    dialogs, new windows and requests to other hosts. A test that expects one takes it out.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self.problems: list[str] = []

    async def __call__(
        self,
        person: Person,
        *,
        size: Size = "desktop",
        theme: Theme = "dark",
        zone: str = "Europe/Berlin",
        channel: str | None = None,
    ) -> Page:
        """The page, ready to be used. `channel` is the name of the one to go to; else it is the first."""
        context = await self._browser.new_context(
            viewport=SIZES[size],
            color_scheme=theme,
            timezone_id=zone,
            locale="en-GB",
            has_touch=size == "phone",
            is_mobile=size == "phone",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = await context.new_page()
        self._watch(page)
        await page.add_init_script(f"localStorage['sandbox.viewer'] ??= '{person.id}'")
        await page.goto(self._address)
        await expect(page.get_by_label(f"Acting as {person.name}", exact=True)).to_be_attached()
        if channel is not None:
            await go(page, channel)
        return page

    async def close(self) -> None:
        for context in list(self._browser.contexts):
            await context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.problems.append(f"new window {popup.url}"))
        page.on("request", self._request)

    def _console(self, entry: ConsoleMessage) -> None:
        if entry.type in ("error", "warning"):
            self.problems.append(entry.text)

    async def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog {dialog.message!r}")
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._address}/", "blob:", "data:")):
            self.problems.append(f"request to {request.url}")


async def go(page: Page, channel: str) -> None:
    """Chooses a channel, thread or post in the list, on a phone in its drawer, and waits until it is there."""
    lists = page.get_by_role("navigation", name="Channels")
    if await page.get_by_role("button", name="Channels", exact=True).is_visible():
        await page.get_by_role("button", name="Channels", exact=True).click()
    await lists.get_by_role("button", name=re.compile(rf"^{re.escape(channel)}(, unread)?$")).click()
    await expect(page.get_by_role("heading", name=channel, exact=True, level=1)).to_be_visible()


def messages(page: Page) -> Locator:
    """Those that are drawn in the conversation, oldest first."""
    return page.get_by_role("feed").get_by_role("article")


def message(page: Page, text: str) -> Locator:
    """The one with that text."""
    return messages(page).filter(has_text=text)
