"""Messages in the page: components, menus, embeds, polls, files, replies, and what a click on each asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.page.message_samples import BEN, BOT, CONTEXT, GUILD, NOW, PICTURE, button, layout, link, message, poll
from tests.page.modules import open_modules

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def modules(browser: Browser) -> AsyncIterator[tuple[Page, list[str]]]:
    opened = await open_modules(browser)
    problems: list[str] = []
    opened.on("console", lambda entry: problems.append(entry.text) if entry.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened, problems
    await opened.context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(modules: tuple[Page, list[str]]) -> AsyncIterator[Page]:
    """The policy of the page allows everything that happens in a test, and nothing raises."""
    opened, problems = modules
    await opened.evaluate(CONTEXT, {"guild": GUILD, "now": NOW})
    yield opened
    assert problems == []


async def _show(page: Page, *messages: Json) -> None:
    await page.evaluate("(messages) => show(...messages)", messages)


async def _asked(page: Page) -> list[Any]:
    asked: list[Any] = await page.evaluate("() => asked.splice(0)")
    return asked


async def _answers(page: Page, answer: str) -> None:
    await page.evaluate(f"() => {{ window.answer = {answer}; }}")


async def test_who_and_when(page: Page) -> None:
    await _show(page, message(content="hello"), message(author=BOT, content="hi", edited_timestamp=NOW))
    first, second = await page.locator("article").all()
    await expect(first.locator(".author")).to_have_text("Ada")
    await expect(first.locator(".author")).to_have_css("color", "rgb(230, 126, 34)")
    await expect(first.locator("time")).to_have_text("Today at 09:05")
    await expect(second.locator(".app-tag")).to_have_text("APP")
    await expect(second.locator(".message-content")).to_have_text("hi (edited)")


async def test_a_mention_of_the_viewer_stands_out(page: Page) -> None:
    mentioned = [
        message(author=BEN, mentions=[{"id": "1"}]),
        message(author=BEN, mention_roles=["8"]),
        message(author=BEN, mention_everyone=True),
    ]
    await _show(page, *mentioned, message(author=BEN, mentions=[{"id": "2"}]), message(mentions=[{"id": "1"}]))
    marked = await page.locator("article").evaluate_all(
        "(all) => all.map((one) => one.className.includes('mentioned'))"
    )
    assert marked == [True, True, True, False, False]


async def test_a_layout(page: Page) -> None:
    card = {
        "type": 17,
        "accent_color": 0x00FF7F,
        "components": [
            {"type": 10, "content": "### Title\n**bold**"},
            {"type": 14, "divider": True, "spacing": 2},
            {"type": 9, "components": [{"type": 10, "content": "line"}], "accessory": button("Show")},
            {"type": 12, "items": [{"media": {"url": PICTURE}, "description": "A figure"}]},
            {"type": 13, "file": {"url": PICTURE}, "name": "refs.bib", "size": 2048},
            {
                "type": 1,
                "components": [
                    button("Save", 3),
                    link("Paper", "https://arxiv.org/abs/1"),
                    button("Off", disabled=True),
                ],
            },
            {"type": 1, "components": [link("Bad", "javascript:alert(1)"), {"type": 2, "style": 6, "sku_id": "1"}]},
        ],
    }
    await _show(page, layout(card, {"type": 99}))
    await expect(page.locator(".container")).to_have_css("border-left-color", "rgb(0, 255, 127)")
    await expect(page.get_by_role("heading", name="Title")).to_be_visible()
    await expect(page.locator("hr.wide")).to_have_count(1)
    await expect(page.locator(".section .accessory").get_by_role("button", name="Show")).to_be_enabled()
    await expect(page.get_by_role("img", name="A figure")).to_be_visible()
    await expect(page.get_by_role("link", name="refs.bib", exact=True)).to_have_attribute("download", "refs.bib")
    await expect(page.locator(".file-card small")).to_have_text("2.0 KB")
    paper = page.get_by_role("link", name="Paper")
    await expect(paper).to_have_attribute("href", "https://arxiv.org/abs/1")
    await expect(paper).to_have_attribute("rel", "noopener noreferrer")
    for name in ("Off", "Bad", "Buy"):
        await expect(page.get_by_role("button", name=name)).to_be_disabled()
    await expect(page.get_by_text("Component of type 99")).to_be_visible()


async def test_a_click_waits_for_the_answer(page: Page) -> None:
    await _show(page, layout({"type": 1, "components": [button("Save"), button("More"), button("Off", disabled=True)]}))
    await _answers(page, "() => new Promise((resolve) => { window.finish = resolve; })")
    await page.get_by_role("button", name="Save").click()
    for name in ("Save", "More"):
        await expect(page.get_by_role("button", name=name)).to_be_disabled()
    await expect(page.get_by_role("button", name="Save")).to_have_attribute("aria-busy", "true")
    await page.evaluate("() => finish({ form: { token: 't', title: 'Note', components: [] } })")
    await expect(page.get_by_role("button", name="More")).to_be_enabled()
    await expect(page.get_by_role("button", name="Off")).to_be_disabled()
    assert await page.evaluate("() => opened.title") == "Note"
    assert await _asked(page) == [["click", "100", "save"]]


async def test_no_answer_is_said_below_the_message(page: Page) -> None:
    await _show(page, layout({"type": 1, "components": [button("Save")]}))
    await _answers(page, "async () => { throw new Error('The application did not respond'); }")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_have_text("The application did not respond")


async def test_a_menu_of_texts(page: Page) -> None:
    options = [
        {"label": "New", "value": "n", "description": "newest first", "default": True},
        {"label": "Votes", "value": "v"},
    ]
    menu = {"type": 3, "custom_id": "sort", "placeholder": "Sort by", "options": options}
    await _show(page, layout({"type": 1, "components": [menu]}))
    control = page.get_by_role("button", name="Sort by")
    await expect(control).to_contain_text("New")
    await control.click()
    await expect(page.get_by_role("option", name="New")).to_contain_text("newest first")
    await page.get_by_role("option", name="Votes").click()
    assert await _asked(page) == [["choose", "100", "sort", ["v"]]]


async def test_a_menu_of_several(page: Page) -> None:
    options = [{"label": name, "value": name} for name in "abc"]
    menu = {"type": 3, "custom_id": "c", "options": options, "min_values": 2, "max_values": 2}
    await page.evaluate("(menu) => showSelect(menu)", menu)
    control = page.get_by_role("button", name="Make a selection")
    await control.click()
    await page.get_by_role("option", name="a").click()
    await page.keyboard.press("Escape")
    assert await _asked(page) == []  # one is too few
    await control.click()
    for name in "bc":  # the third is one too many
        await page.get_by_role("option", name=name).click()
    await page.keyboard.press("Escape")
    assert await _asked(page) == [["a", "b"]]
    assert await page.evaluate("() => document.querySelector('.select').values") == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (5, ["Ada", "Ben", "Paper Club"]),
        (6, ["managers"]),
        (7, ["Ada", "Ben", "Paper Club", "managers"]),
        (8, ["papers"]),
    ],
)
async def test_menus_of_the_server(page: Page, kind: int, offered: list[str]) -> None:
    await page.evaluate("(menu) => showSelect(menu)", {"type": kind, "custom_id": "x", "channel_types": [0]})
    await page.get_by_role("button", name="Make a selection").click()
    names = page.locator(".select-label > span:first-child")
    assert await names.all_text_contents() == offered
    await page.get_by_role("searchbox").fill(offered[-1][:3].upper())
    assert await names.all_text_contents() == [name for name in offered if offered[-1][:3].lower() in name.lower()]
    await page.keyboard.press("Escape")


async def test_an_embed(page: Page) -> None:
    embed = {
        "color": 0xFF0000,
        "author": {"name": "arXiv", "url": "https://arxiv.org"},
        "title": "A *paper*",
        "url": "https://arxiv.org/abs/1",
        "description": "**text**",
        "fields": [{"name": "Year", "value": "2026", "inline": True}, {"name": "By", "value": "Ada"}],
        "image": {"url": "https://elsewhere.org/x.png"},
        "footer": {"text": "foot"},
        "timestamp": NOW,
    }
    await _show(page, message(embeds=[embed]))
    await expect(page.locator(".embed")).to_have_css("border-left-color", "rgb(255, 0, 0)")
    await expect(page.get_by_role("link", name="A paper")).to_have_attribute("href", "https://arxiv.org/abs/1")
    await expect(page.locator(".embed-text strong")).to_have_text("text")
    await expect(page.locator(".embed-field.inline")).to_have_text("Year2026")
    await expect(page.locator(".embed-footer")).to_have_text("foot • Today at 11:00")
    await expect(page.locator(".embed img")).to_have_count(0)
    await expect(page.locator(".embed-image a")).to_have_text("Pictureelsewhere.org")


async def test_a_vote(page: Page) -> None:
    await _show(page, message(poll=poll((1, False), (2, False))))
    await expect(page.locator(".poll-foot")).to_contain_text("3 votes • 2h left")
    vote = page.get_by_role("button", name="Vote", exact=True)
    await expect(vote).to_be_disabled()
    await page.get_by_role("radio", name="Diffusion").check()
    await vote.click()
    assert await _asked(page) == [["vote", "100", [2]]]
    await page.get_by_role("button", name="Show results").click()
    assert await page.locator(".poll-count strong").all_text_contents() == ["33%", "67%"]


async def test_a_vote_for_several_and_back(page: Page) -> None:
    await _show(page, message(poll=poll(allow_multiselect=True)))
    for answer in ("Attention", "Diffusion"):
        await page.get_by_role("checkbox", name=answer).check()
    await page.get_by_role("button", name="Vote", exact=True).click()
    assert await _asked(page) == [["vote", "100", [1, 2]]]
    await _show(page, message(poll=poll((1, True))))
    await expect(page.get_by_role("img", name="Your vote")).to_have_count(1)
    await page.get_by_role("button", name="Remove vote").click()
    assert await _asked(page) == [["vote", "100", []]]


async def test_the_end_of_a_poll(page: Page) -> None:
    counts = [{"id": 1, "count": 3, "me_voted": True}]
    ended = poll(results={"is_finalized": True, "answer_counts": counts})
    await _show(page, message(poll=ended))
    await expect(page.locator(".poll-foot")).to_have_text("3 votes • Poll closed")
    await expect(page.locator(".poll-answer.won")).to_contain_text("Attention")
    await expect(page.get_by_role("button")).to_have_count(0)


async def test_a_poll_closes_when_its_time_has_come(page: Page) -> None:
    await _show(page, message(poll=poll((1, False))))
    await page.evaluate("() => { window.clock = new Date('2026-03-02T12:31:00Z'); }")
    await expect(page.locator(".poll-foot")).to_contain_text("Poll closed")
    await expect(page.get_by_role("radio")).to_have_count(0)


async def test_the_result_of_a_poll(page: Page) -> None:
    values = {"poll_question_text": "Which?", "victor_answer_votes": "3", "total_votes": "4", "victor_answer_text": "B"}
    fields = [{"name": name, "value": value} for name, value in values.items()]
    reference = {"channel_id": "3", "message_id": "77"}
    await _show(page, message(type=46, embeds=[{"type": "poll_result", "fields": fields}], message_reference=reference))
    await expect(page.locator(".system-line")).to_contain_text("Ada's poll Which? has closed.")
    await expect(page.locator(".poll-result-text")).to_contain_text("4 votes • 75%")
    await page.get_by_role("button", name="View Poll").click()
    assert await _asked(page) == [["go", "3", "77"]]


async def test_replies_and_commands(page: Page) -> None:
    original = message(id="50", author=BEN, content="some **long** text")
    await _show(
        page,
        message(type=19, referenced_message=original),
        message(type=19, referenced_message=None),
        message(type=20, author=BOT, command={"user_id": "1", "name": "list"}),
    )
    assert [text.strip() for text in await page.locator(".origin").all_text_contents()] == [
        *("BBensome long text", "Original message was deleted", "AAda used /list")
    ]
    await page.get_by_role("button", name="Jump to the message by Ben").click()
    assert await _asked(page) == [["go", "3", "50"]]


async def test_a_forward(page: Page) -> None:
    snapshot = {"message": message(content="> original", components=[{"type": 1, "components": [button("Save")]}])}
    reference = {"channel_id": "3", "message_id": "50"}
    await _show(page, message(message_snapshots=[snapshot], message_reference=reference))
    await expect(page.locator(".forwarded blockquote")).to_have_text("original")
    await page.get_by_role("button", name="#papers").click()
    assert await _asked(page) == [["go", "3", "50"]]
    assert await page.get_by_role("button", name="Save").evaluate("(button) => button.closest('[inert]') !== null")


async def test_what_discord_says_itself(page: Page) -> None:
    reference = {"channel_id": "3", "message_id": "50"}
    await _show(
        page,
        message(type=6, message_reference=reference),
        message(type=18, content="On attention", message_reference={"channel_id": "4"}),
        message(type=7, author=BEN),
        message(type=21, referenced_message=message(content="the start")),
    )
    lines = await page.locator(".system-line").all_text_contents()
    assert [line.split(" Today")[0] for line in lines] == [
        *("Ada pinned a message to this channel.", "Ada started a thread: On attention", "Ben joined the server.")
    ]
    await expect(page.locator("article").last).to_contain_text("the start")
    await page.get_by_role("button", name="a message").click()
    await page.get_by_role("button", name="On attention").click()
    assert await _asked(page) == [["go", "3", "50"], ["go", "4"]]


async def test_reactions_and_the_thread(page: Page) -> None:
    reactions = [{"emoji": {"id": None, "name": "👍"}, "count": 2, "me": False}]
    reactions.append({"emoji": {"id": None, "name": "🎉"}, "count": 1, "me": True})
    thread = {"id": "4", "name": "On attention", "message_count": 3}
    await _show(page, message(content="x", reactions=reactions, thread=thread))
    await expect(page.get_by_role("button", name="🎉, 1 reaction")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="👍, 2 reactions").click()
    await page.get_by_role("button", name="🎉").click()
    await page.get_by_role("button", name="3 Messages").click()
    assert await _asked(page) == [["react", "100", "👍"], ["unreact", "100", "🎉"], ["go", "4"]]


async def test_private_answers(page: Page) -> None:
    await _show(page, message(author=BOT, flags=64, content="psst"), message(author=BOT, flags=64 | 128))
    await expect(page.get_by_role("status")).to_contain_text("Paper Club is thinking…")
    await expect(page.locator(".private-line").first).to_contain_text("Only you can see this")
    await page.get_by_role("button", name="Dismiss message").first.click()
    assert await _asked(page) == [["dismiss", "100"]]


async def test_files_and_pictures(page: Page) -> None:
    def file(name: str, kind: str) -> Json:
        url = f"http://127.0.0.1:8000/attachments/3/7/{name}"
        return {"id": name, "filename": name, "size": 10, "url": url, "content_type": kind, "description": "words"}

    await _show(page, layout({"type": 10, "content": "one"}, attachments=[file("in-its-place.txt", "text/plain")]))
    await expect(page.locator("article")).not_to_contain_text("in-its-place")
    await _show(page, message(attachments=[file("a.png", "image/png"), file("SPOILER_b.txt", "text/plain")]))
    await page.get_by_role("button", name="Enlarge words").click()
    await expect(page.get_by_role("dialog", name="words")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Show spoiler").click()
    download = page.get_by_role("link", name="SPOILER_b.txt", exact=True)
    await expect(download).to_have_attribute("href", "/attachments/3/7/SPOILER_b.txt")


async def test_hostile_words_everywhere_stay_words(page: Page) -> None:
    evil = "<img src=x onerror=alert(1)>"
    user = {"id": "66", "username": evil, "global_name": evil}
    embed = {
        "title": evil,
        "url": "javascript:alert(1)",
        "description": evil,
        "author": {"name": evil, "url": "data:text/html,x"},
        "image": {"url": "javascript:alert(1)", "description": evil},
        "fields": [{"name": evil, "value": evil}],
    }
    menu = {"type": 3, "custom_id": evil, "placeholder": evil, "options": [{"label": evil, "value": evil}]}
    await _show(
        page,
        message(
            author=user,
            content=evil,
            embeds=[embed],
            poll=poll() | {"question": {"text": evil}},
            reactions=[{"emoji": {"id": None, "name": evil}, "count": 1, "me": False}],
            thread={"id": "4", "name": evil},
            components=[{"type": 1, "components": [menu, button(evil), link(evil, "data:text/html,x")]}],
        ),
    )
    assert await page.locator("main img, main script").count() == 0
    assert await page.locator("main a").count() == 0
