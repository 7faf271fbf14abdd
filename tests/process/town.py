"""Where the processes live: a local Discord and a local arXiv in real time, one database file, and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.storage.engine import sqlite_path
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from tests.process.bot_process import BotProcess
from tests.rows import change, rows

ATTENTION = "https://arxiv.org/abs/1706.03762"
ADAM = "https://arxiv.org/abs/1412.6980"
RESNET = "https://arxiv.org/abs/1512.03385"
GAN = "https://arxiv.org/abs/1406.2661"
LARGE_N = "https://arxiv.org/abs/hep-th/9711200"


class Town:
    """`run` starts the bot and returns when it is connected; `start` starts any command."""

    def __init__(self, folder: Path, database_url: str, *, message_content: bool = True) -> None:
        self.folder = folder
        self.database_url = database_url
        self.clock = VirtualClock(datetime.now(UTC), running=True)
        self.sandbox = Sandbox(clock=self.clock, message_content=message_content)
        self.arxiv = LocalArxiv()
        self.processes: list[BotProcess] = []
        self.guild: Guild = self.sandbox.add_guild("Reading Group")
        self.papers: Channel = self.guild.add_channel("papers")
        self.ada: Person = self.guild.add_member("Ada")
        self.grace: Person = self.guild.add_member("Grace")

    async def start(self, *arguments: str, **settings: str) -> BotProcess:
        """A process that knows this town by its environment."""
        environment = {
            "DISCORD_TOKEN": self.sandbox.token,
            "DISCORD_API_URL": self.sandbox.api_url,
            "ARXIV_API_URL": self.arxiv.url,
            "DATABASE_URL": self.database_url,
            "CONTACT_EMAIL": "papers@example.org",
        }
        process = await BotProcess.start(*arguments, settings=environment | settings, folder=self.folder)
        self.processes.append(process)
        return process

    async def run(self, *, shards: int = 1, **settings: str) -> BotProcess:
        """The bot, with so many shards more connected than before."""
        before = self.sandbox.gateway.connected
        process = await self.start("run", **settings)
        await self.sandbox.until(
            lambda: len([session for session in self.sandbox.gateway.connected if session not in before]) >= shards,
            what=lambda: f"{shards} more shards:\n{process.output}",
            seconds=30,
        )
        return process

    async def end(self) -> None:
        """No process outlives its test."""
        for process in self.processes:
            await process.kill()

    def guild_of_shard(self, shard: int, of_all: int) -> Guild:
        """A server that Discord gives to this shard; it goes by the millisecond the server was made in."""
        while True:
            guild = self.sandbox.add_guild(f"Shard {shard}", with_bot=False)
            if (guild.id >> 22) % of_all == shard:
                guild.invite_bot(ago=timedelta(days=365))  # long enough not to be greeted
                return guild
            del self.sandbox.world.guilds[guild.id]
            self.clock.advance(0.001)

    async def reply_to(self, message: Message, *, seconds: float = 20) -> Message:
        """The bot's reply, as soon as it is there."""
        return await self.sandbox.until(
            lambda: next(iter(replies_to(message)), None),
            what=lambda: f"a reply to {message.content!r}:\n{self.output}",
            seconds=seconds,
        )

    async def works_again(self, link: str) -> None:
        """A new link is answered and nothing else is due, so whatever the bot had in mind to do is done."""
        await self.reply_to(await self.grace.post(self.guild.add_channel("afterwards"), link), seconds=30)
        await self.sandbox.until(lambda: not self.rows("SELECT 1 FROM reply WHERE due_at IS NOT NULL"), what="rest")
        await self.sandbox.settled()

    @property
    def output(self) -> str:
        return "\n--- another process ---\n".join(process.output for process in self.processes)

    @property
    def database(self) -> Path:
        """The SQLite file; a test that looks at it is skipped on PostgreSQL."""
        path = sqlite_path(self.database_url)
        if path is None:
            pytest.skip("about a SQLite file")
        return path

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """What the database holds now."""
        return rows(self.database_url, statement, values)

    def change(self, statement: str, values: Sequence[object] = ()) -> None:
        """Beside the bot."""
        change(self.database_url, statement, values)

    def leases_end(self) -> None:
        """As if the minute had passed for which a process that died keeps what it was working on. arXiv's three
        seconds are not shortened."""
        now = datetime.now(UTC)
        self.change("UPDATE reply SET lease_until = NULL, due_at = ? WHERE due_at IS NOT NULL", [now])
        self.change("UPDATE source_gate SET next_at = ?", [now + timedelta(seconds=3)])


def replies_to(message: Message) -> list[Message]:
    """The bot's replies to a message that stand now."""
    return [
        reply
        for reply in message.channel.by_bot()
        if reply.reference is not None and reply.reference.message_id == message.id
    ]


def titles(message: Message) -> list[str]:
    """The headings of its cards."""
    return [line.removeprefix("### ") for line in message.text.splitlines() if line.startswith("### ")]
