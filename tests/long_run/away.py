"""When nobody heard what was said, and how far back it was read afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.rest.server import Request
from sandbox.server import Sandbox
from tests.long_run.weather import Span

_ROOM = "/channels/{channel_id}/messages"
_PAGE = 100
_UNNOTICED = timedelta(minutes=4)
"""A dead connection and the bot's own mark may both be older than the moment in which the connection ends."""


class Absences:
    """`spans` are the times before each new session; a session that is resumed has missed nothing."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.spans: list[Span] = []
        self._sandbox = sandbox
        self._session = ""
        self._deaf_since: datetime | None = sandbox.clock.now()
        self._pages: dict[int, list[tuple[datetime, int]]] = {}
        sandbox.gateway.connection_watchers.append(self._look)
        sandbox.rest.watchers.append(self._note)

    def out_of_reach(self, channel_id: int, message_id: int, span: Span) -> bool:
        """Whether a hundred newer messages stood there when the channel was first read after this time."""
        pages = [oldest for at, oldest in self._pages.get(channel_id, ()) if at >= span.end]
        return bool(pages) and pages[0] > message_id

    def _look(self) -> None:
        now = self._sandbox.clock.now()
        connected = self._sandbox.gateway.connected
        if not connected:
            if self._deaf_since is None:
                self._deaf_since = now
            return
        if connected[0].id != self._session and self._session:
            self.spans.append(Span((self._deaf_since or now) - _UNNOTICED, now))
        self._session, self._deaf_since = connected[0].id, None

    def _note(self, request: Request) -> None:
        """Reading back asks for the latest page; looking for a reply asks for what came after a message."""
        read = (request.method, request.template, request.status) == ("GET", _ROOM, 200)
        if read and not request.by_fault and "after" not in request.query:
            ids = [int(message["id"]) for message in request.answer]
            oldest = min(ids) if len(ids) == _PAGE else 0
            self._pages.setdefault(int(request.path.split("/")[2]), []).append((request.at, oldest))
