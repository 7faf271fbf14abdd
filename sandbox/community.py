"""A small community with everything it needs on this machine: a local Discord, a local arXiv, and the bot between them.

The bot is the real one, from `bot.app.run`; only its addresses and its clock are the sandbox's.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import run
from bot.client import PaperBot
from bot.settings import Settings
from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message

READY_TIMEOUT_SECONDS = 0.05
"""How long discord.py waits for one more server before it calls itself ready; the sandbox sends all at once."""


class SandboxSettings(Settings):
    """Reads neither the environment nor `.env`: they may hold the settings of a bot of somebody's own."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class Community:
    """Start and stop it with `async with`. `stop_bot` ends the bot alone; `start_bot` brings it back."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: VirtualClock | None = None,
        rate_limits: bool = True,
        message_content: bool = True,
        database_url: str | None = None,
    ) -> None:
        self.clock = clock or VirtualClock(running=True)
        self.sandbox = Sandbox(clock=self.clock, rate_limits=rate_limits, message_content=message_content)
        self.arxiv = LocalArxiv(clock=self.clock)
        self.database_url = database_url or f"sqlite+aiosqlite:///{folder / 'paperclub.db'}"
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.bot: PaperBot | None = None
        self.guild: Guild = self.sandbox.add_guild("Reading Group")
        self.papers: Channel = self.guild.add_channel("papers")
        self.manager: Person = self.guild.add_member("Mara", permissions=["MANAGE_GUILD"])
        self.ada: Person = self.guild.add_member("Ada")
        self.grace: Person = self.guild.add_member("Grace")
        self.linus: Person = self.guild.add_member("Linus")

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Returns when the bot is connected; Discord listens there, port 0 takes a free one."""
        await self.sandbox.start(port, host)
        await self.arxiv.start()
        await self.start_bot()

    async def stop(self) -> None:
        """Closes everything, the bot first."""
        try:
            await self.stop_bot()
        finally:
            await self.arxiv.stop()
            await self.sandbox.stop()

    async def start_bot(self) -> None:
        """A new bot on the same database, as after a restart."""
        self._stop = asyncio.Event()
        settings = SandboxSettings(
            discord_token=SecretStr(self.sandbox.token),
            database_url=SecretStr(self.database_url),
            discord_api_url=self.sandbox.api_url,
            arxiv_api_url=self.arxiv.url,
            contact_email="papers@example.org",
        )
        self._running = asyncio.create_task(run(settings, stop=self._stop, clock=self.clock, client=self._make_client))
        connected = asyncio.create_task(self.sandbox.until_connected())
        await asyncio.wait((self._running, connected), return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            connected.cancel()
            await self._running
        await connected

    def _make_client(self, *arguments: Any, **options: Any) -> PaperBot:
        self.bot = PaperBot(*arguments, **options, guild_ready_timeout=READY_TIMEOUT_SECONDS)
        return self.bot

    async def settled(self) -> None:
        """Returns when the bot has done all it has to do now; papers that arXiv still owes are not waited for."""
        await self.sandbox.settled(also=lambda: self.bot is None or _is_idle(self.bot))

    async def until_bot_ends(self) -> None:
        """Returns when the bot has stopped, and raises what ended it."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def stop_bot(self) -> None:
        """Tells the bot to stop, and waits until it has."""
        self._stop.set()
        if self._running is not None:
            await self._running
            self._running = None

    async def reply_to(self, message: Message) -> Message:
        """The bot's reply to a message, as soon as it is there."""
        return await self.sandbox.until(
            lambda: next(iter(self.replies_to(message)), None), what=f"a reply to {message.content!r}"
        )

    def replies_to(self, message: Message) -> list[Message]:
        """Every reply of the bot to a message that stands now."""
        return [
            reply
            for reply in message.channel.by_bot()
            if not reply.deleted and reply.reference is not None and reply.reference.message_id == message.id
        ]

    async def __aenter__(self) -> Community:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def _is_idle(bot: PaperBot) -> bool:
    return bot.replies.idle and bot.refresher.idle and bot.occurrences.idle and bot.resource_lists.idle
