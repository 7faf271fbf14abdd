"""The application as the developer portal knows it."""

from __future__ import annotations

from sandbox import payloads
from sandbox.rest.routes import Call, Reply, Routes

routes = Routes()


@routes("GET", "/applications/@me")
@routes("GET", "/oauth2/applications/@me")
async def application(call: Call) -> Reply:
    return Reply(body=payloads.application(call.world.application))
