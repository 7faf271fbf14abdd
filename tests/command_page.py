"""docs/commands.md: the tables of commands are written from the commands themselves, the words around them by hand.

A table stands between `<!-- commands: save, vote -->`, which names the commands and groups in it, and
`<!-- end -->`. `make docs` (python -m tests.command_page) writes what is between; a test sees that it is up to date.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import discord
from discord import AppCommandOptionType, app_commands
from pydantic import SecretStr

from bot.answers import FOR_MANAGERS
from bot.app import EXTENSIONS, parts
from bot.client import PaperBot
from sandbox.clock import VirtualClock
from sandbox.community import SandboxSettings
from sandbox.server import TOKEN
from tests import access_table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"

Tree: TypeAlias = app_commands.CommandTree[Any]
Command: TypeAlias = app_commands.Command[Any, ..., Any]
_BLOCK = re.compile(r"<!-- commands: (?P<roots>[^>]+) -->\n.*?<!-- end -->", re.DOTALL)
_MANAGERS = discord.Permissions(manage_guild=True)
_KINDS = {
    AppCommandOptionType.boolean: "True or False",
    AppCommandOptionType.channel: "a channel",
    AppCommandOptionType.role: "a role",
    AppCommandOptionType.user: "a member",
    AppCommandOptionType.attachment: "a file",
}


@asynccontextmanager
async def all_commands(folder: Path) -> AsyncIterator[Tree]:
    """The commands of a bot that never connects; its database is in the folder."""
    settings = SandboxSettings(
        discord_token=SecretStr(TOKEN), database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'bot.db'}")
    )
    clock = VirtualClock()
    async with (
        parts(settings, clock) as built,
        PaperBot(built.services, clock, extensions=EXTENSIONS) as bot,
    ):
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        yield bot.tree


def commands(tree: Tree) -> Iterator[Command]:
    """Every command that a member can call."""
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command


def call(command: Command) -> str:
    """How it is called: `/save paper: [tags:]`, with brackets around what may be left out."""
    options = [f"{one.name}:" if one.required else f"[{one.name}:]" for one in command.parameters]
    return " ".join([f"/{command.qualified_name}", *options])


def renewed(page: str, tree: Tree) -> str:
    """The page with every table as it is to be. ValueError when a command has no place in it, or two."""
    left: dict[str, list[Command]] = {}
    for command in commands(tree):
        left.setdefault(root(command), []).append(command)

    def table(block: re.Match[str]) -> str:
        roots = [name.strip() for name in block["roots"].split(",")]
        unknown = [name for name in roots if name not in left]
        if unknown:
            raise ValueError(f"there is no command {unknown}, or it stands twice")
        rows = [_row(command) for name in roots for command in left.pop(name)]
        head = ["| command | who | what it does |", "|---|---|---|"]
        return "\n".join([f"<!-- commands: {block['roots']} -->", "", *head, *rows, "", "<!-- end -->"])

    made = _BLOCK.sub(table, page)
    if left:
        raise ValueError(f"no `<!-- commands: … -->` names {sorted(left)}")
    return made


def root(command: Command) -> str:
    """The group it belongs to, or its own name."""
    return (command.root_parent or command).name


def for_managers(command: Command) -> bool:
    """Whether members need Manage Server for it, unless admins say otherwise."""
    return (command.root_parent or command).default_permissions == _MANAGERS or command.extras == FOR_MANAGERS


def _row(command: Command) -> str:
    who = "managers" if for_managers(command) else "all"
    what = "<br>".join([command.description, *map(_option, command.parameters)])
    return f"| `{call(command)}` | {who} | {what} |".replace("\n", " ")


def _option(option: app_commands.Parameter) -> str:
    allowed = _allowed(option)
    return f"`{option.name}` {option.description}{f' ({allowed})' if allowed else ''}"


def _allowed(option: app_commands.Parameter) -> str:
    if option.choices:
        return ", ".join(choice.name for choice in option.choices)
    if option.type in _KINDS:
        return _KINDS[option.type]
    least, most = option.min_value, option.max_value
    if most is None:
        return ""
    if option.type is AppCommandOptionType.string:
        return f"up to {most} characters"
    return f"{least} to {most}"


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with all_commands(Path(folder)) as tree:
            page = access_table.renewed(PAGE.read_text(encoding="utf-8"))
            PAGE.write_text(renewed(page, tree), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
