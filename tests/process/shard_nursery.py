"""Bots that have one shard each, started as the soak's are."""

from __future__ import annotations

from typing import Any

from bot.client import PaperBot
from sandbox.community import READY_TIMEOUT_SECONDS
from tests.process.kill_points import MortalLife
from tests.soak.nursery import Life, keep


class ShardBot(PaperBot):
    """Shows whether it waits for the other processes."""

    waits_for_its_turn = False

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        self.waits_for_its_turn = True
        try:
            await super().before_identify_hook(shard_id, initial=initial)
        finally:
            self.waits_for_its_turn = False


class ShardLife(Life):
    """A process that waits for its turn has nothing to do until the time comes."""

    bot: ShardBot | None

    def _make_client(self, *arguments: Any, **options: Any) -> PaperBot:
        self.bot = ShardBot(*arguments, **options, guild_ready_timeout=READY_TIMEOUT_SECONDS)
        return self.bot

    def _heard(self) -> bytes:
        assert self.bot is not None
        for shard in self.bot.shards.values():
            socket = shard._parent.ws  # the library shows neither in public
            return f"{socket.session_id} {socket.sequence}\n".encode()
        return b"none 0\n"

    def busy_with(self) -> list[str]:
        """Questions to arXiv and to the database count as well."""
        if self.bot is not None and self.bot.waits_for_its_turn:
            return []
        busy = super().busy_with() + MortalLife.asking()
        if not busy and self.bot is not None and self.bot.services.papers._db._holders:
            busy.append("in a transaction")
        return busy


if __name__ == "__main__":
    keep(ShardLife)
