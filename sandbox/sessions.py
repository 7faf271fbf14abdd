"""Sessions of the gateway and the sockets that carry them (developers/events/gateway)."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import web

from sandbox.events import Event
from sandbox.state.kinds import Intent

_REPLAYED = 2000
"""Events kept for a session that comes back."""


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11


class Close(IntEnum):
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    WRONG_TOKEN = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


@dataclass(eq=False)
class Session:
    """One identified shard; `connection` is None while it is away and may resume."""

    id: str
    shard: int
    shard_count: int
    intents: Intent
    connection: Connection | None
    sequence: int = 0
    sent: deque[tuple[int, dict[str, Any]]] = field(default_factory=lambda: deque(maxlen=_REPLAYED))

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Numbers an event, keeps it for a replay and sends it when somebody is there."""
        self.sequence += 1
        frame = {"op": int(Op.DISPATCH), "t": name, "s": self.sequence, "d": data}
        self.sent.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def remembers(self, number: int) -> bool:
        """Whether all events after this one can still be replayed."""
        return number >= self.sequence or (bool(self.sent) and self.sent[0][0] <= number + 1)

    def has(self, guild_id: int) -> bool:
        """Whether the server is this shard's."""
        return (guild_id >> 22) % self.shard_count == self.shard

    def wants(self, event: Event) -> bool:
        here = self.shard == 0 if event.guild_id is None else self.has(event.guild_id)
        return here and (event.intent is Intent.NONE or bool(event.intent & self.intents))


class Connection:
    """One open socket. Frames go out in order through one task."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self._transport = transport
        self.session: Session | None = None
        self.dropped = False
        """Closed from this side; the client's answer to that is no goodbye."""
        self.silent = False
        """Open, and dead all the same."""
        self.deaf = False
        """Open, and dead in one direction: what the client says does not arrive."""
        self.acknowledged = 0
        """The highest event number in the client's heartbeats."""
        self._frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write(), name="sandbox gateway writer")

    def send(self, frame: dict[str, Any]) -> None:
        if not self.silent:
            self._frames.put_nowait(frame)

    async def close(self, code: int, reason: str = "") -> None:
        self.dropped = True
        await self.socket.close(code=code, message=reason.encode())

    def break_off(self) -> None:
        """Ends without a word."""
        self.dropped = True
        if self._transport is not None:
            self._transport.abort()

    async def stop_writing(self) -> None:
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            frame = await self._frames.get()
            try:
                await self.socket.send_str(json.dumps(frame))
            except ConnectionError:
                return  # the session keeps its events for a replay
