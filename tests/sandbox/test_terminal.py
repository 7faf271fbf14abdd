"""Discord's markdown, components and messages as they are drawn in a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import literal
from sandbox.clock import VirtualClock
from sandbox.server import Sandbox
from sandbox.terminal.components import draw_components, draw_text
from sandbox.terminal.lines import Line, Span, columns, cut, padded, plain, span, wrap
from sandbox.terminal.markdown import ago, render
from sandbox.terminal.messages import draw_changes, draw_message
from sandbox.terminal.screen import Screen

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class KnownNames:
    now = NOON

    def user(self, user_id: int) -> str:
        return {1: "Ada"}.get(user_id, "?")

    def channel(self, channel_id: int) -> str:
        return {2: "papers"}.get(channel_id, "?")


NAMES = KnownNames()


def shown(markdown: str) -> str:
    return "\n".join(map(plain, render(markdown, NAMES)))


def styles(markdown: str) -> dict[str, set[str]]:
    return {part.text: set(part.style) for line in render(markdown, NAMES) for part in line}


# Markdown


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("### A title", "A title"),
        ("-# small print", "small print"),
        ("- one\n  - two", "• one\n  • two"),
        ("> quoted", "▏ quoted"),
        ("**bold** and *italic* and _italic_", "bold and italic and italic"),
        ("__under__ ~~struck~~ ||spoiler||", "under struck spoiler"),
        ("`code *as is*`", "code *as is*"),
        ("```bibtex\n@misc{a,\n}\n```", "▏ @misc{a,\n▏ }"),
        ("before\n```\ncode\n```\nafter", "before\n▏ code\nafter"),
        ("by <@1> and <@!1> in <#2>", "by @Ada and @Ada in #papers"),
        ("run </save:17>", "run /save"),
        ("[jump](https://discord.com/channels/1/2/3)", "jump"),
        ("see <https://example.org/a_b>", "see https://example.org/a_b"),
        ("https://example.org/a_b_c_d", "https://example.org/a_b_c_d"),
        (r"1\. \*not bold\* \<@1> \[a](b)", "1. *not bold* <@1> [a](b)"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("@\u200beveryone", "@everyone"),
        (f"<t:{int(NOON.timestamp()) - 7200}:R>", "2 hours ago"),
        (f"<t:{int(NOON.timestamp())}>", "02 March 2026 12:00"),
        (f"<t:{int(NOON.timestamp())}:F>", "Monday, 02 March 2026 12:00"),
        ("", ""),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_reads_as_in_discord(markdown: str, text: str) -> None:
    assert shown(markdown) == text


def test_styles_are_kept_and_nest() -> None:
    found = styles("### A **title**\nby <@1>, [page](https://example.org)")
    assert found == {
        "A ": {"heading"},
        "title": {"heading", "bold"},
        "by ": set(),
        "@Ada": {"mention"},
        ", ": set(),
        "page": {"link"},
    }


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u200b")))
def test_literal_text_reads_as_it_was(text: str) -> None:
    assert shown(literal(text)) == text


@given(st.text("*_~|`<>@#:t1[]()/\\-> \nab"))
def test_whatever_is_written_can_be_read(markdown: str) -> None:
    assert shown(markdown).count("\n") <= markdown.count("\n")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (1, "1 second ago"), (90, "1 minute ago"), (-7300, "in 2 hours"), (400 * 86400, "1 year ago")],
)
def test_ago(seconds: int, words: str) -> None:
    assert ago(NOON - timedelta(seconds=seconds), NOON) == words


# Columns


@pytest.mark.parametrize(
    ("text", "wide"),
    [("abc", 3), ("論文", 4), ("e\u0301", 1), ("❓", 2), ("⚠️", 2), ("▲", 1), ("👩‍🔬", 2), ("a\u200bb", 2), ("", 0)],
)
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


@given(st.text("ab 論⚠\ufe0fe\u0301", max_size=80), st.integers(4, 20))
def test_rows_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    rows = wrap((span(text[:5], "bold"), Span(text[5:])), width)
    assert all(columns(plain(row)) <= width for row in rows)
    assert "".join(map(plain, rows)).replace(" ", "") == text.replace(" ", "")


def test_wraps_between_words_and_keeps_styles() -> None:
    rows = wrap((Span("one "), span("two three", "bold")), 8)
    assert rows == [(Span("one "), span("two", "bold")), (span("three", "bold"),)]


def test_cut_and_padded() -> None:
    assert plain(cut((Span("論文論文"),), 5)) == "論文…"
    assert plain(cut((Span("abc"),), 3)) == "abc"
    assert plain(padded((Span("論"),), 4)) == "論  "


def test_rows_of_a_code_block_keep_their_bar() -> None:
    rows = draw_text("```\naaaa bbbb\n```", NAMES, 7)
    assert list(map(plain, rows)) == ["▏ aaaa", "▏ bbbb"]


# Components


def drawn(*components: dict[str, Any], width: int = 40) -> list[str]:
    return list(map(plain, draw_components(components, NAMES, width)))


def button(label: str, style: int = 2, **more: Any) -> dict[str, Any]:
    return {"type": 2, "label": label, "style": style, **more}


def test_a_container_is_a_box_as_wide_as_asked() -> None:
    rows = drawn(
        {
            "type": 17,
            "components": [
                {"type": 10, "content": "### 論文\n-# by <@1>"},
                {"type": 14},
                {"type": 1, "components": [button("Save"), button("PDF", 5, url="https://example.org")]},
            ],
        },
        width=24,
    )
    assert rows == [
        "╭──────────────────────╮",
        "│ 論文                 │",
        "│ by @Ada              │",
        "│ ──────────────────── │",
        "│ [ Save ] [ PDF ↗ ]   │",
        "╰──────────────────────╯",
    ]


def test_buttons_that_do_not_fit_go_on_the_next_row() -> None:
    row = {"type": 1, "components": [button("Save"), button("Discuss"), button("More")]}
    assert drawn(row, width=22) == ["[ Save ] [ Discuss ]", "[ More ]"]


def test_a_section_has_its_button_at_the_right() -> None:
    section = {"type": 9, "components": [{"type": 10, "content": "A paper\n-# 2017"}], "accessory": button("Show")}
    assert drawn(section, width=30) == ["A paper               [ Show ]", "2017"]


def test_a_menu_shows_what_it_asks() -> None:
    menu = {"type": 3, "custom_id": "x", "placeholder": "Status", "options": []}
    assert drawn({"type": 1, "components": [menu]}) == ["[ Status ▾ ]"]


def test_what_cannot_be_drawn_is_named() -> None:
    with pytest.raises(ValueError, match="type 99"):
        drawn({"type": 99})
    with pytest.raises(ValueError, match="type 98"):
        drawn({"type": 1, "components": [{"type": 98}]})


# Messages


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=VirtualClock())


def rows_of(lines: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in lines]


async def test_a_message_with_its_answer(sandbox: Sandbox) -> None:
    guild = sandbox.add_guild("Reading Group", with_bot=False)
    papers, ada = guild.add_channel("papers"), guild.add_member("Ada")
    asked = await ada.post(papers, "Worth **reading**")
    reply = papers.add_message(sandbox.bot, "It is", referenced=asked, reactions={"👍": [1, 2]})
    whisper = papers.add_message(sandbox.bot, "psst", reader=ada.user)
    assert rows_of(draw_message(asked, 60)) == ["  Ada  09:00", "  Worth reading"]
    assert rows_of(draw_message(reply, 60)) == [
        "  ╭ Ada: Worth reading",
        "  Paper Club APP  09:00",
        "  It is",
        "  👍 2",
    ]
    assert rows_of(draw_message(whisper, 60)) == ["  Paper Club APP  09:00 · only Ada sees this", "  psst"]


async def test_a_thread_and_an_edit_show(sandbox: Sandbox) -> None:
    guild = sandbox.add_guild("Reading Group", with_bot=False)
    papers, ada = guild.add_channel("papers"), guild.add_member("Ada")
    message = await ada.post(papers, "first")
    thread = await ada.start_thread(papers, "Talk", message=message)
    await ada.edit(message, "second")
    assert rows_of(draw_message(message, 60)) == ["  Ada  09:00", "  second", "  (edited)", "  ╰ thread: Talk"]
    assert rows_of(draw_message(await ada.post(thread, "in it"), 60)) == ["  Ada  09:00 in #Talk", "  in it"]


async def test_changes_leave_out_what_stayed(sandbox: Sandbox) -> None:
    papers = sandbox.add_guild("Reading Group", with_bot=False).add_channel("papers")
    before = papers.add_message(sandbox.bot, "one\ntwo\nthree\nfour")
    after = papers.add_message(sandbox.bot, "one\ntwo\n3\nfour\nfive")
    assert rows_of(draw_changes(before, after, 60)) == ["  Paper Club APP  09:00", "  ⋮", "  3", "  ⋮", "  five"]


# The screen


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environment", "written"),
    [
        (FakeTerminal(), {"TERM": "xterm"}, "\x1b[1mbold\x1b[0m plain\n"),
        (FakeTerminal(), {"NO_COLOR": "1"}, "bold plain\n"),
        (FakeTerminal(), {"TERM": "dumb"}, "bold plain\n"),
        (io.StringIO(), {"TERM": "xterm"}, "bold plain\n"),
    ],
)
def test_colours_only_where_they_are_welcome(out: io.StringIO, environment: dict[str, str], written: str) -> None:
    Screen.on(out, environment).write((span("bold", "bold"), Span(" plain")))
    assert out.getvalue() == written


@pytest.mark.parametrize("colours", [True, False])
def test_a_message_cannot_command_the_terminal(colours: bool) -> None:
    out = io.StringIO()
    Screen(out, width=60, colours=colours, is_live=False).write((Span("a\x1b[2Jb\x9bc\x07"),))
    assert out.getvalue() == "a[2Jbc\n"


@pytest.mark.parametrize(("columns_there", "width"), [("40", 60), ("80", 80), ("300", 100)])
def test_the_width_follows_the_terminal(monkeypatch: pytest.MonkeyPatch, columns_there: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns_there)
    assert Screen.on(io.StringIO()).width == width
