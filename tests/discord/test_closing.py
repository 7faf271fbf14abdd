"""What is left when the bot has closed: nothing that goes on by itself."""

from __future__ import annotations

import threading

import pytest
from discord.gateway import KeepAliveHandler

from bot.client import PaperBot
from sandbox.community import Community


def _heartbeats(bot: PaperBot) -> set[KeepAliveHandler]:
    return {
        thread
        for thread in threading.enumerate()
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection is bot._connection
    }


@pytest.mark.parametrize("identified", [True, False])
async def test_no_heartbeat_outlives_the_bot(community: Community, *, identified: bool) -> None:
    bot = community.bot
    assert bot is not None
    await bot.wait_until_ready()
    threads = _heartbeats(bot)
    if not identified:
        community.sandbox.gateway.invalidate(resumable=False)  # five seconds pass until the library identifies again
        await community.sandbox.until(lambda: _heartbeats(bot) - threads, what="a new connection")
        threads = _heartbeats(bot) - threads
    assert threads
    await community.stop_bot()
    for thread in threads:
        thread.join(1)
    assert [thread.name for thread in threads if thread.is_alive()] == []
