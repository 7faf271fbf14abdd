"""The clock with its switches and the traffic panel, with a pretended sandbox behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.page.modules import open_modules

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SET_UP = """async () => {
  const [{ createClock }, { createTraffic }] = await Promise.all(
    ["clock", "traffic"].map((name) => import(`/page/static/js/${name}.js`)));
  const listeners = {};
  const on = (type, listener) => (listeners[type] ??= []).push(listener);
  const asked = [], told = [];
  let number = 0;
  const entry = (kind, title, detail = {}) =>
    ({ id: ++number, at: "2026-03-02T10:00:00Z", kind, title, detail, status: null, red: kind === "violation" });
  const store = { connected: true, botConnected: true, arxivDown: false, on,
    now: () => new Date("2026-03-02T10:00:00Z") };
  const emit = (type, event = {}) => listeners[type].forEach((listener) => listener(event));
  const actions = {
    moveClock: (to) => new Promise((_, reject) => { asked.push(to); Object.assign(window, { reject }); }),
    setArxivDown: async (down) => { store.arxivDown = down; emit("arxiv"); },
    disconnectBot: async () => { store.botConnected = false; emit("bot"); },
  };
  const connection = { request: async (what) => { document.title = what; return { entries: window.first }; } };
  Object.assign(window, { store, emit, entry, asked, told,
    first: [
      entry("event", "MESSAGE_CREATE", { content: "<b>hostile</b>" }), entry("request", "GET /users/@me → 200")] });
  const panel = document.createElement("div");
  panel.style.setProperty("height", "300px");
  panel.append(createTraffic({ store, connection }));
  document.querySelector("main").append(
    createClock({ store, actions, tell: (words) => told.push(words) }), panel);
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await open_modules(browser)
    await page.add_style_tag(url="/page/static/style/tools.css")
    await page.evaluate(_SET_UP)
    yield page
    await page.context.close()


async def test_the_time_is_the_readers(page: Page) -> None:
    await expect(page.get_by_label("The sandbox's time")).to_contain_text("11:00:00")  # in Vienna


async def test_a_jump_is_waited_for_and_a_refusal_told(page: Page) -> None:
    monday, hour = (page.get_by_role("button", name=name) for name in ("Next Monday 09:00", "+1 hour"))
    await monday.click()
    await expect(monday).to_have_attribute("aria-busy", "true")
    await expect(hour).to_be_disabled()
    await page.evaluate("window.reject(new Error('Not now.'))")
    await expect(hour).to_be_enabled()
    assert await page.evaluate("[asked.at(-1), ...told]") == ["monday", "Not now."]


async def test_switches_show_what_is(page: Page) -> None:
    down = page.get_by_role("switch", name="arXiv is down")
    await expect(down).not_to_be_checked()
    await down.click()
    await expect(down).to_be_checked()
    await page.get_by_role("button", name="Disconnect Discord").click()
    await expect(page.get_by_text("bot away")).to_be_visible()
    await page.evaluate("store.botConnected = true; emit('bot')")
    await expect(page.get_by_text("bot connected")).to_be_visible()


async def test_an_entry_unfolds_to_text(page: Page) -> None:
    await page.get_by_role("button", name="MESSAGE_CREATE").click()
    await expect(page.locator(".traffic-detail")).to_have_text('{ "content": "<b>hostile</b>" }')
    await page.get_by_role("button", name="MESSAGE_CREATE").click()
    await expect(page.locator(".traffic-detail")).to_have_count(0)


async def test_violations_are_counted_and_kinds_and_words_filter(page: Page) -> None:
    entries = page.locator(".traffic-entry:visible")
    await expect(entries).to_have_count(2)
    await page.evaluate("emit('traffic', { entries: [entry('violation', 'too long', { field: 'Content' })] })")
    violations = page.get_by_role("button", name="Violations 1")
    await expect(violations).to_be_visible()
    await expect(page.locator(".traffic-entry.red")).to_have_count(1)
    await violations.click()
    await expect(entries).to_have_count(2)
    await violations.click()
    await page.get_by_label("Filter the traffic").fill("content")
    await expect(entries).to_have_count(2)
    await page.get_by_role("button", name="Clear").click()
    await expect(page.locator(".traffic-entry")).to_have_count(0)


async def test_pausing_holds_entries_back(page: Page) -> None:
    pause = page.get_by_role("button", name="Pause")
    await expect(page.locator(".traffic-entry")).to_have_count(2)
    await pause.click()
    await page.evaluate("emit('traffic', { entries: [entry('event', 'LATER')] })")
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await expect(page.locator(".traffic-entry")).to_have_count(2)
    await pause.click()
    await expect(page.get_by_role("button", name="LATER")).to_be_visible()


async def test_it_follows_the_newest_keeps_a_thousand_and_stays_where_one_reads(page: Page) -> None:
    many = "emit('traffic', { entries: Array.from({ length: 1200 }, (_, at) => entry('event', `E${at}`)) })"
    await page.evaluate(many)
    await expect(page.get_by_role("button", name="E1199")).to_be_in_viewport()
    await expect(page.locator(".traffic-entry")).to_have_count(1000)
    await page.locator(".traffic-list").evaluate("(list) => list.scrollTo(0, 0)")
    latest = page.get_by_role("button", name="Jump to the latest")
    await expect(latest).to_be_visible()
    await page.evaluate("emit('traffic', { entries: [entry('event', 'NEWEST')] })")
    await expect(page.get_by_role("button", name="NEWEST")).not_to_be_in_viewport()
    await latest.click()
    await expect(page.get_by_role("button", name="NEWEST")).to_be_in_viewport()
    await expect(latest).to_be_hidden()


async def test_it_is_asked_for_only_while_it_is_seen(page: Page) -> None:
    panel = page.locator(".traffic")
    await expect(page).to_have_title("traffic")
    await panel.evaluate("(node) => node.style.setProperty('display', 'none')")
    await expect(page).to_have_title("traffic_off")
    await panel.evaluate("(node) => node.style.removeProperty('display')")
    await expect(page).to_have_title("traffic")
