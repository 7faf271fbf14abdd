"""Commands being registered."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox.bodies import Problem, command_problems
from sandbox.bodies.locales import LOCALES

STRING: dict[str, Any] = {"type": 3, "name": "paper", "description": "A link, an id, or words"}


def slash(**more: Any) -> dict[str, Any]:
    return {"name": "save", "description": "Puts a paper on the list", "type": 1, **more}


def problems_of(**more: Any) -> list[Problem]:
    return command_problems([slash(**more)])


def test_what_the_library_registers_has_no_problems() -> None:
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)

    @tree.command(description="Puts a paper on the list")
    @app_commands.choices(sort=[app_commands.Choice(name="votes", value=1)])
    @app_commands.default_permissions(manage_guild=True)
    async def save(
        _: discord.Interaction, paper: str, sort: int = 1, channel: discord.TextChannel | None = None
    ) -> None: ...

    @tree.context_menu(name="Save papers")
    async def save_papers(_: discord.Interaction, __: discord.Message) -> None: ...

    poll = app_commands.Group(name="poll", description="The weekly round")

    @poll.command(description="By hand")
    async def start(_: discord.Interaction, hours: app_commands.Range[int, 1, 768] = 72) -> None: ...

    tree.add_command(poll)
    assert command_problems([command.to_dict(tree) for command in tree.get_commands()]) == []


@pytest.mark.parametrize("name", ["save", "ignore-me", "l'été", "über", "भाषा", "ภาษา", "論文", "a_1"])
def test_names_that_discord_takes(name: str) -> None:
    assert problems_of(name=name) == []


@pytest.mark.parametrize(("name", "rule"), [
    ("Save", "'S'"), ("save it", "' '"), ("save!", "'!'"), ("", "1 to 32"), ("s" * 33, "1 to 32"), (None, "required"),
    (5, "string"),
])  # fmt: skip
def test_names_that_discord_refuses(name: Any, rule: str) -> None:
    problems = problems_of(name=name)
    assert [problem.path for problem in problems] == ["0.name"]
    assert rule in problems[0].rule


@pytest.mark.parametrize(
    ("more", "path", "rule"),
    [
        ({"description": ""}, "description", "1 to 100"),
        ({"description": None}, "description", "required"),
        ({"description": "d" * 101}, "description", "1 to 100"),
        ({"type": 5}, "type", "one of"),
        ({"integration_types": [2]}, "integration_types.0", "0, 1"),
        ({"contexts": [0, 0]}, "contexts", "repeat"),
        ({"contexts": []}, "contexts", "1 to 3"),
        ({"default_member_permissions": "manage"}, "default_member_permissions", "number"),
        ({"name_localizations": {"de": "Speichern"}}, "name_localizations.de", "'S'"),
        ({"name_localizations": {"xx": "save"}}, "name_localizations.xx", "no language"),
        ({"description_localizations": {"de": "d" * 101}}, "description_localizations.de", "100"),
        ({"options": [STRING | {"name": f"o{i}"} for i in range(26)]}, "options", "25"),
        ({"options": [STRING, STRING]}, "options.1.name", "twice"),
        ({"options": [STRING | {"type": 12}]}, "options.0.type", "one of"),
        ({"options": [STRING | {"description": None}]}, "options.0.description", "required"),
        ({"options": [STRING, STRING | {"name": "b", "required": True}]}, "options.1.required", "before"),
        ({"options": [STRING | {"choices": [{"name": "n", "value": "v"}] * 26}]}, "options.0.choices", "25"),
        ({"options": [STRING | {"choices": [{"name": "", "value": "v"}]}]}, "options.0.choices.0.name", "1 to"),
        ({"options": [STRING | {"choices": [{"name": "n", "value": 1}]}]}, "options.0.choices.0.value", "string"),
        (
            {"options": [STRING | {"type": 4, "choices": [{"name": "n", "value": "1"}]}]},
            "options.0.choices.0.value",
            "number",
        ),
        (
            {"options": [STRING | {"choices": [{"name": "n", "value": "v"}], "autocomplete": True}]},
            "options.0.autocomplete",
            "choices",
        ),
        ({"options": [STRING | {"type": 6, "autocomplete": True}]}, "options.0.autocomplete", "type 6"),
        ({"options": [STRING | {"min_value": 1}]}, "options.0.min_value", "type 3"),
        ({"options": [STRING | {"min_length": 5, "max_length": 4}]}, "options.0.min_length", "max_length"),
        ({"options": [STRING | {"max_length": 6001}]}, "options.0.max_length", "6000"),
        ({"options": [STRING | {"type": 4, "min_value": 2, "max_value": 1}]}, "options.0.min_value", "max_value"),
        ({"options": [STRING | {"type": 4, "max_value": 2**53}]}, "options.0.max_value", "must be"),
        ({"options": [STRING, STRING | {"name": "sub", "type": 1}]}, "options", "side by side"),
        (
            {"options": [STRING | {"type": 1, "options": [STRING | {"type": 1}]}]},
            "options.0.options.0.type",
            "one of",
        ),
        ({"options": [STRING | {"type": 2, "options": [STRING]}]}, "options.0.options.0.type", "1"),
    ],
)
def test_each_rule_is_noticed_where_it_is_broken(more: dict[str, Any], path: str, rule: str) -> None:
    problems = problems_of(**more)
    assert [problem.path for problem in problems] == [f"0.{path}"]
    assert rule in problems[0].rule


def test_all_texts_of_a_command_share_eight_thousand_characters() -> None:
    choices = [{"name": "n" * 100, "value": "v" * 100} for _ in range(25)]
    short = slash(name="s", description="d", options=[STRING | {"choices": choices}])
    assert command_problems([short]) == []
    # 1 + 1 + 2 × (1 + 1 + 25 × 160) = 8006
    wide = [{"name": "n" * 60, "value": "v" * 100} for _ in range(25)]
    pair = [{"type": 3, "name": name, "description": "d", "choices": wide} for name in ("a", "b")]
    problems = command_problems([slash(name="s", description="d", options=pair)])
    assert [problem.path for problem in problems] == ["0"]
    assert "have 8006" in problems[0].rule


def test_of_translations_the_longest_counts() -> None:
    wide = [{"name": "n", "name_localizations": {"de": "n" * 60, "fr": "n"}, "value": "v" * 100} for _ in range(25)]
    pair = [{"type": 3, "name": name, "description": "d", "choices": wide} for name in ("a", "b")]
    problems = command_problems([slash(name="s", description="d", options=pair)])
    assert "have 8006" in problems[0].rule


def test_menu_commands_have_names_alone() -> None:
    menu = {"type": 3, "name": "Save papers"}
    assert command_problems([menu, menu | {"type": 2}]) == []
    problems = command_problems([menu | {"description": "d", "options": [STRING]}])
    assert [problem.path for problem in problems] == ["0.description", "0.options"]


def test_names_are_unique_for_each_type() -> None:
    problems = command_problems([slash(), {"type": 2, "name": "save"}, slash()])
    assert [problem.path for problem in problems] == ["2.name"]


def test_there_is_a_most_for_each_type() -> None:
    slashes = [slash(name=f"c{i}") for i in range(100)]
    menus = [{"type": 3, "name": f"Menu {i}"} for i in range(15)]
    assert command_problems([*slashes, *menus]) == []
    problems = command_problems([*slashes, slash(name="one-more"), *menus, {"type": 3, "name": "More"}])
    assert [problem.rule for problem in problems] == [
        "must be at most 100 slash commands, are 101",
        "must be at most 15 message menu commands, are 16",
    ]


def test_every_language_of_the_library_is_known() -> None:
    assert {locale.value for locale in discord.Locale} <= LOCALES
