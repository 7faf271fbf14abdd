"""When the bot is ready: as soon as it knows every server that it was promised.

Discord names a shard's servers in READY and describes each in an event of its own. discord.py does not count: it calls
itself ready when none has come for two seconds (state.py, `_delay_shard_ready`), which is half of a start. Only where
Discord holds one back, in an outage of its own, is that still waited for.
"""

from __future__ import annotations

from typing import Any

from discord import Guild
from discord.state import AutoShardedConnectionState

_NOTHING_TO_WAIT_FOR_SECONDS = 0.02


class PromptState(AutoShardedConnectionState[Any]):
    """What discord.py knows of Discord, and how long it waits for one server more."""

    _awaited: Guild | None = None

    @property
    def guild_ready_timeout(self) -> float:
        """Seconds; read by the library before each wait."""
        return self._patience if self._awaits_a_server() else min(self._patience, _NOTHING_TO_WAIT_FOR_SECONDS)

    @guild_ready_timeout.setter
    def guild_ready_timeout(self, seconds: float) -> None:
        self._patience = seconds

    def _awaits_a_server(self) -> bool:
        """They come in the order in which they were named: the last one is looked at until it is there, so that
        thousands are not gone through for each."""
        servers: dict[int, Guild] = getattr(self, "_guilds", {})  # the library asks once before it has any
        known = self._awaited is not None and self._awaited.unavailable and self._awaited.id in servers
        if not known:
            self._awaited = next((guild for guild in reversed(servers.values()) if guild.unavailable), None)
        return self._awaited is not None
