"""Message bodies: what Discord refuses beside components."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bodies import (
    EMPTY_MESSAGE,
    Problem,
    autocomplete_problems,
    command_problems,
    message_problems,
    modal_problems,
    poll_problems,
    thread_problems,
)

V2 = 1 << 15
TEXT = {"type": 10, "content": "Attention"}
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Save", "custom_id": "save"}]}
POLL = {
    "question": {"text": "Which paper?"},
    "answers": [{"poll_media": {"text": "BERT"}}, {"poll_media": {"text": "GPT", "emoji": {"name": "🤖"}}}],
    "duration": 24.0,
}


def created(**body: Any) -> list[Problem]:
    return message_problems({"content": "Hello", **body}, target="create")


def where(problems: list[Problem]) -> list[str]:
    return [problem.path for problem in problems]


def test_an_ordinary_message_has_no_problems() -> None:
    assert (
        created(
            embeds=[{"title": "BERT", "fields": [{"name": "Year", "value": "2018"}], "color": 0xFF}],
            components=[ROW],
            poll=POLL,
            allowed_mentions={"parse": ["users"], "roles": ["1"], "replied_user": False},
            attachments=[{"id": 0, "filename": "week.png"}],
            nonce="1" * 25,
            flags=4096,
            tts=False,
            sticker_ids=["1"],
        )
        == []
    )


@pytest.mark.parametrize(
    ("body", "path", "rule"),
    [
        ({"content": "x" * 2001}, "content", "0 to 2000 characters"),
        ({"content": 7}, "content", "string"),
        ({"nonce": "1" * 26}, "nonce", "0 to 25 characters"),
        ({"nonce": 2**63}, "nonce", "must be"),
        ({"tts": "no"}, "tts", "true or false"),
        ({"sticker_ids": ["1"] * 4}, "sticker_ids", "0 to 3"),
        ({"attachments": [{"id": i, "filename": str(i)} for i in range(11)]}, "attachments", "0 to 10"),
        ({"flags": "many"}, "flags", "whole number"),
        ({"embeds": [{"title": "t"}] * 11}, "embeds", "0 to 10"),
        ({"embeds": [{"title": "t" * 257}]}, "embeds.0.title", "256"),
        ({"embeds": [{"description": "t" * 4097}]}, "embeds.0.description", "4096"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields", "25"),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "embeds.0.fields.0.value", "1 to 1024"),
        ({"embeds": [{"fields": [{"name": "n"}]}]}, "embeds.0.fields.0.value", "required"),
        ({"embeds": [{"footer": {"text": "f" * 2049}}]}, "embeds.0.footer.text", "2048"),
        ({"embeds": [{"author": {"name": "a" * 257}}]}, "embeds.0.author.name", "256"),
        ({"embeds": [{"title": "t", "url": "javascript:0"}]}, "embeds.0.url", "http://"),
        ({"embeds": [{"title": "t", "url": "http://[::1"}]}, "embeds.0.url", "no address"),
        ({"embeds": [{"title": "t", "url": "http://a b"}]}, "embeds.0.url", "no address"),
        ({"embeds": [{"image": {"url": "attachment://none.png"}}]}, "embeds.0.image.url", "'none.png'"),
        ({"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]}, "embeds", "6000"),
        ({"allowed_mentions": {"parse": ["user"]}}, "allowed_mentions.parse.0", "one of"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions.users", "parse"),
        ({"allowed_mentions": {"roles": ["1"] * 101}}, "allowed_mentions.roles", "100"),
        ({"poll": POLL | {"answers": []}}, "poll.answers", "1 to 10"),
        ({"poll": POLL | {"answers": POLL["answers"] * 6}}, "poll.answers", "1 to 10"),  # type: ignore[operator]  # a list in a mixed dict
        ({"poll": POLL | {"question": {"text": "q" * 301}}}, "poll.question.text", "300"),
        ({"poll": POLL | {"question": {}}}, "poll.question.text", "required"),
        ({"poll": POLL | {"answers": [{"poll_media": {"text": "a" * 56}}]}}, "poll.answers.0.poll_media.text", "55"),
        ({"poll": POLL | {"duration": 1.5}}, "poll.duration", "whole number"),
        ({"poll": POLL | {"duration": 0}}, "poll.duration", "1 to 768"),
        ({"poll": POLL | {"duration": 769}}, "poll.duration", "1 to 768"),
        ({"poll": POLL | {"layout_type": 2}}, "poll.layout_type", "1"),
    ],
)
def test_each_limit_is_noticed_where_it_is_broken(body: dict[str, Any], path: str, rule: str) -> None:
    problems = created(**body)
    assert where(problems) == [path]
    assert rule in problems[0].rule
    assert problems[0].source.startswith("https://docs.discord.com/developers/")


def test_emoji_count_as_one_character_each() -> None:
    assert created(content="🤖" * 2000) == []


@pytest.mark.parametrize("target", ["create", "callback", "webhook"])
@pytest.mark.parametrize(
    "body", [{}, {"content": " \n"}, {"embeds": []}, {"embeds": [{"type": "rich", "flags": 0}]}, {"content": None}]
)
def test_a_message_says_something(target: Any, body: dict[str, Any]) -> None:
    assert [problem.rule for problem in message_problems(body, target=target)] == [EMPTY_MESSAGE]


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": [{"title": "t"}]},
        {"components": [ROW]},
        {"poll": POLL},
        {"message_reference": {"type": 1, "message_id": "1", "channel_id": "1"}},
    ],
)
def test_content_is_not_needed_beside_other_things(body: dict[str, Any]) -> None:
    assert message_problems(body, target="create") == []


def test_a_file_alone_is_a_message_and_its_name_can_be_used() -> None:
    picture = {"image": {"url": "attachment://week.png"}}
    assert message_problems({}, target="create", files=["week.png"]) == []
    assert message_problems({"embeds": [picture]}, target="create", files=["week.png"]) == []
    assert created(embeds=[picture], attachments=[{"id": 0, "filename": "week.png"}]) == []


@pytest.mark.parametrize(
    ("key", "value"), [("content", "Hi"), ("embeds", [{"title": "t"}]), ("poll", POLL), ("sticker_ids", ["1"])]
)
def test_components_v2_stand_alone(key: str, value: Any) -> None:
    body = {"flags": V2, "components": [TEXT], key: value}
    assert where(message_problems(body, target="create")) == [key]


def test_empty_fields_are_no_content_beside_components_v2() -> None:
    body = {"flags": V2, "components": [TEXT], "content": None, "embeds": []}
    assert message_problems(body, target="create") == []


def test_new_components_need_the_flag() -> None:
    assert where(message_problems({"components": [TEXT]}, target="create")) == ["components.0.type"]
    assert where(message_problems({"components": [TEXT], "flags": 4}, target="callback")) == ["components.0.type"]


class TestEdits:
    def test_without_flags_an_edit_is_read_as_what_the_message_is(self) -> None:
        body = {"components": [TEXT]}
        assert message_problems(body, target="edit", flags_before=V2) == []
        assert where(message_problems(body, target="edit", flags_before=0)) == ["components.0.type"]

    def test_without_knowing_the_message_an_edit_without_flags_is_trusted(self) -> None:
        assert message_problems({"components": [TEXT]}, target="edit") == []
        assert where(message_problems({"components": [TEXT], "content": "x"}, target="edit")) == ["content"]
        assert message_problems({"components": [ROW], "content": "x"}, target="edit") == []

    def test_leaving_the_flag_out_makes_components_legacy_ones(self) -> None:
        body = {"components": [TEXT], "flags": 0}
        assert where(message_problems(body, target="edit", flags_before=V2)) == ["components.0.type"]

    def test_other_flags_of_a_v2_message_can_be_edited_alone(self) -> None:
        assert message_problems({"flags": 4}, target="edit", flags_before=V2) == []

    def test_a_v2_message_never_gets_content_again(self) -> None:
        for flags in ({}, {"flags": 0}, {"flags": V2}):
            body = {"content": "plain again", **flags}
            assert where(message_problems(body, target="edit", flags_before=V2)) == ["content"]

    def test_the_flag_can_be_set_when_the_rest_is_emptied(self) -> None:
        body = {"flags": V2, "components": [TEXT], "content": None, "embeds": []}
        assert message_problems(body, target="edit", flags_before=0) == []

    def test_an_edit_may_change_nothing(self) -> None:
        assert message_problems({}, target="edit") == []


def test_what_the_library_sends_has_no_problems() -> None:
    view = discord.ui.LayoutView(timeout=None)
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=0x5865F2)
    container.add_item(
        discord.ui.Section("# Attention Is All You Need", accessory=discord.ui.Button(label="Save", custom_id="s"))
    )
    container.add_item(discord.ui.Separator())
    container.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://week.png")))
    row: discord.ui.ActionRow[discord.ui.LayoutView] = discord.ui.ActionRow()
    row.add_item(discord.ui.Button(label="arXiv", url="https://arxiv.org/abs/1706.03762"))
    container.add_item(row)
    view.add_item(container)
    with handle_message_parameters(
        view=view, nonce=1, allowed_mentions=discord.AllowedMentions.none(), mention_author=False
    ) as sent:
        assert message_problems(sent.payload, target="create", files=["week.png"]) == []


KEYS = (
    "type", "components", "accessory", "component", "options", "name", "content", "embeds", "fields", "poll", "answers",
    "poll_media", "flags", "custom_id", "style", "url", "media", "items", "message", "value", "choices", "label",
    "title", "question", "text", "default_values",
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_no_json_makes_a_check_fail(body: Any) -> None:
    for problems in (
        message_problems(body, target="create"),
        message_problems(body, target="edit", flags_before=V2),
        message_problems({"flags": V2, "components": body}, target="create"),
        command_problems(body),
        command_problems([body]),
        modal_problems(body),
        modal_problems({"components": body}),
        thread_problems(body),
        autocomplete_problems(body),
        poll_problems(body),
    ):
        assert all(isinstance(problem, Problem) for problem in problems)
