"""Forms and autocomplete: the answers to interactions that are no messages."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from sandbox.bodies import Problem, autocomplete_problems, modal_problems

INPUT: dict[str, Any] = {"type": 4, "style": 2, "custom_id": "words", "max_length": 500}


def label(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "What was tried", "component": component, **more}


def form(*components: object, **more: Any) -> list[Problem]:
    return modal_problems({"custom_id": "report", "title": "Report", "components": list(components), **more})


def options(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"label": f"{i}", "value": f"{i}", **more} for i in range(number)]


def test_every_control_of_a_form() -> None:
    assert form({"type": 10, "content": "About you"}, label(INPUT, description="In your words")) == []
    assert (
        form(
            label({"type": 3, "custom_id": "a", "options": options(25), "required": False, "min_values": 0}),
            label({"type": 8, "custom_id": "b", "max_values": 25}),
            label({"type": 19, "custom_id": "c", "min_values": None, "max_values": 10}),
            label({"type": 21, "custom_id": "d", "options": options(2)}),
            label({"type": 22, "custom_id": "e", "options": options(10), "min_values": 2}),
        )
        == []
    )
    assert form(label({"type": 23, "custom_id": "f", "default": True})) == []
    assert form({"type": 1, "components": [INPUT | {"label": "Words"}]}) == []


def test_what_the_library_sends_has_no_problems() -> None:
    modal = discord.ui.Modal(title="Report", custom_id="report:v1:7")
    modal.add_item(
        discord.ui.Label(
            text="Outcome",
            component=discord.ui.Select(
                custom_id="o", options=[discord.SelectOption(label="reproduced")], required=True
            ),
        )
    )
    modal.add_item(discord.ui.Label(text="Words", component=discord.ui.TextInput(custom_id="w", max_length=500)))
    modal.add_item(discord.ui.TextDisplay("Thank you"))
    assert modal_problems(modal.to_dict()) == []


@pytest.mark.parametrize(
    ("control", "path", "rule"),
    [
        (INPUT | {"style": 3}, "style", "1, 2"),
        (INPUT | {"style": None}, "style", "required"),
        (INPUT | {"max_length": 4001}, "max_length", "4000"),
        (INPUT | {"min_length": 501}, "min_length", "max_length"),
        (INPUT | {"placeholder": "p" * 101}, "placeholder", "100"),
        (INPUT | {"value": "v" * 4001}, "value", "4000"),
        (INPUT | {"custom_id": None}, "custom_id", "required"),
        ({"type": 2, "style": 1, "label": "Save", "custom_id": "s"}, "type", "one of"),
        ({"type": 3, "custom_id": "a", "options": options(2), "disabled": True}, "disabled", "disabled"),
        ({"type": 3, "custom_id": "a", "options": options(2), "min_values": 0}, "min_values", "required"),
        ({"type": 19, "custom_id": "a", "max_values": 11}, "max_values", "10"),
        ({"type": 21, "custom_id": "a", "options": options(1)}, "options", "2 to 10"),
        ({"type": 21, "custom_id": "a", "options": options(2, default=True)}, "options", "default"),
        ({"type": 22, "custom_id": "a", "options": options(11)}, "options", "1 to 10"),
        ({"type": 22, "custom_id": "a", "options": options(2), "min_values": 3}, "min_values", "max_values"),
        ({"type": 23, "custom_id": "a", "default": 1}, "default", "true or false"),
    ],
)
def test_controls(control: dict[str, Any], path: str, rule: str) -> None:
    problems = form(label(control))
    assert [problem.path for problem in problems] == [f"components.0.component.{path}"]
    assert rule in problems[0].rule


@pytest.mark.parametrize(
    ("data", "path", "rule"),
    [
        ({"title": "t" * 46}, "title", "1 to 45"),
        ({"title": ""}, "title", "1 to 45"),
        ({"custom_id": None}, "custom_id", "required"),
        ({"custom_id": "c" * 101}, "custom_id", "100"),
        ({"components": []}, "components", "1 to 5"),
        ({"components": [label(INPUT | {"custom_id": f"{i}"}) for i in range(6)]}, "components", "1 to 5"),
        ({"components": [label(INPUT), label(INPUT)]}, "components.1.component.custom_id", "twice"),
        ({"components": [label(INPUT, label="l" * 46)]}, "components.0.label", "45"),
        ({"components": [label(INPUT, description="d" * 101)]}, "components.0.description", "100"),
        ({"components": [{"type": 18, "label": "l"}]}, "components.0.component", "required"),
        ({"components": [INPUT]}, "components.0.type", "one of"),
        ({"components": [{"type": 1, "components": [INPUT]}]}, "components.0.components.0.label", "required"),
    ],
)
def test_forms(data: dict[str, Any], path: str, rule: str) -> None:
    problems = form(label(INPUT), **data)
    assert [problem.path for problem in problems] == [path]
    assert rule in problems[0].rule


@pytest.mark.parametrize(
    ("choices", "path"),
    [
        ([{"name": "n", "value": "v"}] * 25, None),
        ([{"name": "n", "value": 1.5}], None),
        ([], None),
        (None, "choices"),
        ([{"name": "n", "value": "v"}] * 26, "choices"),
        ([{"name": "", "value": "v"}], "choices.0.name"),
        ([{"name": "n" * 101, "value": "v"}], "choices.0.name"),
        ([{"name": "n", "value": "v" * 101}], "choices.0.value"),
        ([{"name": "n", "value": True}], "choices.0.value"),
        ([{"name": "n", "value": 2**53 + 1}], "choices.0.value"),
        ([{"name": "n"}], "choices.0.value"),
        ([{"name": "n", "value": "v"}, {"name": "n", "value": 1}], "choices"),
    ],
)
def test_autocomplete(choices: list[dict[str, Any]] | None, path: str | None) -> None:
    problems = autocomplete_problems({"choices": choices})
    assert [problem.path for problem in problems] == ([path] if path else [])
