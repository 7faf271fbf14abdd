"""Every request's way: fault, token, rate limit, body, route, answer, log."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from sandbox.errors import UNKNOWN, ApiError, Code, FieldProblem, invalid_form, refusal
from sandbox.faults import Fault, Faults
from sandbox.ratelimits import RateLimits, Verdict
from sandbox.rest import ROUTES
from sandbox.rest.routes import Call, Reply, Route, Upload

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.state.world import World

PREFIX = "/api/v10"
_LOGGED = 10_000
_TOO_MANY, _SERVER_ERROR = 429, 500


@dataclass
class Request:
    """A request of the bot's as the log keeps it. `status` 0 is one that got no answer yet."""

    at: datetime
    method: str
    path: str
    template: str
    query: dict[str, str]
    body: Any
    status: int = 0
    answer: Any = None
    by_fault: bool = False
    """Whether a fault gave the answer, not the route."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


class RestServer:
    """Answers below /api/v10 and keeps a log."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self.faults = Faults()
        self.rate_limits = RateLimits()
        self.requests: deque[Request] = deque(maxlen=_LOGGED)
        self.watchers: list[Callable[[Request], None]] = []
        """Told of each request once its answer is known."""
        self.in_progress = 0

    def add_routes(self, application: web.Application) -> None:
        """Literal addresses first, so that `@me` is not taken for an id."""
        for route in sorted(ROUTES, key=lambda route: route.template.count("{")):
            application.router.add_route(route.method, PREFIX + route.template, self._handler(route))
        application.router.add_route("*", PREFIX + "/{rest:.*}", self._handler(None))

    def _handler(self, route: Route | None) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.in_progress += 1
            try:
                return await self._serve(request, route)
            finally:
                self.in_progress -= 1
                self._world.changed()

        return handle

    async def _serve(self, request: web.Request, route: Route | None) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        fault = self.faults.match(request.method, path)
        entry = Request(
            self._world.clock.now(), request.method, path, route.template if route else "", dict(request.query), None
        )
        self.requests.append(entry)
        try:
            return await self._carry_out(request, route, fault, entry)
        finally:
            for watcher in self.watchers:
                watcher(entry)

    async def _carry_out(
        self, request: web.Request, route: Route | None, fault: Fault | None, entry: Request
    ) -> web.StreamResponse:
        if fault is not None and not fault.after_work:
            if fault.wait is not None and request.content_type == "application/json":
                await request.read()  # it has arrived, so it is carried out even when the client is gone by then
            await fault.hold()
            if fault.breaks:
                return _broken(request, fault, entry)
        reply, headers = await self._answer(request, route, entry)
        entry.status, entry.answer = reply.status, reply.body
        if fault is not None and fault.after_work:
            await fault.hold()
            if fault.breaks:
                return _broken(request, fault, entry)
        return _json(reply, headers)

    async def _answer(self, request: web.Request, route: Route | None, entry: Request) -> tuple[Reply, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            route = self._checked(request, route)
            parameters = {name: unquote(value) for name, value in request.match_info.items()}
            if self.rate_limits.enabled:
                verdict = self.rate_limits.count(request.method, route.template, parameters)
                headers = verdict.headers
                if verdict.wait is not None:
                    return _too_many(verdict), headers | {"Retry-After": f"{verdict.wait:.3f}"}
            call = Call(
                world=self._world,
                gateway=self._gateway,
                method=request.method,
                path=entry.path,
                template=route.template,
                parameters=parameters,
                query=request.query,
            )
            call.body, call.uploads = await _read(request)
            entry.body = call.body
            return await route.handler(call), headers
        except ApiError as error:
            self._note(error, entry)
            return Reply(error.status, error.body), headers

    def _checked(self, request: web.Request, route: Route | None) -> Route:
        if route is None:
            raise ApiError(404, 0, "404: Not Found")
        if route.needs_token and request.headers.get("Authorization") != f"Bot {self._world.application.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        return route

    def _note(self, error: ApiError, entry: Request) -> None:
        innocent = error.gone and (error.code in UNKNOWN or error.problems)
        if not innocent:
            where = f"{entry.method} {entry.path}"
            self._world.violations.refused(self._world.clock.now(), error.code, error.explanation, where)


async def _read(request: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON of the body, and the files that came along."""
    if not request.body_exists:
        return None, []
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    if request.content_type != "application/json":
        raise invalid_form(
            FieldProblem("", f'Expected "Content-Type" header to be application/json, not {request.content_type}')
        )
    return _parse(await request.text()), []


async def _read_multipart(request: web.Request) -> tuple[Any, list[Upload]]:
    body: Any = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "payload_json":
            body = _parse(await part.text())
        elif part.filename is not None:
            content = bytes(await part.read(decode=True))
            uploads.append(Upload(part.name or "", part.filename, content))
    return body, uploads


def _parse(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        raise refusal(Code.INVALID_JSON) from None


def _too_many(verdict: Verdict) -> Reply:
    body = {
        "message": "You are being rate limited.",
        "retry_after": verdict.wait,
        "global": verdict.is_global,
        "code": 0,
    }
    return Reply(_TOO_MANY, body)


def _json(reply: Reply, headers: dict[str, str]) -> web.Response:
    # clients compare the type for equality, so no charset; `Via` tells Discord from what stands before it
    headers = headers | {"Via": "1.1 sandbox"}
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    text = json.dumps(reply.body).encode()
    return web.Response(status=reply.status, body=text, headers=headers | {"Content-Type": "application/json"})


def _broken(request: web.Request, fault: Fault, entry: Request) -> web.Response:
    entry.by_fault, entry.status = True, fault.status or 0
    if fault.reset and request.transport is not None:
        request.transport.abort()
    if fault.status == _TOO_MANY and fault.from_proxy:
        return web.Response(status=_TOO_MANY, text="<title>Access denied</title>", content_type="text/html")
    if fault.status == _TOO_MANY:
        wait = fault.retry_after or 1.0
        body = {"message": "You are being rate limited.", "retry_after": wait, "global": fault.is_global, "code": 0}
        return _json(Reply(_TOO_MANY, body), {"Retry-After": str(wait)})
    status = fault.status or _SERVER_ERROR
    return web.Response(status=status, text="the sandbox is out of order", headers={"Via": "1.1 sandbox"})
