"""Everything between the bot and the sandbox, for whoever develops a bot."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.arxiv_terms import ArxivRequest
from sandbox.page.redaction import shown, shown_path
from sandbox.page.tools import Tools
from sandbox.payloads import Json, instant
from sandbox.rest.server import Request
from sandbox.server import Sandbox
from sandbox.sessions import Op
from sandbox.violations import Violation

_KEPT = 500
_FAILED = 400


class Traffic:
    """The latest entries, and who is told of new ones."""

    def __init__(self, sandbox: Sandbox, tools: Tools) -> None:
        self._clock = sandbox.clock
        self._secret = sandbox.token
        self._numbers = itertools.count(1)
        self.entries: deque[Json] = deque(maxlen=_KEPT)
        self.watchers: list[Callable[[Json], None]] = []
        sandbox.rest.watchers.append(self._request)
        sandbox.gateway.watchers.append(self._frame)
        sandbox.world.violations.watchers.append(self._violation)
        tools.watch_arxiv(self._arxiv)

    def _request(self, request: Request) -> None:
        detail = {"query": request.query, "body": request.body, "answer": request.answer}
        status = str(request.status or "no answer")
        title = f"{request.method} {shown_path(request.path)} → {status}"
        failed = not request.status or request.status >= _FAILED
        self._add("request", title, detail, status=request.status, red=failed)

    def _frame(self, direction: str, frame: Json) -> None:
        op = frame["op"]
        if op != Op.HEARTBEAT:
            title = frame["t"] if direction == ">" else f"{Op(op).name} from the bot"
            self._add("event", title, frame.get("d"))

    def _arxiv(self, request: ArxivRequest) -> None:
        asked = ", ".join(request.ids) or request.search
        detail = {"ids": list(request.ids), "search": request.search, "user_agent": request.user_agent}
        failed = request.status is None or request.status >= _FAILED
        self._add("arxiv", f"{asked} → {request.status or 'no answer'}", detail, status=request.status, red=failed)

    def _violation(self, violation: Violation) -> None:
        detail = {"what": violation.what, "where": violation.request}
        self._add("violation", shown(f"{violation.request}: {violation.what}", self._secret), detail, red=True)

    def _add(self, kind: str, title: str, detail: Any, *, status: int | None = None, red: bool = False) -> None:
        entry = {
            "id": next(self._numbers),
            "at": instant(self._clock.now()),
            "kind": kind,
            "title": title,
            "detail": shown(detail, self._secret),
            "status": status,
            "red": red,
        }
        self.entries.append(entry)
        for watcher in self.watchers:
            watcher(entry)
