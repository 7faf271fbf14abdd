"""Many messages at once. They are made and written down beforehand, so that sending them costs the sandbox little."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.place import Place
from sandbox import events
from sandbox.sessions import Op
from sandbox.state.message import Message


class Burst(NamedTuple):
    """How long it took until all was done, and the processor's time that the bot used."""

    seconds: float
    used_seconds: float


async def burst(place: Place, texts: Sequence[str], *, answered: bool) -> Burst:
    """With `answered`, each has its reply in the end."""
    messages, frames = _written(place, texts)
    connection = place.sandbox.gateway.connected[0].connection
    assert connection is not None  # noqa: S101 - it is connected
    before, began = await place.bot.read(), time.monotonic()
    for frame in frames:
        await connection.socket.send_str(frame)
    if answered:
        ended = max(await place.answered(messages))
        await place.quiet()
    else:
        await place.quiet()
        ended = time.monotonic()
    after = await place.bot.read()
    return Burst(ended - began, after.used_seconds - before.used_seconds)


def _written(place: Place, texts: Sequence[str]) -> tuple[list[Message], list[str]]:
    """Messages in the world, of which the bot has heard nothing yet, and how it will."""
    gateway = place.sandbox.gateway
    session = gateway.connected[0]
    messages, frames = [], []
    place.sandbox.world.listeners.remove(gateway.publish)
    try:
        for spot, text in zip(place.spots(len(texts)), texts, strict=True):
            message = spot.channel.add_message(spot.person.user, text)
            event = events.message_changed("MESSAGE_CREATE", message)
            session.sequence += 1
            frame = {"op": int(Op.DISPATCH), "t": event.name, "s": session.sequence, "d": event.data(True)}
            messages.append(message)
            frames.append(json.dumps(frame))
    finally:
        place.sandbox.world.listeners.append(gateway.publish)
    return messages, frames
