"""What can go wrong between the bot and Discord, switched on by tests and the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Fault:
    """Hits requests whose method and address below /api/v10 match, `times` times (None: until it is removed).

    `reset` breaks the connection, before anything happened or, with `after_work`, when all was done but the answer is
    lost. `wait` holds the request back until it is set; with `after_work`, only its answer.
    """

    method: str = ""
    path: str = ""
    status: int | None = None
    reset: bool = False
    after_work: bool = False
    wait: asyncio.Event | None = None
    retry_after: float | None = None
    is_global: bool = False
    from_proxy: bool = False
    """Whether a 429 comes from what stands before Discord: a page without JSON (developers/topics/rate-limits)."""
    times: int | None = None

    @property
    def breaks(self) -> bool:
        """Whether the request fails, and is not only held back."""
        return self.reset or self.status is not None

    def hits(self, method: str, path: str) -> bool:
        return self.times != 0 and method.startswith(self.method) and self.path in path

    async def hold(self) -> None:
        """Returns when the request, or its answer, may go on."""
        if self.wait is not None:
            await self.wait.wait()

    def use(self) -> None:
        """One hit less is left."""
        if self.times is not None:
            self.times -= 1


class Faults:
    """The faults that are on; the first that matches a request hits it."""

    def __init__(self) -> None:
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._active.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        if fault.wait is not None:
            fault.wait.set()
        self._active.remove(fault)

    def clear(self) -> None:
        for fault in list(self._active):
            self.remove(fault)

    @contextmanager
    def during(self, fault: Fault) -> Iterator[Fault]:
        """The fault is on inside the block."""
        self.add(fault)
        try:
            yield fault
        finally:
            self.remove(fault)

    def match(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, one hit less left."""
        for fault in self._active:
            if fault.hits(method, path):
                fault.use()
                return fault
        return None
