"""Ways for a process to die at a bad moment."""

from __future__ import annotations

import asyncio
from typing import Literal

from sandbox.faults import Fault
from tests.soak.processes import Bot

Way = Literal["unsent", "unheard", "moment"]
"""unsent: with a request on its lips that Discord never got. unheard: Discord did what was asked, and nobody read the
answer. moment: whatever it was at some milliseconds after something came due."""


class Death(Fault):
    """Meets the bot at one of its next requests."""

    def __init__(self, victim: Bot, way: Way, *, requests: int) -> None:
        super().__init__(reset=way == "unsent", after_work=way == "unheard")
        self._victim, self._left = victim, requests

    def hits(self, method: str, path: str) -> bool:
        self._left -= 1
        return self._left == 0

    async def hold(self) -> None:
        self._victim.kill()
        await asyncio.wait_for(self._victim.gone.wait(), 10)
