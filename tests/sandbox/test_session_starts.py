"""Discord's limits of IDENTIFY, as the sandbox keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp

from sandbox.clock import VirtualClock
from sandbox.server import Sandbox
from sandbox.session_starts import SessionStarts
from sandbox.sessions import Close, Op
from tests.sandbox.small_bot import Api
from tests.storage.examples import NOW

REFUSED = {"op": int(Op.INVALID_SESSION), "d": False}


async def identify(sandbox: Sandbox, shard: int, of_all: int = 4) -> dict[str, Any] | int | None:
    """What Discord says to it: a frame, or the code with which it hangs up."""
    async with aiohttp.ClientSession() as client, client.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json()
        data = {"token": sandbox.token, "intents": 1, "properties": {}, "shard": [shard, of_all]}
        await socket.send_json({"op": int(Op.IDENTIFY), "d": data})
        answer = await socket.receive()
        return answer.json() if answer.type is aiohttp.WSMsgType.TEXT else socket.close_code


def is_ready(answer: dict[str, Any] | int | None) -> bool:
    return isinstance(answer, dict) and answer.get("t") == "READY"


async def test_one_in_five_seconds_of_each_bucket(sandbox: Sandbox) -> None:
    sandbox.gateway.starts.kept, sandbox.gateway.starts.max_concurrency = True, 2
    assert is_ready(await identify(sandbox, 0))
    assert is_ready(await identify(sandbox, 1))
    assert await identify(sandbox, 2) == REFUSED
    sandbox.clock.advance(5)
    assert is_ready(await identify(sandbox, 2))
    assert [shard for _, shard in sandbox.gateway.starts.accepted] == [0, 1, 2]
    assert "sooner than 5 s" in str(sandbox.violations.pop())


async def test_the_day_has_an_end(sandbox: Sandbox, api: Api) -> None:
    starts = sandbox.gateway.starts
    starts.kept, starts.total = True, 2
    assert is_ready(await identify(sandbox, 0))
    sandbox.clock.advance(3600)
    assert is_ready(await identify(sandbox, 1))
    status, answer = await api("GET", "/gateway/bot")
    assert status == 200
    assert answer["session_start_limit"] == {
        "total": 2,
        "remaining": 0,
        "reset_after": 23 * 3600 * 1000,
        "max_concurrency": 1,
    }
    sandbox.clock.advance(3600)
    with sandbox.expect_refusal(Close.WRONG_TOKEN):
        assert await identify(sandbox, 2) == Close.WRONG_TOKEN


def test_counts_a_day_back() -> None:
    clock = VirtualClock(NOW)
    starts = SessionStarts(clock)
    starts.kept = True
    starts.came_too_soon(0)
    assert starts.remaining == 999
    clock.advance(timedelta(hours=24).total_seconds())
    assert starts.remaining == 1000
