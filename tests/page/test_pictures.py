"""The README's pictures, taken from the page: `make pictures` puts them where the README shows them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, expect

from sandbox import story
from sandbox.room import Room
from tests.page.screens import Screens, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_BYTES = 120_000
TITLE = "Attention Is All You Need"


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where the pictures go: the folder of `--pictures`, or one that nobody keeps."""
    chosen = request.config.getoption("--pictures", default=None)
    if not chosen:
        return tmp_path
    Path(chosen).mkdir(parents=True, exist_ok=True)
    return Path(chosen)


async def test_the_pictures_of_the_readme(room: Room, open_page: Screens, folder: Path) -> None:
    await story.tell(room)
    page = await open_page(room.ada, channel="papers")
    await _open_at_the_top(page)
    await _take(page, folder / "dark.png")
    card = message(page, TITLE).filter(has=page.get_by_role("button", name="▲ Vote 3"))
    await _take(card.locator(".container"), folder / "card.png")
    await page.get_by_role("button", name="Developer panel").click()
    entries = page.get_by_role("list", name="Requests and events").get_by_role("listitem")
    await expect(entries.last).to_be_in_viewport()
    await _take(page, folder / "traffic.png")
    await _take(await _light(room, open_page), folder / "light.png")
    phone = await open_page(room.emmy, size="phone", channel="papers")
    await expect(message(phone, "Whichever has more votes.")).to_be_in_viewport()
    await _take(phone, folder / "phone.png")


async def _light(room: Room, open_page: Screens) -> Page:
    """Grace is about to save a paper."""
    page = await open_page(room.grace, theme="light", channel="papers")
    await page.get_by_role("textbox", name="Message #papers").press_sequentially("/save ")
    await page.get_by_role("textbox", name="paper").press_sequentially("pref")
    await expect(page.get_by_role("option", name="Direct Preference Optimization")).to_be_visible()
    return page


async def _open_at_the_top(page: Page) -> None:
    feed = page.get_by_role("feed")
    await feed.evaluate("feed => { feed.scrollTop = 0; }")
    await expect(page.get_by_text("This is the start of the #papers channel.")).to_be_in_viewport()
    await feed.evaluate("feed => { feed.scrollTop = 190; }")  # past the channel's welcome
    await expect(page.get_by_role("heading", name=TITLE)).to_be_in_viewport()


async def _take(shown: Page | Locator, file: Path) -> None:
    _keep(await shown.screenshot(animations="disabled", caret="hide"), file)


def _keep(png: bytes, file: Path) -> None:
    """With a palette of 256 colours a picture is a third as large and looks the same."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    assert file.stat().st_size < MOST_BYTES
