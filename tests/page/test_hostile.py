"""What members write is text: it never becomes markup, runs, opens anything or asks another host for anything."""

from __future__ import annotations

import re
from datetime import timedelta

import discord
import pytest
from playwright.async_api import Page, expect

from sandbox.room import Room
from tests.page.channels import of_the_bot
from tests.page.screens import Screens, go, message, messages

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
FRAME = "<iframe srcdoc='<script>parent.alert(3)</script>'></iframe>"
STYLE = "</style><style>*{display:none!important}</style>"
TEMPLATE = "${alert(4)} {{constructor.constructor('alert(5)')()}}"

PLAIN = [
    SCRIPT,
    IMAGE,
    FRAME,
    STYLE,
    TEMPLATE,
    "javascript:alert(6)",
    "[click](javascript:alert(7))",
    "[click](data:text/html,<script>alert(8)</script>)",
    "&lt;b&gt; &#60;script&#62;",
    "<svg/onload=alert(9)>",
    "<!-- a comment",
    "]]></p></div></article>",
]

FORMATTED = [
    "<@999999999999999999> <#1> <@&2> <:x:3> <a:x:999999999999999999>",
    "<t:99999999999999999999:F> <t:-1:R> <t:1:Q>",
    "\\u003cscript\\u003e",
    '[a "b" \' c](https://example.org/"onmouseover="alert(1)")',
    "[x](https://example.org/<img src=x onerror=alert(1)>)",
    "https://example.org/'\"><script>alert(1)</script>",
    f"```html\n{SCRIPT}{IMAGE}\n```",
    f"> {SCRIPT}\n# {IMAGE}\n- {FRAME}\n-# {STYLE}\n||{SCRIPT}|| **{IMAGE}** `{FRAME}`",
    "\u202egnirts desrever\u202c \u200f\u2067right to left\u2069 \u200b\ufeff",
    "Z" + "\u0334\u0321\u034f\u035b" * 60 + "algo",
    "a\x00b\x07c\x1bd\x7fe\ufffe\uffff",
    "*" * 2000,
    "[" * 1000 + "(" * 1000,
    "> " * 1000,
    "||" * 1000,
    "`" * 1999 + "x",
    "W" * 2000,
]

SUSPICIOUS = """() => {
  const wrong = [];
  const never = ["script", "iframe", "object", "embed", "base", "style", "link", "meta", "frame"];
  for (const node of document.querySelectorAll("body *")) {
    const tag = node.localName;
    if (never.includes(tag)) wrong.push(tag);
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) wrong.push(`${tag} ${name}`);
      if (["href", "src", "action", "srcdoc", "formaction"].includes(name) && !/^(https?:\\/\\/|\\/|#)/.test(value)) {
        wrong.push(`${tag} ${name}=${value}`);
      }
    }
    if (tag === "img" && new URL(node.src).host !== location.host) wrong.push(`img ${node.src}`);
  }
  return wrong;
}"""
"""Elements and attributes that the page itself never makes."""


async def _is_harmless(page: Page) -> None:
    assert await page.evaluate(SUSPICIOUS) == []
    overflow = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


async def test_it_is_shown_as_it_was_written(room: Room, open_page: Screens) -> None:
    page = await open_page(room.grace, channel="papers")
    for text in PLAIN:
        await room.ada.post(room.papers, text)
        await expect(message(page, text)).to_have_text(re.compile(re.escape(text)))
        await _is_harmless(page)


async def test_formatting_makes_no_way_in(room: Room, open_page: Screens) -> None:
    page = await open_page(room.grace, channel="papers")
    for text in FORMATTED:
        posted = await room.ada.post(room.papers, text)
        await expect(page.locator(f"[data-id='{posted.id}']")).to_be_attached()
        await _is_harmless(page)
        await room.ada.delete(posted)
        await expect(messages(page)).to_have_count(0)


async def test_names_are_text_too(room: Room, open_page: Screens) -> None:
    guild = room.community.guild
    guild.add_channel("evil" + IMAGE, topic=SCRIPT + " [x](javascript:alert(1))")
    guild.add_role(FRAME)
    mallory = guild.add_member("<img src=x onerror=alert(1)>")
    guild.rename("Reading" + SCRIPT)
    posted = await mallory.post(room.papers, "Hello")
    await mallory.start_thread(room.papers, IMAGE, message=posted)
    await mallory.post_in_forum(room.ideas, SCRIPT, "Hello")
    await room.mara.pin(posted)
    page = await open_page(room.grace, channel="papers")
    await expect(page.get_by_role("heading", name="Reading" + SCRIPT)).to_be_visible()
    await expect(message(page, "Hello").get_by_text(mallory.name)).to_be_visible()
    await _is_harmless(page)
    for place in (IMAGE, "evil" + IMAGE):
        await go(page, place)
        await _is_harmless(page)
    await page.get_by_role("navigation", name="Channels").get_by_role("button", name="ideas", exact=True).click()
    await expect(page.get_by_role("button", name=SCRIPT).last).to_be_visible()
    await _is_harmless(page)


async def test_what_a_bot_sends(room: Room, open_page: Screens) -> None:
    channel = of_the_bot(room, room.papers)
    embed = discord.Embed(title=SCRIPT, description=IMAGE + FRAME, url="https://example.org/\"'><script>")
    embed.set_author(name=IMAGE).set_footer(text=STYLE).add_field(name=SCRIPT, value="[x](javascript:alert(1))")
    poll = discord.Poll(question=SCRIPT, duration=timedelta(hours=1))
    poll.add_answer(text=IMAGE).add_answer(text=FRAME[:55])
    view = discord.ui.LayoutView()
    menu = discord.ui.Select[discord.ui.LayoutView](placeholder=IMAGE, custom_id=SCRIPT)
    menu.add_option(label=SCRIPT, description=IMAGE, value=FRAME)
    press = discord.ui.Button[discord.ui.LayoutView](label=IMAGE, custom_id=IMAGE)
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay(SCRIPT + IMAGE), discord.ui.ActionRow(press), discord.ui.ActionRow(menu)
        )
    )
    page = await open_page(room.grace, channel="papers")
    await channel.send(embed=embed)
    await channel.send(poll=poll)
    await channel.send(view=view)
    await expect(messages(page)).to_have_count(3)
    await expect(page.get_by_role("button", name=IMAGE, exact=True)).to_have_count(2)
    await expect(page.get_by_role("form", name=f"Poll: {SCRIPT}")).to_be_visible()
    await _is_harmless(page)


async def test_a_file_is_no_page(room: Room, open_page: Screens) -> None:
    page = await open_page(room.grace, channel="papers")
    posted = await room.ada.post(room.papers, "Look", attachments={'x".html': f"<html>{SCRIPT}</html>".encode()})
    await expect(message(page, "Look").get_by_role("link", name='x".html', exact=True)).to_be_visible()
    await _is_harmless(page)
    answer = await page.context.request.get(posted.attachments[0].url)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
