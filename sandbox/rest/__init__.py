"""The HTTP routes, one module for each family."""

from __future__ import annotations

from sandbox.rest import (
    application,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    pins,
    polls,
    reactions,
    scheduled_events,
    threads,
    users,
    webhooks,
)
from sandbox.rest.routes import Route

ROUTES: list[Route] = [
    *users.routes,
    *application.routes,
    *guilds.routes,
    *scheduled_events.routes,
    *channels.routes,
    *messages.routes,
    *reactions.routes,
    *pins.routes,
    *polls.routes,
    *threads.routes,
    *commands.routes,
    *interactions.routes,
    *webhooks.routes,
]
