"""The commands as Discord is told them stand in the documentation, and the documentation says nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.client import PERMISSIONS
from bot.domain.reading_list import NOTE_LENGTH
from bot.domain.tags import MAX_TAGS
from bot.posting.permissions import FOR_THE_WEEK, NEEDED, words
from bot.views.help import MENUS, SECTIONS
from sandbox.bodies import command_problems
from tests.command_page import Tree, all_commands, call, commands, renewed, root

ROOT = Path(__file__).resolve().parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
async def tree(tmp_path: Path) -> AsyncIterator[Tree]:
    """All commands, of a bot that never connects."""
    async with all_commands(tmp_path) as found:
        yield found


def calls_in(text: str) -> list[str]:
    """The calls in the first column of tables, several in one cell too."""
    cells = re.findall(r"^\| (`/[^|]+?) \|", text, re.MULTILINE)
    return [called for cell in cells for called in re.findall(r"`(/[^`]+)`", cell)]


async def test_the_page_of_commands_has_each_with_its_options_once(tree: Tree) -> None:
    assert sorted(calls_in(read("docs/commands.md"))) == sorted(map(call, commands(tree)))


async def test_readme_names_every_command_as_it_is(tree: Tree) -> None:
    named: list[str] = []
    for called in calls_in(read("README.md")):
        first, *others = called.split(", ")  # `/settings watch, unwatch, show`
        group = first.split()[0]
        named += [first, *(f"{group} {other}" for other in others)]
    known = {command.qualified_name: call(command) for command in commands(tree)}
    assert sorted(_name_in(called) for called in named) == sorted(known)
    assert {called for called in named if ":" in called} <= set(known.values())


def _name_in(called: str) -> str:
    return re.sub(r" \[?\w+:.*", "", called).removeprefix("/")


async def test_every_command_and_option_says_what_it_is_for(tree: Tree) -> None:
    for command in tree.walk_commands():
        assert len(command.description) > len("…"), command.qualified_name  # the library's stand-in for none
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                assert len(str(option.description)) > len("…"), f"{command.qualified_name} {option.name}"


async def test_discord_takes_every_command_and_each_is_for_servers_only(tree: Tree) -> None:
    sent = [command.to_dict(tree) for command in tree.get_commands()]
    assert command_problems(sent) == []
    names = [(one["name"], one.get("type", 1)) for one in sent]
    assert len(set(names)) == len(names)
    assert all(command.guild_only for command in tree.get_commands())


async def test_the_tables_of_commands_are_up_to_date(tree: Tree) -> None:
    page = read("docs/commands.md")
    assert renewed(page, tree) == page, "run `make docs`"


async def test_the_tables_say_who_may_and_what_each_option_takes(tree: Tree) -> None:
    page = renewed(read("docs/commands.md"), tree)
    for name, who in (("settings show", "managers"), ("poll end", "managers"), ("poll show", "all"), ("vote", "all")):
        assert re.search(rf"^\| `/{name}[^|]*` \| {who} \|", page, re.MULTILINE), name
    assert "<br>`day` Day of the week (Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday)" in page
    assert "(1 to 768)" in page
    assert "(up to 500 characters)" in page
    assert "`hide` True to hide it (True or False)" in page


async def test_a_command_without_a_place_on_the_page_is_not_left_out(tree: Tree) -> None:
    page = read("docs/commands.md")
    with pytest.raises(ValueError, match=r"names .'help'."):
        renewed(page.replace(", help -->", " -->"), tree)
    with pytest.raises(ValueError, match=r"no command .'hlep'."):
        renewed(page.replace(", help -->", ", hlep -->"), tree)


async def test_menus_of_messages_have_their_lines_on_the_page_and_in_the_help(tree: Tree) -> None:
    menus = {menu.name for menu in tree.walk_commands(type=discord.AppCommandType.message)}
    assert menus == set(MENUS)
    for name in menus:
        assert f"| **{name}** |" in read("docs/commands.md")


async def test_every_command_has_a_section_in_the_help(tree: Tree) -> None:
    placed = {root for section in SECTIONS for root in section.roots}
    assert {root(command) for command in commands(tree)} <= placed


async def test_every_button_of_a_card_is_explained() -> None:
    page = read("docs/commands.md")
    for label in ("Save", "▲ Vote", "Discuss", "More", "✕", "Full abstract"):
        assert f"| **{label}** |" in page


def test_limits_stand_in_the_page_of_commands() -> None:
    page = read("docs/commands.md")
    assert f"up to {MAX_TAGS}, commas between them" in page
    assert f"up to {NOTE_LENGTH} characters" in page


def test_the_invitation_asks_for_what_the_bot_uses() -> None:
    (number,) = re.findall(r"oauth2/authorize\?\S*permissions=(\d+)", read("README.md"))
    assert discord.Permissions(int(number)) == PERMISSIONS
    assert discord.Permissions(**dict.fromkeys([*NEEDED, *FOR_THE_WEEK], True)) == PERMISSIONS


@pytest.mark.parametrize("name", [*NEEDED, *FOR_THE_WEEK])
def test_operating_says_what_each_permission_is_for(name: str) -> None:
    assert f"| {words(name)} |" in read("docs/operating.md")


def test_only_ids_and_words_given_to_commands_are_stored() -> None:
    """README, "Your data": what the tables hold of members, by their columns."""
    from bot.storage.tables import metadata  # noqa: PLC0415 - this test alone reads it

    texts = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if str(column.type) == "TEXT" and table.name not in {"paper", "paper_alias", "lookup", "source_gate"}
    }
    assert texts == {
        "server.timezone",
        "mention.scheme",
        "mention.value",
        "card.form",
        "entry.title_key",  # of the paper
        "entry_tag.tag",
        "note.text",
        "reading.status",
        "backfill.state",
        "backfill.problem",
        "import.state",
        "import_item.scheme",
        "import_item.value",
        "import_item.note",
        "import_item.state",
        "schedule.kind",
        "round.state",
        "round.tie",
        "candidate.reason",
        "occurrence.kind",
        "occurrence.state",
        "occurrence.outcome",
        "command_tree.hash",
        "report.outcome",
        "report.setting",
        "report.tried",
        "report.happened",
        "report.made_work",
        "report.link",
        "report.hidden_reason",
        "report.contested_with",
        "report_confirmation.line",
        "report_answer.kind",
        "report_answer.text",
        "explanation.level",
        "explanation.text",
        "resource.kind",
        "resource.link",
    }
