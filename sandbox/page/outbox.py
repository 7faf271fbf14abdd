"""What goes out over one socket, without waiting for whoever reads it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

MOST_FRAMES = 2000
MOST_BYTES = 16 * 1024 * 1024


class Outbox:
    """Frames in order, through one task. A reader who falls too far behind is cut off; the page then connects anew."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._waiting_bytes = 0
        self._cut_off = False
        self._writer = asyncio.create_task(self._write(), name="sandbox page writer")

    def send(self, event: Mapping[str, Any]) -> None:
        """Returns at once."""
        if self._cut_off:
            return
        text = json.dumps(event)  # ASCII: half of a surrogate pair, which UTF-8 cannot hold, gets through as well
        if self._frames.qsize() >= MOST_FRAMES or self._waiting_bytes + len(text) > MOST_BYTES:
            self._cut_off = True
            self._writer.cancel()
            if self._transport is not None:
                self._transport.abort()
            return
        self._waiting_bytes += len(text)
        self._frames.put_nowait(text)

    async def stop(self) -> None:
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            text = await self._frames.get()
            try:
                await self._socket.send_str(text)
            except ConnectionError:
                return
            self._waiting_bytes -= len(text)
