"""Discord's markdown in the page: what is formatted, what stays literal, and that no text becomes markup."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, Page

from bot.domain.text import literal
from tests.page.modules import open_modules

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SETUP = """async () => {
  const { renderMarkdown } = await import("/page/static/js/markdown_view.js");
  const { parseMarkdown } = await import("/page/static/js/markdown.js");
  const person = { user: { id: "1", username: "ada", global_name: "Ada" }, roles: [] };
  const store = {
    current: { guildId: "9" },
    now: () => new Date(1_700_000_000_000),
    member: (_, id) => (id === "1" ? person : null),
    user: (id) => (id === "1" ? person.user : null),
    role: (_, id) => (id === "2" ? { name: "readers" } : null),
    channel: (id) => (id === "3" ? { id, name: "papers" } : null),
  };
  const draw = (text) => {
    const place = document.createElement("div");
    place.append(...renderMarkdown(text, { store, go: () => {} }));
    return place;
  };
  Object.assign(window, { draw, parseMarkdown });
}"""

_FORMATTED = {
    "**a** *b* _c_ __d__ ~~e~~": "<strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s>",
    "***a***": "<em><strong>a</strong></em>",
    "___a___": "<em><u>a</u></em>",
    "__**a**__": "<u><strong>a</strong></u>",
    "**a *b* c**": "<strong>a <em>b</em> c</strong>",
    "`a *b*`": "<code>a *b*</code>",
    "``a`b``": "<code>a`b</code>",
    "```py\nx = 1\n```": '<pre data-language="py"><code>x = 1</code></pre>',
    "```one```": "<pre><code>one</code></pre>",
    "```\n# no heading\n```": "<pre><code># no heading</code></pre>",
    "# A\n## B\n### C\n#### D": (
        '<h3 class="heading-1">A</h3><h4 class="heading-2">B</h4><h5 class="heading-3">C</h5>#### D'
    ),
    "a\n-# *b*": "a\n<small><em>b</em></small>",
    "> a\n> b\nc": "<blockquote>a\nb</blockquote>c",
    "a\n>>> b\n\nc": "a\n<blockquote>b\n\nc</blockquote>",
    "> > a": "<blockquote>&gt; a</blockquote>",
    "- a\n- b\n  - c": "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
    "- a\n1. b": '<ul><li>a</li></ul><ol start="1"><li>b</li></ol>',
    "```a```\nb": "<pre><code>a</code></pre>b",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "<@1> <@!8> <@&2> <#4>": (
        '<span class="mention">@Ada</span> <span class="mention">@unknown-user</span> '
        '<span class="mention">@readers</span> <span class="mention">#unknown</span>'
    ),
    "<#3>": '<button type="button" class="mention">#papers</button>',
    "</list tag:12> @everyone": '<span class="mention">/list tag</span> <span class="mention">@everyone</span>',
    "<:owl:5><a:dance:6>": '<span class="emoji">:owl:</span><span class="emoji">:dance:</span>',
    "[a **b**](https://e.org/x)": (
        '<a href="https://e.org/x" target="_blank" rel="noopener noreferrer" title="https://e.org/x">'
        "a <strong>b</strong></a>"
    ),
    r"[\*a\*](https://e.org/)": (
        '<a href="https://e.org/" target="_blank" rel="noopener noreferrer" title="https://e.org/">\\*a\\*</a>'
    ),
}

_LITERAL = (
    *(
        "**a",
        "*a",
        "a * b*",
        "_a",
        "~~a",
        "||a",
        "`a",
        "```a",
        "[a](b)",
        "[a](javascript:alert(1))",
        "#a",
        "-#a",
        ">a",
        "-a",
    ),
    *("snake_case_name", "a * b * c", "<@a>", "<t:99999999999999999>", "<script>alert(1)</script>"),
    *(
        "[](https:)",
        "<javascript:alert(1)>",
        "1.a",
        "****",
        "____",
        "||||",
        "``````",
        "a -# b",
        "a > b",
        "a # b",
        "\\a",
    ),
)

_ALLOWED = {
    *("A", "BLOCKQUOTE", "BUTTON", "CODE", "EM", "H3", "H4", "H5", "LI", "OL", "PRE", "S", "SMALL", "SPAN", "STRONG"),
    *("TIME", "U", "UL"),
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    opened = await open_modules(browser)
    await opened.evaluate(_SETUP)
    yield opened
    await opened.context.close()


async def _drawn(page: Page, *texts: str) -> list[str]:
    drawn: list[str] = await page.evaluate("(texts) => texts.map((text) => draw(text).innerHTML)", texts)
    return drawn


async def test_what_is_formatted(page: Page) -> None:
    drawn = await _drawn(page, *_FORMATTED)
    assert dict(zip(_FORMATTED, drawn, strict=True)) == _FORMATTED


async def test_what_stays_as_it_is(page: Page) -> None:
    drawn = await page.evaluate(
        "(texts) => texts.map((text) => [draw(text).textContent, draw(text).childElementCount])", _LITERAL
    )
    assert drawn == [[text, 0] for text in _LITERAL]


async def test_escapes(page: Page) -> None:
    assert await _drawn(page, r"\*a\* \_b\_ \\ \# c", r"\# a", r"\- a", r"1\. a", r"**a\*\*b**") == [
        *("*a* _b_ \\ # c", "# a", "- a", "1. a", "<strong>a**b</strong>")
    ]


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("see https://e.org/a_b_c.", "https://e.org/a_b_c", "https://e.org/a_b_c"),
        ("(https://e.org/a_(b))", "https://e.org/a_(b)", "https://e.org/a_(b)"),
        ("<https://e.org/>", "https://e.org/", "https://e.org/"),
        ('[a](https://e.org "t")', "https://e.org/", "a"),
        ("[a](<https://e.org/b>)", "https://e.org/b", "a"),
    ],
)
async def test_links(page: Page, text: str, address: str, shown: str) -> None:
    found = await page.evaluate(
        "(text) => { const a = draw(text).querySelector('a'); return [a.getAttribute('href'), a.textContent]; }", text
    )
    assert found == [address, shown]


async def test_a_label_that_looks_like_an_address_hides_nothing(page: Page) -> None:
    text = "[https://good.org](https://evil.org)"
    shown, links = await page.evaluate(
        "(text) => [draw(text).textContent, [...draw(text).querySelectorAll('a')].map((a) => [a.textContent, a.href])]",
        text,
    )
    assert shown == text
    assert links == [["https://evil.org", "https://evil.org/"]]


async def test_times_are_the_readers(page: Page) -> None:
    """The reader of these tests is in Vienna, and it is 2023-11-14 23:13:20 there."""
    texts = [f"<t:1700000000:{style}>" for style in "tTdDfFsS"]
    shown = await page.evaluate("(texts) => texts.map((text) => draw(text).textContent)", texts)
    assert [text.replace("Tuesday,", "Tuesday") for text in shown] == [  # the comma depends on the browser's version
        *("23:13", "23:13:20", "14/11/2023", "14 November 2023", "14 November 2023 at 23:13"),
        *("Tuesday 14 November 2023 at 23:13", "14/11/2023, 23:13", "14/11/2023, 23:13:20"),
    ]
    ago = [f"<t:{1_700_000_000 + seconds}:R>" for seconds in (-7200, 60, 86400 * 45)]
    shown = await page.evaluate("(texts) => texts.map((text) => draw(text).textContent)", ago)
    assert shown == ["2 hours ago", "in 1 minute", "in 1 month"]
    title = await page.evaluate("() => draw('<t:1700000000>').firstChild.title")
    assert title.replace(",", "") == "Tuesday 14 November 2023 at 23:13"


async def test_a_spoiler_is_shown_on_a_click(page: Page) -> None:
    await page.evaluate("() => document.querySelector('main').replaceChildren(draw('||[a](https://e.org)||'))")
    link = page.locator("main a")
    assert not await link.is_visible()
    await page.get_by_role("button", name="Spoiler").click()
    assert await link.is_visible()


_HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "**",
                    "*",
                    "__",
                    "_",
                    "~~",
                    "||",
                    "`",
                    "```",
                    "[",
                    "](",
                    ")",
                    "<",
                    ">",
                    "\n",
                    "> ",
                    ">>> ",
                    "# ",
                    "- ",
                    "1. ",
                ),
                *(
                    "  ",
                    "-# ",
                    "\\",
                    "https://e.org",
                    "javascript:",
                    "<script>",
                    "<img src=x onerror=alert(1)>",
                    "<@1>",
                ),
                *(
                    "<t:1:R>",
                    "@everyone",
                    "[a](https://e.org)",
                    "&lt;",
                    '"',
                    "'",
                    "<:a1:1>",
                    "</a b:1>",
                    "a",
                    " ",
                    "#",
                    "+",
                ),
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    ),
    max_size=30,
).map("".join)
_BATCHES = st.lists(_HOSTILE, min_size=40, max_size=40)


def _strings(strategy: st.SearchStrategy[list[str]], examples: int) -> list[str]:
    """Generated outside the browser, so that the browser reads them in one call."""
    found: list[str] = []

    @settings(max_examples=examples, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(batch: list[str]) -> None:
        found.extend(batch)

    collect()
    return found


async def test_no_text_becomes_markup(page: Page) -> None:
    texts = _strings(_BATCHES, 40)
    found: dict[str, Any] = await page.evaluate(
        """(texts) => {
          const all = texts.flatMap((text) => [...draw(text).querySelectorAll("*")]);
          const handlers = all.flatMap((one) => one.getAttributeNames()).filter((name) => /^on|style|src/.test(name));
          const leads = all.filter((one) => one.tagName === "A").map((one) => new URL(one.href).protocol);
          return { tags: [...new Set(all.map((one) => one.tagName))], handlers, leads: [...new Set(leads)] };
        }""",
        texts,
    )
    assert set(found["tags"]) <= _ALLOWED
    assert len(found["tags"]) > 10
    assert found["handlers"] == []
    assert set(found["leads"]) <= {"http:", "https:"}


async def test_what_the_bot_escapes_is_shown_as_it_was(page: Page) -> None:
    texts = [text.replace("@\u200b", "@").replace("\r", "") for text in _strings(_BATCHES, 40)]
    shown = await page.evaluate(
        "(texts) => texts.map((text) => [draw(text).textContent, draw(text).childElementCount])", [*map(literal, texts)]
    )
    wrong = [
        json.dumps([text, *pair])
        for text, pair in zip(texts, shown, strict=True)
        if pair != [text.replace("@everyone", "@\u200beveryone").replace("@here", "@\u200bhere"), 0]
    ]
    assert wrong[:3] == []


_SLOW = {
    f"{unit!r} again and again": (unit * 4000)[:4000]
    for unit in (
        *(
            "*",
            "_",
            "**a",
            "*a ",
            "*a *",
            "_a_b",
            "__a",
            "~~a",
            "||a",
            "`",
            "`a",
            "``a`",
            "[",
            "[a](",
            "[a](https://e.org",
            "](",
        ),
        *(
            "https://",
            "https://e.org)))",
            "<",
            "<t:",
            "</",
            "</a",
            "<https://",
            "\\",
            "\n",
            "> ",
            ">>> ",
            "- ",
            "- a\n",
            "# ",
        ),
        *(
            "  - a\n",
            "#",
            " ",
            "-# ",
            "**__~~||",
            "*_",
            "[[a]",
            "(",
            '[a](https://e.org "',
            "1. ",
            "```",
            "```a\n\n",
            "@e",
        ),
    )
} | {
    "a heading of marks": "# " + "#" * 3990 + "x",
    "ever deeper lists": "".join(" " * (2 * n) + "- a\n" for n in range(60)),
    "nested marks": "**__~~||" * 500 + "a" + "||~~__**" * 500,
    "code of line breaks": "```a" + "\n" * 3990 + "b```",
}


async def test_hostile_texts_take_no_time(page: Page) -> None:
    """The best of three, so that a busy machine does not count."""
    took: list[float] = await page.evaluate(
        """(texts) => texts.map((text) => Math.min(...[0, 1, 2].map(() => {
          const started = performance.now();
          parseMarkdown(text);
          return performance.now() - started;
        })))""",
        list(_SLOW.values()),
    )
    assert {name: time for name, time in zip(_SLOW, took, strict=True) if time > 20} == {}
