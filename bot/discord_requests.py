"""Where discord.py's own way with requests and connections would do harm in an outage (2.7.1; http.py, shard.py,
gateway.py)."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, TypeVar

import aiohttp
import discord
from discord.gateway import KeepAliveHandler
from discord.http import HTTPClient

from bot.global_limit import TO_A_MEMBER, GlobalLimit

LONGEST_LIMIT_SECONDS = 30.0
"""A longer rate limit is a failure like others, to be tried again later: it must not hold up what comes behind it."""

_MADE_ANEW = re.compile(r"/(channels/\d+/threads|guilds/\d+/scheduled-events)$")
"""What Discord makes a second time when it is asked a second time. Messages carry a nonce; the rest comes out the
same."""

EVENTS_AT_ONCE = 10
"""Each may begin something that takes half a millisecond until it first waits for anything."""

_CONNECTIONS_A_MINUTE, _EACH_SHARD = 5, 2
_MINUTE_SECONDS, _LONGEST_PAUSE_SECONDS = 60.0, 30.0


T = TypeVar("T")


class PerhapsDone(aiohttp.ClientError):
    """Discord stumbled over a request that it may have carried out all the same."""


def traced(share: float) -> aiohttp.TraceConfig:
    """What is done around each request of a process that has this share of the bot's shards.

    discord.py repeats a request that was answered with 500, 502 or 504, whatever it asks for. What would then be
    there twice fails instead, and whoever asked for it looks first. So does an answer that would have to wait for
    long."""
    trace = aiohttp.TraceConfig()
    GlobalLimit(share).watch(trace)
    trace.on_request_end.append(_refuse_to_repeat)
    trace.on_request_end.append(_refuse_to_wait)
    return trace


async def _refuse_to_repeat(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams
) -> None:
    status = request.response.status
    if request.method == "POST" and status >= HTTPStatus.INTERNAL_SERVER_ERROR and _MADE_ANEW.search(request.url.path):
        request.response.close()
        raise PerhapsDone(f"Discord answered {status}")


async def _refuse_to_wait(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams
) -> None:
    response = request.response
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and TO_A_MEMBER.search(request.url.path):
        seconds = float(response.headers.get("Retry-After", 0))
        if seconds > LONGEST_LIMIT_SECONDS:
            response.close()
            raise discord.RateLimited(seconds)


def mend(http: HTTPClient, shards: Callable[[], int]) -> None:
    """Puts four faults right in a client that is not logged in yet; `shards` counts those that are connected.

    - A request that is cancelled while it waits for the global rate limit leaves every later one waiting for ever.
    - A gateway that takes connections and drops them is called again without a pause.
    - Events that have come already are read without letting anybody else have a turn, however many they are.
    - A connection on which Discord is heard, but no longer hears, is taken for alive (this one for all clients).
    """
    # the library offers no other way in
    http.request = _opening_the_gate(http, http.request)  # type: ignore[method-assign,assignment]  # same arguments
    http.ws_connect = _read_in_turns(_paced(http.ws_connect, shards))  # type: ignore[method-assign,assignment]  # same arguments
    discord.gateway.KeepAliveHandler = AnsweredHeartbeats  # type: ignore[misc]  # a subclass that it makes instead


class AnsweredHeartbeats(KeepAliveHandler):
    """Closes a connection whose heartbeats stay unanswered, to resume on a new one, whatever else comes on it
    (developers/events/gateway#heartbeat-interval-example-heartbeat-ack)."""

    def tick(self) -> None:
        """Called for everything that Discord sends; none of it shows that this side is heard."""

    def ack(self) -> None:
        """Called for the answer to a heartbeat."""
        super().ack()
        self._last_recv = self._last_ack


def _opening_the_gate(http: HTTPClient, request: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def request_and_open(*arguments: Any, **options: Any) -> Any:
        try:
            return await request(*arguments, **options)
        except asyncio.CancelledError:
            http._global_over.set()  # whoever comes too early is told so, and waits by itself
            raise

    return request_and_open


def _paced(connect: Callable[..., Awaitable[Any]], shards: Callable[[], int]) -> Callable[..., Awaitable[Any]]:
    recent: deque[float] = deque()

    async def connect_in_time(*arguments: Any, **options: Any) -> Any:
        now = asyncio.get_running_loop().time()
        while recent and recent[0] < now - _MINUTE_SECONDS:
            recent.popleft()
        recent.append(now)
        too_many = len(recent) - _CONNECTIONS_A_MINUTE - _EACH_SHARD * shards()
        if too_many > 0:
            await asyncio.sleep(min(2.0**too_many, _LONGEST_PAUSE_SECONDS))
        return await connect(*arguments, **options)

    return connect_in_time


def _read_in_turns(connect: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def connect_and_pause(*arguments: Any, **options: Any) -> Any:
        socket = await connect(*arguments, **options)
        socket.receive = with_pauses(socket.receive)
        return socket

    return connect_and_pause


def with_pauses(receive: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Reads events as before, but after some the event loop goes round once."""
    numbers = itertools.count(1)

    async def receive_and_pause(*arguments: Any, **options: Any) -> T:
        if next(numbers) % EVENTS_AT_ONCE == 0:
            await asyncio.sleep(0)
        return await receive(*arguments, **options)

    return receive_and_pause
