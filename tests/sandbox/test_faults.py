"""Rate limits, outages and lost answers, as the real discord.py meets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from sandbox.faults import Fault
from sandbox.ratelimits import RateLimits
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.small_bot import Api, SmallBot, running

SEND = "/channels/{channel_id}/messages"


@pytest.fixture
async def limited(sandbox: Sandbox, papers: Channel) -> AsyncIterator[SmallBot]:
    sandbox.rest.rate_limits.enabled = True
    async with running(sandbox) as bot:
        yield bot


async def test_library_keeps_to_the_limits(limited: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    message = await guild.member("Ada").post(papers, "hello")
    channel = limited.get_channel(papers.id)
    assert isinstance(channel, discord.TextChannel)
    partial = channel.get_partial_message(message.id)
    await asyncio.gather(*(partial.add_reaction(emoji) for emoji in "👍🎉🚀"))
    assert set(message.reactions) == {"👍", "🎉", "🚀"}
    assert 429 not in {request.status for request in sandbox.requests}


async def test_too_many_requests(sandbox: Sandbox, api: Api, guild: Guild, papers: Channel) -> None:
    sandbox.rest.rate_limits.enabled = True
    url = f"{sandbox.api_url}/channels/{papers.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with aiohttp.ClientSession(headers=headers) as client:
        for left in (4, 3, 2, 1, 0):
            async with client.post(url, json={"content": "a"}) as response:
                assert response.status == 200
                assert response.headers["X-RateLimit-Remaining"] == str(left)
        async with client.post(url, json={"content": "a"}) as response:
            assert response.status == 429
            assert response.headers["Via"]
            assert 0 < float(response.headers["Retry-After"]) <= 5
            assert (await response.json())["global"] is False
        other = guild.add_channel("other")
        async with client.post(url.replace(str(papers.id), str(other.id)), json={"content": "a"}) as response:
            assert response.status == 200
    assert len(papers.messages) == 5


def test_global_limit() -> None:
    limits = RateLimits()
    verdicts = [limits.count("GET", "/channels/{channel_id}", {"channel_id": str(n)}) for n in range(120)]
    refused = [verdict for verdict in verdicts if verdict.wait is not None]
    assert refused
    assert all(verdict.is_global for verdict in refused)
    for method, answer in (
        ("POST", "/interactions/{interaction_id}/{token}/callback"),
        ("POST", "/webhooks/{application_id}/{token}"),
        ("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}"),
    ):
        assert limits.count(method, answer, {"token": "a"}).wait is None


async def test_one_429_is_retried_by_the_library(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    with sandbox.faults.during(Fault(method="POST", path="/messages", status=429, retry_after=0.01, times=1)):
        await room.send("hello")
    assert [request.status for request in sandbox.requests_to("POST", SEND)] == [429, 200]
    assert len(papers.messages) == 1


async def test_lost_answer(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    fault = Fault(method="POST", path="/messages", reset=True, after_work=True, times=1)
    with sandbox.faults.during(fault), pytest.raises(aiohttp.ClientError):
        await room.send("hello", nonce="1")
    assert [message.text for message in papers.messages] == ["hello"]
    await room.send("hello", nonce="1")
    assert len(papers.messages) == 1


async def test_reset_before_anything_happened(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    fault = Fault(method="POST", path="/messages", reset=True)
    with sandbox.faults.during(fault), pytest.raises(aiohttp.ClientError):
        await room.send("hello")
    assert papers.messages == []


async def test_held_request(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    with sandbox.held("POST", "/messages") as release:
        sending = asyncio.create_task(room.send("hello"))
        await sandbox.until(lambda: sandbox.rest.in_progress, what="the request")
        assert papers.messages == []
        release.set()
        await sending
    assert len(papers.messages) == 1


async def test_held_answer(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    with sandbox.held("POST", "/messages", after_work=True) as release:
        sending = asyncio.create_task(room.send("hello"))
        await papers.next_message()
        assert not sending.done()
        release.set()
        await sending
    assert len(papers.messages) == 1


async def test_outage(room: discord.TextChannel, sandbox: Sandbox) -> None:
    with sandbox.outage():
        with pytest.raises(discord.DiscordServerError):
            await room.send("hello")
        async with aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await client.ws_connect(sandbox.gateway_url)
    await room.send("hello")


async def test_waiting_in_vain_says_for_what(sandbox: Sandbox, guild: Guild, papers: Channel) -> None:
    await guild.member("Ada").post(papers, "hello")
    with pytest.raises(AssertionError, match=r"(?s)a message by Paper Club in #papers.*Ada: 'hello'"):
        await papers.next_message(seconds=0.01)


async def test_settling_waits_for_handlers(bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    done: list[str] = []

    @bot.listen("on_message")
    async def slowly(message: discord.Message) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        done.append(message.content)

    await guild.member("Ada").post(papers, "hello")
    await sandbox.settled()
    assert done == ["hello"]
    with pytest.raises(AssertionError, match="quiet"):
        await sandbox.settled(also=lambda: False, seconds=0.01)
