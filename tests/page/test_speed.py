"""How soon a message is on the screen, and how a long channel scrolls.

`pytest tests/page/test_speed.py --log-cli-level=INFO` tells the figures.
"""

from __future__ import annotations

import logging
import statistics
import time

import pytest
from playwright.async_api import Page, expect

from sandbox.room import Room
from sandbox.state.message import Message
from tests.page.channels import of_the_bot
from tests.page.screens import Screens, message, messages

pytestmark = pytest.mark.asyncio(loop_scope="module")

logger = logging.getLogger(__name__)

MOST_MS = 100
MOST_ROWS = 100
FRAMES = 240

SHOWN_AT = """() => {
  window.shownAt = {};
  new MutationObserver(() => {
    for (const article of document.querySelectorAll("article")) {
      const text = article.textContent.match(/number \\d+/)?.[0];
      if (!text || text in shownAt) continue;
      shownAt[text] = null;
      requestAnimationFrame(() => setTimeout(() => (shownAt[text] = Date.now())));
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Notes when a message is painted: after the frame that follows its coming into the document."""

SCROLLED = """async (frames) => {
  const feed = document.querySelector("[role=feed]");
  const took = [], rows = [];
  let before = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame++) {
    feed.scrollTop -= 100;
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    rows.push(feed.querySelectorAll("article").length);
    before = now;
  }
  return { took, rows: Math.max(...rows), nodes: feed.querySelectorAll("*").length };
}"""

IN_SIGHT = """() => {
  const feed = document.querySelector("[role=feed]");
  const top = feed.getBoundingClientRect().top;
  const article = [...feed.querySelectorAll("article")].find((one) => one.getBoundingClientRect().top > top);
  return { id: article.dataset.id, top: article.getBoundingClientRect().top };
}"""


async def test_a_message_is_there_within_a_tenth_of_a_second(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    channel = of_the_bot(room, room.papers)
    await page.evaluate(SHOWN_AT)
    took = []
    for number in range(12):
        text = f"number {number}"
        began = time.time()
        await channel.send(text)
        await expect(message(page, text)).to_be_in_viewport()
        await page.wait_for_function("text => shownAt[text]", arg=text)
        shown: float = await page.evaluate("text => shownAt[text]", text)
        took.append(shown - began * 1000)
    median = statistics.median(took[2:])  # the first ones open the bot's connection
    logger.info("milliseconds to the screen: median %.0f, all %s", median, [round(each) for each in took])
    assert median < MOST_MS, f"milliseconds: {[round(each) for each in took]}"


async def test_five_thousand_messages_scroll(room: Room, open_page: Screens) -> None:
    _fill(room, 5000)
    page = await open_page(room.ada, channel="papers")
    await expect(message(page, "Message 4999 ")).to_be_in_viewport()
    scrolled = await page.evaluate(SCROLLED, FRAMES)
    assert scrolled["rows"] < MOST_ROWS
    took = sorted(scrolled["took"])
    logger.info(
        "milliseconds a frame: median %.1f, 95 of 100 at most %.1f; rows drawn at most %d, elements %d",
        statistics.median(took),
        took[FRAMES * 95 // 100],
        scrolled["rows"],
        scrolled["nodes"],
    )
    await page.get_by_role("button", name="Jump to present").click()
    await expect(message(page, "Message 4999 ")).to_be_in_viewport()


async def test_what_is_read_stays_where_it_is(room: Room, open_page: Screens) -> None:
    """While older messages are loaded above it, and while new ones come below."""
    _fill(room, 400)
    page = await open_page(room.ada, channel="papers")
    await expect(message(page, "Message 399 ")).to_be_in_viewport()
    feed = page.get_by_role("feed")
    end = await feed.evaluate("feed => feed.scrollTop")
    await feed.evaluate("feed => { feed.scrollTop -= 2; }")  # the first step of a smooth scroll
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await feed.evaluate("feed => feed.scrollTop") == end - 2
    height = await feed.evaluate("feed => feed.scrollHeight")
    await feed.evaluate("feed => { feed.scrollTop = 300; }")
    await page.evaluate("() => new Promise(requestAnimationFrame)")
    before = await page.evaluate(IN_SIGHT)
    await page.wait_for_function("height => document.querySelector('[role=feed]').scrollHeight > height", arg=height)
    assert abs(await _top(page, before["id"]) - before["top"]) <= 1
    await room.grace.post(room.papers, "Something new")
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert abs(await _top(page, before["id"]) - before["top"]) <= 1
    await expect(messages(page).filter(has_text="Something new")).not_to_be_in_viewport()


async def _top(page: Page, message_id: str) -> float:
    top: float = await page.locator(f"article[data-id='{message_id}']").evaluate(
        "article => article.getBoundingClientRect().top"
    )
    return top


def _fill(room: Room, count: int) -> None:
    """Messages from before anybody listened, of one to twelve lines, by two members."""
    people = (room.ada, room.grace)
    for number in range(count):
        text = f"Message {number} " + "and some **words** about it " * (1 + number * 7 % 23)
        new = Message(room.community.sandbox.world.snowflakes.next(), room.papers, people[number // 3 % 2].user, text)
        room.papers.messages.append(new)
        room.papers.last_message_id = new.id
