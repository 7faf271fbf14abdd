"""In the dark and in the light, on a wide screen and on a phone: everything can be read, and nothing is cut off."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from sandbox import story
from sandbox.room import Room
from tests.page.screens import Screens, Size, Theme, go, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEAST_CONTRAST = 4.5
"""Of text, by WCAG 2.2, 1.4.3."""

FAINT = """(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a));
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ways = { opacityProperty: true, visibilityProperty: true };
  const shown = (node) => node.checkVisibility(ways) && !node.closest("[inert]");
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!text || !shown(node) || node.closest("[disabled], .emoji, [aria-hidden=true]")) continue;
    const ground = behind(node);
    const style = getComputedStyle(node);
    const both = [luminance(ground), luminance(over(rgba(style.color), ground))];
    const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    const name = node.className || node.localName;
    if (contrast < least) faint.push(`${contrast.toFixed(2)} ${name}: ${text.slice(0, 40)}`);
  }
  return [...new Set(faint)];
}"""

CUT = """() => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  for (const node of document.querySelectorAll(".message *, .composer *, .header *, [role=dialog] *")) {
    if (!node.checkVisibility() || node.closest("[inert], pre, .unseen")) continue;
    const box = node.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`${node.localName}.${node.className}`);
  }
  return wrong;
}"""


async def _can_be_read(page: Page) -> None:
    assert await page.evaluate(FAINT, LEAST_CONTRAST) == []
    assert await page.evaluate(CUT) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_everything_can_be_read(room: Room, open_page: Screens, size: Size, theme: Theme) -> None:
    await story.tell(room)
    page = await open_page(room.ada, size=size, theme=theme)
    await expect(message(page, "Welcome to the Reading Group!")).to_be_visible()
    await _can_be_read(page)
    await go(page, "papers")
    await expect(page.get_by_role("heading", name="Direct Preference Optimization")).to_be_attached()
    await _can_be_read(page)
    await page.get_by_role("feed").press("Home")
    await expect(page.get_by_role("heading", name="Attention Is All You Need")).to_be_in_viewport()
    await _can_be_read(page)
    await page.get_by_role("button", name="Developer panel").click()
    await expect(page.get_by_role("heading", name="Traffic")).to_be_in_viewport()
    await expect(page.get_by_role("list", name="Requests and events").get_by_role("listitem").last).to_be_visible()
    await _can_be_read(page)


async def test_the_reader_may_choose(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, theme="dark")
    dark = await page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    await page.get_by_role("button", name="Light theme").click()
    await page.reload()
    await expect(page.get_by_role("button", name="Light theme")).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate("() => getComputedStyle(document.body).backgroundColor") != dark


async def test_on_a_phone_lists_slide_over_the_conversation(room: Room, open_page: Screens) -> None:
    await room.ada.post(room.papers, "Good morning")
    page = await open_page(room.grace, size="phone")
    members = page.get_by_role("complementary", name="Members")
    await expect(members).not_to_be_in_viewport()
    await page.get_by_role("button", name="Members", exact=True).click()
    await expect(members.get_by_text("joined today")).to_be_in_viewport()
    await page.get_by_role("button", name="Close", exact=True).click(position={"x": 20, "y": 400})
    await expect(members).not_to_be_in_viewport()
    await go(page, "papers")
    await expect(message(page, "Good morning")).to_be_in_viewport()
    await expect(page.get_by_role("navigation", name="Channels")).not_to_be_in_viewport()
