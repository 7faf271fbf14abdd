"""Filling in forms and reading messages, as somebody in front of the screen does."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import reading
from sandbox.answers import Modal
from sandbox.commands import NotPossible
from sandbox.forms import filled_in
from sandbox.interactions import ask
from sandbox.server import Sandbox
from sandbox.state.kinds import InteractionKind

COMPONENTS: list[dict[str, Any]] = [
    {"type": 10, "id": 1, "content": "Tell us how it went."},
    {"type": 18, "id": 2, "label": "Words", "component": {
        "type": 4, "id": 3, "custom_id": "words", "style": 2, "min_length": 2, "max_length": 5, "required": True}},
    {"type": 18, "id": 4, "label": "Link", "component": {
        "type": 4, "id": 5, "custom_id": "link", "style": 1, "required": False, "value": "https://a.b"}},
    {"type": 18, "id": 6, "label": "Outcome", "component": {"type": 21, "id": 7, "custom_id": "outcome", "options": [
        {"label": "It works", "value": "yes"}, {"label": "It does not", "value": "no"}]}},
    {"type": 18, "id": 8, "label": "Fields", "component": {"type": 3, "id": 9, "custom_id": "fields", "options": [
        {"label": "Vision", "value": "cs.CV", "default": True}, {"label": "Language", "value": "cs.CL"}]}},
    {"type": 18, "id": 10, "label": "Hide my name", "component": {"type": 23, "id": 11, "custom_id": "hide"}},
    {"type": 1, "id": 12, "components": [
        {"type": 4, "id": 13, "custom_id": "old", "label": "Old style", "style": 1, "required": False}]},
]  # fmt: skip


@pytest.fixture
def modal() -> Modal:
    guild = Sandbox().add_guild("Reading Group")
    ada = guild.add_member("Ada")
    channel = guild.add_channel("papers")
    asked = ask(InteractionKind.COMMAND, ada.user, channel, {"name": "report"}, member=ada.member)
    asked.callback_data = {"custom_id": "form", "title": "Report", "components": COMPONENTS}
    return Modal(asked)


def test_values_by_label_or_id(modal: Modal) -> None:
    sent = filled_in(modal, {"Words": "fine", "outcome": "It works", "Hide my name": True, "Old style": "text"})
    inputs = {part["custom_id"]: part for part in reading.walk(sent) if "custom_id" in part}
    assert inputs["words"]["value"] == "fine"
    assert inputs["link"]["value"] == "https://a.b"
    assert inputs["outcome"]["value"] == "yes"
    assert inputs["fields"]["values"] == ["cs.CV"]
    assert inputs["hide"]["value"] is True
    assert inputs["old"]["value"] == "text"
    assert sent[0] == {"type": 10, "id": 1}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"outcome": "yes"}, "'Words' must be filled in"),
        ({"Words": "a", "outcome": "yes"}, "takes 2 to 5 characters, not 1"),
        ({"Words": "too long", "outcome": "yes"}, "takes 2 to 5 characters, not 8"),
        ({"Words": "fine"}, "'Outcome' must be filled in"),
        ({"Words": "fine", "outcome": "maybe"}, "offers"),
        ({"Words": "fine", "outcome": "yes", "Fields": []}, "'Fields' must be filled in"),
        ({"Words": "fine", "outcome": "yes", "Wordz": "a"}, "no inputs"),
    ],
)
def test_what_the_client_marks_red(modal: Modal, values: dict[str, Any], why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        filled_in(modal, values)


def test_fields_of_a_form(modal: Modal) -> None:
    assert list(modal.fields) == ["Words", "Link", "Outcome", "Fields", "Hide my name", "Old style"]


def test_text_is_read_in_order() -> None:
    components = [{"type": 17, "components": [
        {"type": 10, "content": "Title"},
        {"type": 9, "components": [{"type": 10, "content": "Section"}], "accessory": {"type": 2, "label": "Save"}},
        {"type": 14},
        {"type": 10, "content": "End"},
    ]}]  # fmt: skip
    embeds = [{"title": "T", "description": "D", "fields": [{"name": "N", "value": "V"}], "footer": {"text": "F"}}]
    assert reading.text_of("", (), components) == "Title\nSection\nEnd"
    assert reading.text_of("Hello", embeds) == "Hello\nT\nD\nN\nV\nF"
    assert [button.label for button in reading.buttons_of(components)] == ["Save"]
