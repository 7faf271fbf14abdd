"""The help page."""

from __future__ import annotations

from bot.views.help import OTHERS, SECTIONS, HelpLine, help_view
from tests.views.layouts import components_of, sound, walk

LINES = [
    HelpLine("vote", "Vote."),
    HelpLine("save", "Put it on."),
    HelpLine("Save papers", "Save all.", menu=True),
    HelpLine("settings watch", "Watch."),
]


def choices(lines: list[HelpLine], chosen: str = "") -> list[tuple[str, bool]]:
    """What the menu offers, and which it shows as chosen."""
    (menu,) = [part for part in walk(components_of(help_view(lines, chosen))) if part["type"] == 3]
    return [(option["value"], option.get("default", False)) for option in menu["options"]]


def test_what_to_do_first_then_the_first_section_by_what_comes_first() -> None:
    introduction, commands = sound(help_view(LINES))
    assert introduction.startswith("### Paper Club\n**First** paste a link")
    assert commands.splitlines() == [
        "**Find, save and vote**",
        "`/save` Put it on.",
        "Message menu, *Apps*, **Save papers** Save all.",
        "`/vote` Vote.",
    ]


def test_only_sections_with_something_for_this_member_are_offered() -> None:
    assert choices(LINES) == [("papers", True), ("settings", False)]
    assert choices(LINES, "settings") == [("papers", False), ("settings", True)]
    assert sound(help_view(LINES, "settings"))[1] == "**Settings**\n`/settings watch` Watch."


def test_a_section_that_is_not_for_this_member_is_not_shown() -> None:
    assert choices(LINES, "week") == [("papers", True), ("settings", False)]


def test_a_command_of_no_section_is_not_lost() -> None:
    assert sound(help_view([HelpLine("dance", "Dance.")], OTHERS.key))[1] == "**More**\n`/dance` Dance."


def test_as_many_commands_as_there_can_be_fit() -> None:
    """A hundred of one section with descriptions as long as Discord takes them: those that fit, and how many more."""
    for section in SECTIONS:
        lines = [HelpLine(f"{section.roots[0]} {'n' * 20}{n}", "d" * 100) for n in range(100)]
        _, *shown, rest = sound(help_view(lines, section.key))[1].splitlines()
        assert all(line.endswith("d" * 100) for line in shown)
        assert rest == f"-# and {100 - len(shown)} more: type `/` to see them all"


def test_nobody_without_a_command_gets_an_error() -> None:
    assert len(sound(help_view([]))) == 1
