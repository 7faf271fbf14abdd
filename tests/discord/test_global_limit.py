"""Discord's 50 requests a second: who was refused does not storm it again."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from sandbox.community import Community
from sandbox.ratelimits import GLOBAL_PER_SECOND

MANY = 140


async def test_what_was_refused_leaves_one_by_one(community: Community) -> None:
    """In real time, as the limit is."""
    bot, rest = community.bot, community.sandbox.rest
    assert bot is not None
    rooms = [community.guild.add_channel(f"room-{number}") for number in range(MANY)]
    await community.settled()
    rest.rate_limits.enabled = True
    began, before = time.monotonic(), len(rest.requests)
    await asyncio.gather(*(bot.get_partial_messageable(room.id).send("hello") for room in rooms))
    took = time.monotonic() - began

    assert [message.text for room in rooms for message in room.messages] == ["hello"] * MANY
    answers = [request.status for request in rest.requests][before:]
    refused = answers.count(HTTPStatus.TOO_MANY_REQUESTS)
    assert 0 < refused <= MANY - GLOBAL_PER_SECOND, "each once at most"
    assert took > (MANY - 2 * GLOBAL_PER_SECOND) / GLOBAL_PER_SECOND


async def test_a_press_is_answered_meanwhile(community: Community) -> None:
    bot, rest = community.bot, community.sandbox.rest
    assert bot is not None
    rooms = [community.guild.add_channel(f"room-{number}") for number in range(MANY)]
    await community.settled()
    rest.rate_limits.enabled = True
    sending = asyncio.gather(*(bot.get_partial_messageable(room.id).send("hello") for room in rooms))
    await community.sandbox.until(
        lambda: any(request.status == HTTPStatus.TOO_MANY_REQUESTS for request in rest.requests), what="a refusal"
    )
    helped = await community.ada.command("help")
    assert helped.text
    assert not sending.done()
    await sending
