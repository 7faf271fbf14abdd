"""Discord takes 50 requests a second from a bot, by whichever of its processes, and refuses what comes above.

discord.py then waits for the next second and sends all that has gathered at once, so that most of it is refused again.
Ten thousand refusals in ten minutes, and Discord hears nothing more from this machine for a while
(developers/topics/rate-limits, "Global Rate Limit" and "Invalid Request Limit").
"""

from __future__ import annotations

import asyncio
import math
import re
from http import HTTPStatus
from types import SimpleNamespace

import aiohttp

KEPT_SECONDS = 60.0

TO_A_MEMBER = re.compile(r"/(interactions|webhooks)/\d+/")
"""Answers to a press, which the limit is not for."""

_A_SECOND = 45
"""Not all 50: of several processes each may have one more in a second than its share."""


class GlobalLimit:
    """From a refusal on requests leave one by one for a minute, in this process's `share` of the bot's pace."""

    def __init__(self, share: float) -> None:
        self._pause = 1 / (_A_SECOND * share)
        self._kept_until = self._next = -math.inf

    def watch(self, trace: aiohttp.TraceConfig) -> None:
        """Adds itself to what is done around each request."""
        trace.on_request_start.append(self._wait)
        trace.on_request_end.append(self._hear)

    async def _wait(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._kept_until and not TO_A_MEMBER.search(request.url.path):
            self._next = max(self._next, now) + self._pause
            await asyncio.sleep(self._next - now)

    async def _hear(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams
    ) -> None:
        refused = request.response.status == HTTPStatus.TOO_MANY_REQUESTS
        if refused and "X-RateLimit-Global" in request.response.headers:
            self._kept_until = asyncio.get_running_loop().time() + KEPT_SECONDS
