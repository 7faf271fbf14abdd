"""All channels and threads, also found by their server: a world may have thousands of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.guild import Guild


class Places(dict[int, "Channel"]):
    """By id, in the order of their making."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[int, dict[int, Channel]] = {}

    def of(self, guild: Guild) -> Iterable[Channel]:
        """Those of one server."""
        return self._of.get(guild.id, {}).values()

    def __setitem__(self, key: int, place: Channel) -> None:
        super().__setitem__(key, place)
        if place.guild is not None:
            self._of.setdefault(place.guild.id, {})[key] = place

    def __delitem__(self, key: int) -> None:
        place = self[key]
        super().__delitem__(key)
        if place.guild is not None:
            del self._of[place.guild.id][key]
