"""The commands as Discord is told them stand in the documentation, and the documentation says nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import discord
import pytest
from discord import app_commands

from bot.answers import FOR_MANAGERS
from bot.app import EXTENSIONS
from bot.client import PERMISSIONS, PaperBot, Services
from bot.domain.tags import MAX_TAGS
from bot.posting.permissions import FOR_THE_WEEK, NEEDED, words
from bot.services.away import Away
from bot.services.digests import Digests
from bot.services.discussions import Discussions
from bot.services.fetching import PaperFetcher
from bot.services.occurrences import Occurrences
from bot.services.paper_cards import PaperCards
from bot.services.papers import Papers
from bot.services.reading_list import ReadingList
from bot.services.rounds import Rounds
from bot.services.servers import Servers
from bot.storage.database import Database
from cogs.reading_list import NOTE_LENGTH
from sandbox.bodies import command_problems
from sandbox.clock import VirtualClock
from tests.engines import migrated_sqlite

ROOT = Path(__file__).resolve().parents[1]
Command: TypeAlias = app_commands.Command[Any, ..., Any]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return migrated_sqlite(tmp_path)


@pytest.fixture
async def tree(database_url: str) -> AsyncIterator[app_commands.CommandTree[Any]]:
    """All commands, of a bot that never connects."""
    db, clock = await Database.open(database_url), VirtualClock()
    fetcher = PaperFetcher(db, [], clock)
    engine = Occurrences(db, clock)
    services = Services(
        papers=Papers(db, fetcher),
        paper_cards=PaperCards(db, fetcher, clock),
        reading_list=ReadingList(db, clock),
        discussions=Discussions(db, clock),
        servers=Servers(db, clock),
        away=Away(db, clock),
        occurrences=engine,
        rounds=Rounds(db, clock, engine),
        digests=Digests(db, clock, engine),
    )
    async with PaperBot(services, clock, extensions=EXTENSIONS) as bot:
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        yield bot.tree
    await db.close()


def commands(tree: app_commands.CommandTree[Any]) -> Iterator[Command]:
    """Every command that a member can call."""
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command


def call(command: Command) -> str:
    """How the documentation writes it: `/save paper: [tags:]`."""
    options = [f"{one.name}:" if one.required else f"[{one.name}:]" for one in command.parameters]
    return " ".join([f"/{command.qualified_name}", *options])


def calls_in(text: str) -> list[str]:
    """The calls in the first column of tables, several in one cell too."""
    cells = re.findall(r"^\| (`/[^|]+?) \|", text, re.MULTILINE)
    return [called for cell in cells for called in re.findall(r"`(/[^`]+)`", cell)]


async def test_the_page_of_commands_has_each_with_its_options_once(tree: app_commands.CommandTree[Any]) -> None:
    assert sorted(calls_in(read("docs/commands.md"))) == sorted(map(call, commands(tree)))


async def test_readme_names_every_command_as_it_is(tree: app_commands.CommandTree[Any]) -> None:
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


async def test_every_command_and_option_says_what_it_is_for(tree: app_commands.CommandTree[Any]) -> None:
    for command in tree.walk_commands():
        assert len(command.description) > len("…"), command.qualified_name  # the library's stand-in for none
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                assert len(str(option.description)) > len("…"), f"{command.qualified_name} {option.name}"


async def test_discord_takes_every_command_and_each_is_for_servers_only(tree: app_commands.CommandTree[Any]) -> None:
    sent = [command.to_dict(tree) for command in tree.get_commands()]
    assert command_problems(sent) == []
    names = [(one["name"], one.get("type", 1)) for one in sent]
    assert len(set(names)) == len(names)
    assert all(command.guild_only for command in tree.get_commands())


async def test_each_command_of_managers_is_on_their_page(tree: app_commands.CommandTree[Any]) -> None:
    sections = [
        section for section in read("docs/commands.md").split("\n## ") if "For members who may manage" in section
    ]
    managers = discord.Permissions(manage_guild=True)
    restricted = {
        call(command) for command in commands(tree) if (command.root_parent or command).default_permissions == managers
    }
    assert {called for section in sections for called in calls_in(section)} == restricted


async def test_commands_that_check_for_managers_themselves_are_marked(tree: app_commands.CommandTree[Any]) -> None:
    lines = [
        line for line in read("docs/commands.md").splitlines() if line.startswith("| `/poll") and "| managers |" in line
    ]
    checked = {call(command) for command in commands(tree) if command.extras == FOR_MANAGERS}
    assert {called for line in lines for called in calls_in(line)} == checked


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
    }
