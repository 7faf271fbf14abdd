"""The local Discord as one object: start it, fill it, act in it, look at what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import TypeVar

from aiohttp import web

from sandbox import web_server
from sandbox.clock import VirtualClock
from sandbox.faults import Fault, Faults
from sandbox.gateway import Gateway
from sandbox.permissions import Permission
from sandbox.quiet import settle
from sandbox.rest.server import PREFIX, Request, RestServer
from sandbox.state.channel import Channel
from sandbox.state.guild import BOT_PERMISSIONS, Guild
from sandbox.state.message import Message
from sandbox.state.users import User
from sandbox.state.world import World
from sandbox.violations import ExpectedRefusals, Violation

T = TypeVar("T")

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.sandbox.only-good-on-this-machine"  # noqa: S105 - opens nothing but the sandbox

_LONG = timedelta(days=365)
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - only compared with; loopback is where it listens unless told otherwise

_FILE_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
"""Files come from members and share an origin with the sandbox's page: none may run or be taken for a page."""
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")


class Sandbox:
    """A Discord with one bot, on 127.0.0.1.

    `world` holds what exists; the shortcuts here are what tests and the demo use. Times of ids and messages come from
    `clock`; the waits of the network are real.
    """

    def __init__(
        self,
        *,
        clock: VirtualClock | None = None,
        rate_limits: bool = True,
        name: str = "Paper Club",
        token: str = TOKEN,
        message_content: bool = True,
    ) -> None:
        self.clock = clock or VirtualClock()
        self.token = token
        self.world = World(self.clock, application_name=name, token=token)
        self.world.application.message_content = message_content
        self.gateway = Gateway(self.world)
        self.rest = RestServer(self.world, self.gateway)
        self.rest.rate_limits.enabled = rate_limits
        self.app = web.Application(client_max_size=30 * 1024 * 1024)
        """The web application; more routes can be added before the start."""
        self._runner: web.AppRunner | None = None
        self._url = ""

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listens on a port; 0 takes a free one. `host` is an address of this machine."""
        self.app.router.add_get("/gateway", self.gateway.handle)
        self.app.router.add_get("/attachments/{channel_id}/{file_id}/{name}", self._file)
        self.rest.add_routes(self.app)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        port = self._runner.addresses[0][1]
        near = "127.0.0.1" if host == _EVERYWHERE else host
        self._url = f"http://{near}:{port}"
        self.gateway.url = f"ws://{near}:{port}/gateway"
        self.world.files_url = f"{self._url}/attachments"

    async def stop(self) -> None:
        """Closes every connection and the port."""
        self.faults.clear()
        await self.world.close()
        await self.gateway.disconnect()
        if self._runner is not None:
            await web_server.stop(self._runner)

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return self._url

    @property
    def api_url(self) -> str:
        """The base of the REST routes."""
        return self._url + PREFIX

    @property
    def gateway_url(self) -> str:
        return self.gateway.url

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def violations(self) -> list[Violation]:
        """What the bot did that Discord refuses, without what a test foresaw."""
        return self.world.violations

    @property
    def requests(self) -> list[Request]:
        """The latest requests, oldest first."""
        return list(self.rest.requests)

    @property
    def faults(self) -> Faults:
        return self.rest.faults

    def requests_to(self, method: str, template: str) -> list[Request]:
        """Those to one route: `requests_to("POST", "/channels/{channel_id}/messages")`."""
        return [r for r in self.rest.requests if (r.method, r.template) == (method, template)]

    def add_guild(
        self,
        name: str,
        *,
        with_bot: bool = True,
        bot_permissions: Iterable[str] | Permission = BOT_PERMISSIONS,
        owner: str = "Owner",
        locale: str = "en-US",
    ) -> Guild:
        """A server with its owner and, usually, the bot, which has been there for long; `Guild.invite_bot` is what
        happens when it is new."""
        guild = self.world.add_guild(name, owner=owner, locale=locale)
        if with_bot:
            guild.invite_bot(bot_permissions, ago=_LONG)
        return guild

    async def until(
        self, condition: Callable[[], T | None], *, what: str | Callable[[], str], seconds: float = 10
    ) -> T:
        """Waits, in real time, until the condition gives something true; returns that."""
        return await self.world.until(condition, what=what, seconds=seconds)

    async def until_connected(self, shards: int = 1, *, seconds: float = 10) -> None:
        """Waits until so many shards have identified or resumed."""
        await self.until(lambda: len(self.gateway.connected) >= shards, what=f"{shards} shards", seconds=seconds)

    async def settled(self, *, also: Callable[[], bool] = lambda: True, seconds: float = 10) -> None:
        """Returns once the bot has dealt with everything that it was told; see `sandbox.quiet`."""
        await settle(self.world, self.gateway, self.rest, also=also, seconds=seconds)

    def expect_refusal(self, *codes: int) -> AbstractContextManager[ExpectedRefusals]:
        """Inside the block, refusals with these codes (REST's, or those of a closed gateway) are no violations:
        `with sandbox.expect_refusal(Code.MISSING_PERMISSIONS) as refusals:`; afterwards `refusals.seen` lists them."""
        return self.world.violations.expecting(*codes)

    async def disconnect(self, *, resumable: bool = True) -> None:
        """Drops the gateway connections."""
        await self.gateway.disconnect(resumable=resumable)

    @contextmanager
    def outage(self, *, status: int | None = 503, reset: bool = False) -> Iterator[None]:
        """Inside the block every request fails and no gateway connection is accepted; open ones stay."""
        self.gateway.refuses_connections = True
        try:
            with self.faults.during(Fault(status=None if reset else status, reset=reset)):
                yield
        finally:
            self.gateway.refuses_connections = False

    @contextmanager
    def held(self, method: str = "", path: str = "", *, after_work: bool = False) -> Iterator[asyncio.Event]:
        """Holds matching requests back (with `after_work`: their answers) until the event is set or the block ends."""
        release = asyncio.Event()
        with self.faults.during(Fault(method=method, path=path, wait=release, after_work=after_work)):
            yield release

    def channels(self) -> list[Channel]:
        return list(self.world.channels.values())

    def messages_by_bot(self) -> list[Message]:
        """All of the bot's messages that everyone in a channel sees, oldest first."""
        found = [message for channel in self.channels() for message in channel.by_bot()]
        return sorted(found, key=lambda message: message.id)

    async def _file(self, request: web.Request) -> web.Response:
        number = request.match_info["file_id"]
        file = self.world.files.get(int(number) if number.isdecimal() else 0)
        if file is None:
            return web.Response(status=404)
        content_type = file.content_type.split(";")[0]
        headers = dict(_FILE_HEADERS)
        if content_type not in _SHOWN:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, content_type=content_type, headers=headers)
