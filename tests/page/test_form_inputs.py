"""Every kind of input that a form can have, filled in by hand; what the form sends is looked at, not sent."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from sandbox.room import Room
from tests.page.screens import Screens

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPONENTS = [
    {"type": 10, "content": "Tell us **what** is wrong."},
    {
        "type": 18,
        "label": "Reason",
        "description": "In one line",
        "component": {"type": 4, "style": 1, "custom_id": "reason", "min_length": 3, "max_length": 10},
    },
    {
        "type": 18,
        "label": "Details",
        "component": {"type": 4, "style": 2, "custom_id": "details", "required": False, "value": "kept"},
    },
    {
        "type": 18,
        "label": "Kind",
        "component": {
            "type": 3,
            "custom_id": "kind",
            "placeholder": "Which kind?",
            "options": [{"label": "Paper", "value": "p"}, {"label": "Thread", "value": "t"}],
        },
    },
    {
        "type": 18,
        "label": "Where",
        "component": {"type": 8, "custom_id": "where", "required": False, "placeholder": "Which channel?"},
    },
    {
        "type": 18,
        "label": "Sure",
        "component": {
            "type": 21,
            "custom_id": "sure",
            "options": [{"label": "Yes", "value": "y", "description": "quite"}, {"label": "No", "value": "n"}],
        },
    },
    {
        "type": 18,
        "label": "Days",
        "component": {
            "type": 22,
            "custom_id": "days",
            "min_values": 2,
            "max_values": 2,
            "options": [{"label": day, "value": day[0]} for day in ("Monday", "Tuesday", "Wednesday")],
        },
    },
    {"type": 18, "label": "Agree", "component": {"type": 23, "custom_id": "agree"}},
    {
        "type": 1,
        "components": [{"type": 4, "style": 1, "custom_id": "old", "label": "In a row", "required": False}],
    },
]
"""As Discord describes a modal (developers/components/reference)."""

OPEN = """async (components) => {
  const { openForm } = await import("/page/static/js/form.js");
  const guild = { id: "1", members: [], roles: [], channels: [{ id: "9", type: 0, name: "papers" }] };
  const store = { guild: () => guild, current: { guildId: "1" }, application: { name: "Paper Club" } };
  window.sent = [];
  const submit = async (form, values) => {
    window.sent.push(values);
    if (window.sent.length === 1) throw new Error("The application did not respond");
    return { form: null };
  };
  openForm({ token: "t", title: "Report", components }, { store, actions: { submit } });
}"""


async def _problems(page: Page) -> list[str]:
    return await page.get_by_role("alert").all_inner_texts()


async def test_all_inputs(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada)
    await page.evaluate(OPEN, COMPONENTS)
    form = page.get_by_role("dialog", name="Report")
    submit = form.get_by_role("button", name="Submit")
    await submit.click()
    assert [text for text in await _problems(page) if text] == ["This field is required."] * 4
    reason = form.get_by_role("textbox", name="Reason")
    await expect(reason).to_be_focused()

    await reason.fill("no")
    await form.get_by_role("checkbox", name="Monday").check()
    await submit.click()
    assert "Must be at least 3 characters long." in await _problems(page)
    assert "Choose at least 2." in await _problems(page)

    await reason.fill("misprint")
    await expect(form.get_by_text("8/10")).to_be_visible()
    await form.get_by_role("button", name="Which kind?").click()
    await page.get_by_role("option", name="Thread").click()
    await form.get_by_role("button", name="Which channel?").click()
    await page.get_by_role("option", name="papers").click()
    await form.get_by_role("radio", name="Yes").check()
    await form.get_by_role("checkbox", name="Wednesday").check()
    await form.get_by_role("checkbox", name="Agree").check()
    await submit.click()
    refusal = form.get_by_role("alert").filter(has_text="Something went wrong. Try again.")
    await expect(refusal).to_contain_text("The application did not respond")
    await expect(reason).to_have_value("misprint")
    await submit.click()
    await expect(form).to_have_count(0)
    filled = {
        "reason": "misprint",
        "details": "kept",
        "kind": ["t"],
        "where": ["9"],
        "sure": "y",
        "days": ["M", "W"],
        "agree": True,
        "old": "",
    }
    assert await page.evaluate("window.sent") == [filled, filled]


async def test_a_second_form_waits_until_the_first_is_closed(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada)
    first, second = ([{"type": 10, "content": text}] for text in ("The first", "The second"))
    await page.evaluate(OPEN, first)
    await page.evaluate(OPEN, second)
    form = page.get_by_role("dialog", name="Report")
    await expect(form).to_have_count(1)
    await expect(form).to_contain_text("The first")
    await form.get_by_role("button", name="Cancel").click()
    await expect(form).to_contain_text("The second")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_a_form_that_cannot_be_drawn_holds_up_none_after_it(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada)
    await page.evaluate(OPEN, [{"type": 18, "label": "Nothing inside"}])
    await page.evaluate(OPEN, [{"type": 10, "content": "The next"}])
    await expect(page.get_by_role("dialog", name="Report")).to_contain_text("The next")
    assert "undefined" in open_page.problems.pop()  # what the browser says of the first
