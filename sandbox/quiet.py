"""Knowing that nothing more will come, without waiting and hoping.

1. Discord may ask for a heartbeat at any time; the client answers at once with the number of the last event that it
   has read. Events are read in order, so an answer that names the last event sent proves that all were read and that
   their handlers were started.
2. discord.py runs each handler (listeners, commands, buttons, forms) as a task with a name of its own. Where the bot
   runs in the same event loop, as in the tests, these tasks are waited for.
3. No request is on the way.

Work that a bot hands to a queue of its own is seen through `also`, a condition of the test's. All must hold at once;
new events start the round again. A handler that waits for ever fails the wait, with its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.rest.server import RestServer
    from sandbox.state.world import World

HANDLERS = ("discord.py: ", "CommandTree-invoker", "discord-ui-")
"""How discord.py names the tasks of its handlers."""


async def settle(world: World, gateway: Gateway, rest: RestServer, *, also: Callable[[], bool], seconds: float) -> None:
    """Returns when the bot has nothing left to do; AssertionError says what is still going on."""

    def is_quiet() -> bool:
        read = all(
            session.connection is not None and session.connection.acknowledged == session.sequence
            for session in gateway.sessions
        )
        return read and not handlers() and rest.in_progress == 0 and also()

    def sent() -> list[int]:
        return [session.sequence for session in gateway.sessions]

    def unfinished() -> str:
        return f"quiet; still running: {handlers()}, {rest.in_progress} requests"

    def quiet_or_told_more(before: list[int]) -> bool:
        return is_quiet() or before != sent()

    while not is_quiet():
        gateway.ask_for_heartbeats()
        await world.until(partial(quiet_or_told_more, sent()), what=unfinished, seconds=seconds)


def handlers() -> list[str]:
    """The names of discord.py's handlers that are running in this event loop."""
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith(HANDLERS)]
