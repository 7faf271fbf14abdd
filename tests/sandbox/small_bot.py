"""A small bot, on the real discord.py, that the sandbox's own tests talk to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox.server import Sandbox

Interaction = discord.Interaction["SmallBot"]


class Counter(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"count:(?P<number>\d+)"):
    """A button that counts its presses in its own id."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(ui.Button(label=f"Count {number}", custom_id=f"count:{number}"))

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: Any) -> None:
        await interaction.response.edit_message(view=counter(self.number + 1))


def counter(number: int) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay(f"Pressed {number} times"), ui.ActionRow(Counter(number))))
    return view


class Form(ui.Modal, title="Tell us"):
    words: ui.Label[Form] = ui.Label(text="Words", component=ui.TextInput(max_length=20, required=True))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override] # any client
        assert isinstance(self.words.component, ui.TextInput)
        await interaction.response.send_message(f"You said {self.words.component.value}", ephemeral=True)


class SmallBot(commands.AutoShardedBot):
    """Records what it hears; answers `ping` with `pong`."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        settings: dict[str, Any] = {
            "intents": intents,
            "guild_ready_timeout": 0.02,
            "allowed_mentions": discord.AllowedMentions.none(),
            "max_messages": None,
        }
        super().__init__(commands.when_mentioned, **settings | options)
        self.heard: list[tuple[str, Any]] = []
        self.add_dynamic_items(Counter)
        self.tree.add_command(greet)
        self.tree.add_command(slow)
        self.tree.add_command(ask)
        self.tree.add_command(menu)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits 5 s between identifies; Discord's limit is not what is tested."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(("message", message))
        if message.content == "ping":
            await message.channel.send("pong")
        if message.content == "count":
            await message.channel.send(view=counter(0))

    async def on_socket_event_type(self, name: str) -> None:
        self.heard.append(("event", name))

    def heard_messages(self) -> list[discord.Message]:
        return [heard for kind, heard in self.heard if kind == "message"]

    def events(self) -> list[str]:
        return [name for kind, name in self.heard if kind == "event"]


@app_commands.command()
@app_commands.describe(name="Whom")
async def greet(interaction: Interaction, name: str) -> None:
    """Greets somebody."""
    await interaction.response.send_message(f"Hello {name}", ephemeral=True)


@greet.autocomplete("name")
async def complete_name(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name.lower()) for name in ("Ada", "Alan") if name.startswith(typed)]


@app_commands.command()
async def slow(interaction: Interaction) -> None:
    """Thinks first."""
    await interaction.response.defer(thinking=True)
    await asyncio.sleep(0)
    await interaction.followup.send("Done")
    await interaction.followup.send("A secret", ephemeral=True)


@app_commands.command()
async def ask(interaction: Interaction) -> None:
    """Opens a form."""
    await interaction.response.send_modal(Form())


@app_commands.context_menu(name="Length")
async def menu(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(str(len(message.content)), ephemeral=True)


@asynccontextmanager
async def running(sandbox: Sandbox, **options: Any) -> AsyncIterator[SmallBot]:
    """The bot, connected, with its commands registered; closed at the end."""
    bot = SmallBot(**options)
    async with bot:
        await bot.login(sandbox.token)
        await bot.tree.sync()
        connecting = asyncio.create_task(bot.connect(), name="small bot")
        ready = asyncio.create_task(bot.wait_until_ready())
        try:
            await asyncio.wait([ready, connecting], return_when=asyncio.FIRST_COMPLETED, timeout=10)
            if connecting.done():
                await connecting
            assert ready.done()
            yield bot
        finally:
            ready.cancel()
            await bot.close()
            await asyncio.gather(connecting, ready, return_exceptions=True)


@asynccontextmanager
async def pointing_at(sandbox: Sandbox) -> AsyncIterator[None]:
    """discord.py connects to the sandbox inside the block."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sandbox.api_url, yarl.URL(sandbox.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


class Api:
    """Requests without a library, for what discord.py would not send."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def __call__(self, method: str, path: str, body: object = None, **options: Any) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        headers = {"Authorization": f"Bot {self._sandbox.token}"} | options.pop("headers", {})
        if body is not None:
            options["json"] = body
        url = self._sandbox.api_url + path
        async with self._client.request(method, url, headers=headers, **options) as response:
            return response.status, await response.json() if response.status != 204 else None
