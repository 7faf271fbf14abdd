"""The pages for whoever looks after the bot: `/livez`, `/readyz`, `/metrics`. On only where HTTP_PORT is set.

No page names a server or a member.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Collection, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.health.metrics import Metrics
from bot.settings import SettingsError

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""None where all is well, else a few words on what is not. Raising counts as the latter."""

TICK_SECONDS = 5.0
ALIVE_SECONDS = 30.0
LATE_HEARTBEAT_SECONDS = 60.0
CHECK_SECONDS = 5.0


def gateway_problem(*, ready: bool, latencies: Collection[float]) -> str | None:
    """What is wrong with the connection to Discord; `latencies` are each shard's heartbeat in seconds.

    discord.py reports infinity before a shard's first heartbeat was answered, and "not a number" for one that has
    no connection.
    """
    if not ready:
        return "not connected"
    if not latencies or not all(math.isfinite(latency) for latency in latencies):
        return "heartbeat unanswered"
    slowest = max(latencies)
    return f"heartbeat {slowest:.0f} s late" if slowest >= LATE_HEARTBEAT_SECONDS else None


class HealthSite:
    """Answers from inside the event loop that it watches: a loop that stands still answers nothing at all."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        checks: Mapping[str, Check],
        metrics: Metrics,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`checks` must all pass for `/readyz`. `monotonic` is no `Clock`: this is about the real process."""
        self._host, self._port = host, port
        self._checks = dict(checks)
        self._metrics = metrics
        self._monotonic = monotonic
        self._ticked_at = monotonic()
        self._ticking: asyncio.Task[None] | None = None
        app = web.Application()
        app.router.add_get("/livez", self._livez)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> None:
        """Listens from now on; raises SettingsError where it may not, or another program does."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as refused:
            await self._runner.cleanup()
            raise SettingsError(
                f"HTTP_PORT {self._port} of HTTP_HOST {self._host} must be free: {refused.strerror}"
            ) from refused
        self._ticking = asyncio.create_task(self._tick(), name="health-tick")
        log.info("Health and metrics at http://%s:%d", *self.address)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens: the port that the system chose if it was asked for 0."""
        host, port, *_ = self._runner.addresses[0]
        return host, port

    async def close(self) -> None:
        """Stops listening."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self._runner.cleanup()

    async def _tick(self) -> None:
        while True:
            before = self._monotonic()
            await asyncio.sleep(TICK_SECONDS)
            self._ticked_at = self._monotonic()
            self._metrics.loop_lag_seconds.set(max(0.0, self._ticked_at - before - TICK_SECONDS))

    async def _livez(self, _request: web.Request) -> web.Response:
        silent = self._monotonic() - self._ticked_at
        if silent > ALIVE_SECONDS:
            return web.Response(status=503, text=f"no tick for {silent:.0f} s")
        return web.Response(text="ok")

    async def _readyz(self, _request: web.Request) -> web.Response:
        problems = await asyncio.gather(*(self._problem(name, check) for name, check in self._checks.items()))
        words = {name: problem or "ok" for name, problem in zip(self._checks, problems, strict=True)}
        return web.json_response(words, status=503 if any(problems) else 200)

    async def _problem(self, name: str, check: Check) -> str | None:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await check()
        except TimeoutError:
            return f"no answer within {CHECK_SECONDS:.0f} s"
        except Exception as error:  # noqa: BLE001 - asked again in half a minute, so no traceback each time
            log.warning("The check of %s failed: %r", name, error)
            return "failed, see the log"

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
