"""Components in messages."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.bodies import Problem, message_problems

BUTTON: dict[str, Any] = {"type": 2, "style": 2, "label": "Save", "custom_id": "save"}
LINK: dict[str, Any] = {"type": 2, "style": 5, "label": "arXiv", "url": "https://arxiv.org"}
TEXT: dict[str, Any] = {"type": 10, "content": "Attention"}
SELECT: dict[str, Any] = {
    "type": 3,
    "custom_id": "status",
    "options": [{"label": "Read", "value": "read"}, {"label": "Reading", "value": "reading"}],
}
SECTION: dict[str, Any] = {"type": 9, "components": [TEXT], "accessory": BUTTON}
THUMBNAIL: dict[str, Any] = {"type": 11, "media": {"url": "https://example.org/a.png"}}


def v2(*components: object, **more: Any) -> list[Problem]:
    return message_problems({"flags": 1 << 15, "components": list(components), **more}, target="create")


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def container(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 17, "components": list(children)}


def buttons(number: int) -> list[dict[str, Any]]:
    return [BUTTON | {"custom_id": f"b{i}"} for i in range(number)]


def options(number: int) -> list[dict[str, Any]]:
    return [{"label": f"{i}", "value": f"{i}"} for i in range(number)]


def test_everything_that_may_stand_together() -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "a"}]}
    file = {"type": 13, "file": {"url": "attachment://a.png"}}
    assert (
        v2(
            TEXT,
            container(TEXT, SECTION, {"type": 14, "spacing": 2, "divider": False}, gallery, file, row(LINK)),
            row(SELECT),
            row({"type": 5, "custom_id": "who", "default_values": [{"id": "1", "type": "user"}]}),
            {"type": 9, "components": [TEXT], "accessory": THUMBNAIL},
            attachments=[{"id": 0, "filename": "a.png"}],
        )
        == []
    )


@pytest.mark.parametrize(
    ("button", "path", "rule"),
    [
        ({"label": "x" * 81}, "label", "80"),
        ({"custom_id": "x" * 101}, "custom_id", "1 to 100"),
        ({"custom_id": ""}, "custom_id", "1 to 100"),
        ({"custom_id": None}, "custom_id", "required"),
        ({"url": "https://arxiv.org"}, "url", "cannot stand"),
        ({"sku_id": "1"}, "sku_id", "cannot stand"),
        ({"label": None}, "", "label or an emoji"),
        ({"style": 7}, "style", "1 to 6"),
        ({"style": None}, "style", "required"),
        ({"emoji": {}}, "emoji", "name or an id"),
        ({"disabled": 1}, "disabled", "true or false"),
        (LINK | {"custom_id": "c"}, "custom_id", "cannot stand"),
        (LINK | {"custom_id": None, "url": None}, "url", "required"),
        (LINK | {"custom_id": None, "url": "https://e.org/" + "x" * 500}, "url", "1 to 512"),
        (LINK | {"custom_id": None, "url": "ftp://example.org"}, "url", "discord://"),
        (LINK | {"custom_id": None, "url": "https://"}, "url", "no address"),
        ({"style": 6, "custom_id": None, "sku_id": "1"}, "label", "premium"),
        ({"style": 6, "custom_id": None, "label": None}, "sku_id", "required"),
    ],
)
def test_buttons(button: dict[str, Any], path: str, rule: str) -> None:
    problems = v2(row(BUTTON | button))
    assert [problem.path for problem in problems] == [f"components.0.components.0.{path}".rstrip(".")]
    assert rule in problems[0].rule


@pytest.mark.parametrize("url", ["discord://-/channels/1", "http://a.org", "https://a.org/?q=ü"])
def test_links_of_buttons_may_lead_into_the_app(url: str) -> None:
    assert v2(row(LINK | {"url": url})) == []


def test_an_emoji_can_stand_for_a_label() -> None:
    assert v2(row(BUTTON | {"label": None, "emoji": {"name": "✕"}})) == []


@pytest.mark.parametrize(
    ("select", "path", "rule"),
    [
        ({"options": options(26)}, "options", "1 to 25"),
        ({"options": []}, "options", "1 to 25"),
        ({"options": None}, "options", "required"),
        ({"options": [{"label": "a", "value": "v"}, {"label": "b", "value": "v"}]}, "options.1.value", "twice"),
        ({"options": [{"label": "x" * 101, "value": "v"}]}, "options.0.label", "1 to 100"),
        ({"options": [{"label": "a", "value": "v", "description": "d" * 101}]}, "options.0.description", "100"),
        ({"max_values": 3}, "max_values", "2 options"),
        ({"max_values": 26, "options": options(25)}, "max_values", "25"),
        ({"min_values": 2}, "min_values", "more than max_values"),
        ({"placeholder": "p" * 151}, "placeholder", "150"),
        ({"options": [o | {"default": True} for o in options(2)]}, "options", "by default"),
        ({"type": 5, "default_values": [{"id": "1", "type": "role"}]}, "default_values.0.type", "user"),
        ({"type": 8, "default_values": [{"id": str(i), "type": "channel"} for i in (1, 2)]}, "default_values", "many"),
    ],
)
def test_menus(select: dict[str, Any], path: str, rule: str) -> None:
    problems = v2(row(SELECT | select))
    assert f"components.0.components.0.{path}" in [problem.path for problem in problems]
    assert any(rule in problem.rule for problem in problems)


def test_no_choice_at_all_is_allowed_in_messages() -> None:
    assert v2(row(SELECT | {"min_values": 0})) == []


@pytest.mark.parametrize(
    ("component", "path", "rule"),
    [
        (row(*buttons(6)), "components.0.components", "1 to 5"),
        (row(), "components.0.components", "1 to 5"),
        (row(BUTTON, SELECT), "components.0.components", "alone"),
        (row(TEXT), "components.0.components.0.type", "one of"),
        (BUTTON, "components.0.type", "one of"),
        ({"content": "x"}, "components.0.type", "required"),
        ("text", "components.0", "object"),
        (None, "components.0", "required"),
        (container(container(TEXT)), "components.0.components.0.type", "one of"),
        (container(), "components.0.components", "1 to 40"),
        (container(TEXT) | {"accent_color": 0x1000000}, "components.0.accent_color", "0 to"),
        (SECTION | {"components": [TEXT] * 4}, "components.0.components", "1 to 3"),
        (SECTION | {"components": [SECTION | {"accessory": THUMBNAIL}]}, "components.0.components.0.type", "10"),
        (SECTION | {"accessory": None}, "components.0.accessory", "required"),
        (SECTION | {"accessory": TEXT}, "components.0.accessory.type", "2, 11"),
        (SECTION | {"accessory": THUMBNAIL | {"description": ""}}, "components.0.accessory.description", "1 to"),
        (SECTION | {"accessory": {"type": 11}}, "components.0.accessory.media", "required"),
        (THUMBNAIL, "components.0.type", "one of"),
        ({"type": 10, "content": ""}, "components.0.content", "1 to 4000"),
        ({"type": 12, "items": []}, "components.0.items", "1 to 10"),
        ({"type": 12, "items": [{"media": THUMBNAIL["media"]}] * 11}, "components.0.items", "1 to 10"),
        ({"type": 12, "items": [{"media": {"url": "x.png"}}]}, "components.0.items.0.media.url", "http://"),
        ({"type": 13, "file": {"url": "https://a.org/x"}}, "components.0.file.url", "attachment://"),
        ({"type": 13, "file": {"url": "attachment://b"}}, "components.0.file.url", "'b'"),
        ({"type": 14, "spacing": 3}, "components.0.spacing", "1, 2"),
    ],
)
def test_layout(component: Any, path: str, rule: str) -> None:
    problems = v2(component)
    assert [problem.path for problem in problems] == [path]
    assert rule in problems[0].rule


def test_texts_share_four_thousand_characters() -> None:
    halves = [{"type": 10, "content": "x" * 2000}, SECTION | {"components": [{"type": 10, "content": "x" * 2000}]}]
    assert v2(*halves) == []
    problems = v2(*halves, {"type": 10, "content": "x"})
    assert [problem.path for problem in problems] == ["components"]
    assert "have 4001" in problems[0].rule


def test_nested_components_and_accessories_count() -> None:
    sections = [SECTION | {"accessory": BUTTON | {"custom_id": f"c{i}"}} for i in range(13)]
    assert v2(container(*sections)) == []  # 1 + 13 × 3
    problems = v2(container(*sections), TEXT)
    assert [problem.path for problem in problems] == ["components"]
    assert "are 41" in problems[0].rule


def test_custom_ids_are_unique_over_the_whole_message() -> None:
    problems = v2(container(SECTION), row(BUTTON))
    assert [problem.path for problem in problems] == ["components.1.components.0.custom_id"]


def test_ids_are_unique_but_for_zero() -> None:
    assert v2(TEXT | {"id": 0}, TEXT | {"id": 0}, TEXT | {"id": 1}) == []
    assert [problem.path for problem in v2(TEXT | {"id": 1}, TEXT | {"id": 1})] == ["components.1.id"]


def test_legacy_messages_have_five_rows() -> None:
    rows = [row(BUTTON | {"custom_id": f"b{i}"}) for i in range(6)]
    assert message_problems({"content": "x", "components": rows[:5]}, target="create") == []
    problems = message_problems({"content": "x", "components": rows}, target="create")
    assert [problem.path for problem in problems] == ["components"]
