"""One bot with a gauge in it: `python -m benchmarks.bots KIND`, settings from the environment as for the real one.

Paper Club is `bot.app.run`, as `python -m bot run` starts it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from benchmarks.bare_bot import BareBot, EmptyClient, wanted_intents
from benchmarks.gauge import Gauge


async def _paper_club(gauge: Gauge) -> None:
    from bot import app, log, process  # noqa: PLC0415 - the bare bot is not to pay for these
    from bot.client import PaperBot  # noqa: PLC0415
    from bot.lasting import lasting_client  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    async def on_ready() -> None:
        gauge.ready()

    def make_client(*arguments: Any, **options: Any) -> PaperBot:
        bot = lasting_client(*arguments, **options)
        bot.add_listener(on_ready)
        return bot

    settings = load_settings()
    log.set_up(settings.log_level, as_json=False, secrets=settings.secrets())
    await process.run_until_told(lambda stop: app.run(settings, stop=stop, client=make_client))


async def _plain(gauge: Gauge, kind: type[discord.Client], intents: discord.Intents) -> None:
    import yarl  # noqa: PLC0415 - as above
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415
    from discord.http import Route  # noqa: PLC0415

    class Client(kind):  # type: ignore[valid-type,misc]  # one of two
        async def on_ready(self) -> None:
            gauge.ready()

    Route.BASE = os.environ["DISCORD_API_URL"]
    client = Client(intents=intents)
    async with client:
        await client.login(os.environ["DISCORD_TOKEN"])
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await client.http.get_bot_gateway())[1])
        await client.connect()


async def _bare(gauge: Gauge) -> None:
    await _plain(gauge, BareBot, wanted_intents())


async def _empty(gauge: Gauge) -> None:
    await _plain(gauge, EmptyClient, wanted_intents())


async def _every_intent(gauge: Gauge) -> None:
    await _plain(gauge, EmptyClient, discord.Intents.all())


KINDS: Mapping[str, Callable[[Gauge], Awaitable[None]]] = {
    "paper club": _paper_club,
    "bare": _bare,
    "empty": _empty,
    "every intent": _every_intent,
}


async def _live(kind: str) -> None:
    await KINDS[kind](Gauge())


if __name__ == "__main__":
    asyncio.run(_live(sys.argv[1]))
