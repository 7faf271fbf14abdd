"""Watches that a client keeps to arXiv's terms for its API.

Not more than one request each three seconds, one connection at a time: https://info.arxiv.org/help/api/tou.html.
A User-Agent by which the operator can be reached, and at most a hundred ids in one request, keep a client
from being refused in practice.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import Clock

PAUSE = timedelta(seconds=3)
MOST_IDS = 100

_CONTACT = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w+|https?://\S+")


class Violation(NamedTuple):
    """A term that was not kept; `rule` is too soon, two at once, no contact, too many ids or bad search."""

    at: datetime
    rule: str
    detail: str


@dataclass
class ArxivRequest:
    """One request as it came. `end` is when the answer was ready to leave, None while it is not; `status` is
    None when the connection was broken instead of an answer."""

    ids: tuple[str, ...]
    search: str
    user_agent: str
    start: datetime
    end: datetime | None = None
    status: int | None = None


class TermsWatch:
    """Keeps all requests and what was wrong with them, by the clock it is given."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.requests: list[ArxivRequest] = []
        self.violations: list[Violation] = []
        self.watchers: list[Callable[[ArxivRequest], None]] = []
        """Told of each request once its answer is known."""
        self._changed = asyncio.Event()

    def begin(self, ids: tuple[str, ...], search: str, user_agent: str) -> ArxivRequest:
        request = ArxivRequest(ids, search, user_agent, start=self._clock.now())
        self._check_pace(request.start)
        if not _CONTACT.search(user_agent):
            self.note("no contact", user_agent or "no User-Agent")
        if len(ids) > MOST_IDS:
            self.note("too many ids", f"{len(ids)} ids")
        self.requests.append(request)
        self._tell()
        return request

    def end(self, request: ArxivRequest, status: int | None) -> None:
        """Call it before the last byte leaves: a client times its pause from when it has the answer.

        Only the first call counts.
        """
        if request.end is None:
            request.end, request.status = self._clock.now(), status
            for watcher in self.watchers:
                watcher(request)
            self._tell()

    async def until(self, done: Callable[[], bool]) -> None:
        while not done():
            await self._changed.wait()

    def note(self, rule: str, detail: str) -> None:
        self.violations.append(Violation(self._clock.now(), rule, detail))

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _check_pace(self, start: datetime) -> None:
        if any(request.end is None for request in self.requests):
            self.note("two at once", "another request is still being answered")
            return
        gap = min((start - request.end for request in self.requests if request.end), default=PAUSE)
        if gap < PAUSE:
            self.note("too soon", f"{gap.total_seconds():.3f} s after the last answer")
