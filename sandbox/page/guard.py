"""Keeps other pages that are open in the same browser away from the sandbox.

A page elsewhere can send requests to this machine (then `Origin` names it), or let its own name point here (then `Host`
is that name: DNS rebinding). A bot sends no `Origin`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web
from aiohttp.typedefs import Middleware
from yarl import URL

HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "media", "connect")),
            "font-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What goes with each file of the page."""


def guard(names: Collection[str] = ()) -> Middleware:
    """Refuses what does not come from the page itself or from a program. `names` are names or addresses of this
    machine besides the loopback ones."""

    @web.middleware
    async def check(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if not _is_here(request.host, names):
            return web.Response(status=403, text=f"This sandbox does not answer for {request.host!r}.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            return web.Response(status=403, text="This sandbox answers its own page only.")
        return await handler(request)

    return check


def _is_here(host: str, names: Collection[str]) -> bool:
    try:
        name = URL(f"//{host}").host or ""
    except ValueError:
        return False
    if name == "localhost" or name in names:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
