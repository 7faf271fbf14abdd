"""Discord's 50 requests a second: who was refused does not storm it again."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Any

from sandbox.community import Community
from sandbox.ratelimits import GLOBAL_PER_SECOND
from sandbox.state.channel import Channel

MANY = 140


async def rooms_with_limits(community: Community) -> list[Channel]:
    """So many that the limit of each is never met, only that of all. In real time, as the limits are."""
    rooms = [community.guild.add_channel(f"room-{number}") for number in range(MANY)]
    await community.settled()
    community.sandbox.rest.rate_limits.enabled = True
    return rooms


def say_hello(community: Community, rooms: list[Channel]) -> asyncio.Future[list[Any]]:
    bot = community.bot
    assert bot is not None
    return asyncio.gather(*(bot.get_partial_messageable(room.id).send("hello") for room in rooms))


async def test_what_was_refused_leaves_one_by_one(community: Community) -> None:
    rooms, requests = await rooms_with_limits(community), community.sandbox.rest.requests
    began, before = time.monotonic(), len(requests)
    await say_hello(community, rooms)
    took = time.monotonic() - began

    assert [message.text for room in rooms for message in room.messages] == ["hello"] * MANY
    refused = [request.status for request in requests][before:].count(HTTPStatus.TOO_MANY_REQUESTS)
    assert 0 < refused <= MANY - GLOBAL_PER_SECOND, "each once at most"
    assert took > (MANY - 2 * GLOBAL_PER_SECOND) / GLOBAL_PER_SECOND


async def test_a_press_is_answered_meanwhile(community: Community) -> None:
    rooms, requests = await rooms_with_limits(community), community.sandbox.rest.requests
    sending = say_hello(community, rooms)
    await community.sandbox.until(
        lambda: any(request.status == HTTPStatus.TOO_MANY_REQUESTS for request in requests), what="a refusal"
    )
    helped = await community.ada.command("help")
    assert helped.text
    assert not sending.done()
    await sending
