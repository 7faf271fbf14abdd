"""When a shard counts as listening, so that the time may be marked."""

from __future__ import annotations

import asyncio
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.posting.away import AwayReader
from bot.services.away import Away
from sandbox.clock import VirtualClock


class SlowAway:
    """Reading back goes on until `done` is set."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.marked: list[int] = []

    async def since(self, _shard_id: int) -> datetime | None:
        await self.done.wait()
        return None

    async def listening(self, shard_id: int) -> None:
        self.marked.append(shard_id)


@pytest.mark.parametrize(
    ("meanwhile", "listens"),
    [((), True), (("lost",), False), (("lost", "resumed"), True), (("lost", "connected"), False)],
)
async def test_what_happens_while_a_shard_reads_back(meanwhile: tuple[str, ...], listens: bool) -> None:
    """What happens when: the connection to Discord's gateway drops."""
    away = SlowAway()
    client: Any = SimpleNamespace(guilds=[])
    reader = AwayReader(client, cast("Away", away), cast("Any", None), cast("Any", None), VirtualClock())
    reader.connected(0)
    reading = asyncio.create_task(reader.back(0))
    await asyncio.sleep(0)
    for event in meanwhile:
        getattr(reader, event)(0)
    away.done.set()
    await reading
    assert reader.deaf is not listens
    assert away.marked == ([0] if listens else [])
