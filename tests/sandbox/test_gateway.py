"""Sessions, intents, shards, and coming back after a drop, with the real discord.py."""

from __future__ import annotations

import json

import aiohttp
import discord
import pytest

from sandbox.server import Sandbox
from sandbox.sessions import Close, Op
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.small_bot import SmallBot, running


def contents(bot: SmallBot) -> list[str]:
    return [heard.content for kind, heard in bot.heard if kind == "message"]


async def test_resumes_and_hears_what_it_missed(bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    ada = guild.member("Ada")
    session = sandbox.gateway.sessions[0]
    await sandbox.disconnect()
    await sandbox.until(lambda: not sandbox.gateway.connected, what="the drop")
    asked = await ada.post(papers, "ping")
    assert (await papers.next_message(after=asked)).text == "pong"
    assert sandbox.gateway.sessions == [session]
    assert bot.events().count("READY") == 1
    assert "RESUMED" in bot.events()


@pytest.mark.parametrize("resumable", [True, False])
async def test_invalid_session(bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox, resumable: bool) -> None:
    session = sandbox.gateway.sessions[0]
    sandbox.gateway.invalidate(resumable=resumable)
    await sandbox.until(lambda: bot.events()[-1] in ("RESUMED", "READY", "GUILD_CREATE"), what="the bot to come back")
    await sandbox.until_connected()
    assert (sandbox.gateway.sessions == [session]) is resumable
    asked = await guild.member("Ada").post(papers, "ping")
    assert (await papers.next_message(after=asked)).text == "pong"


async def test_a_session_that_missed_too_much_is_invalid(
    bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox
) -> None:
    (session,) = sandbox.gateway.sessions
    sandbox.gateway.refuses_connections = True
    await sandbox.disconnect()
    await sandbox.until(lambda: not sandbox.gateway.connected, what="the drop")
    for number in range(session.sent.maxlen or 0):
        await guild.member("Ada").post(papers, f"word {number}")
    assert session.remembers(session.sequence - len(session.sent))
    await guild.member("Ada").post(papers, "one too many")
    sandbox.gateway.refuses_connections = False
    await sandbox.until_connected()
    assert session not in sandbox.gateway.sessions
    assert "RESUMED" not in bot.events()


async def test_reconnects_when_asked(bot: SmallBot, sandbox: Sandbox) -> None:
    sandbox.gateway.request_reconnect()
    await sandbox.until(lambda: "RESUMED" in bot.events(), what="a resumed session")


async def test_goodbye_ends_the_session(sandbox: Sandbox, guild: Guild, papers: Channel) -> None:
    async with running(sandbox):
        assert len(sandbox.gateway.sessions) == 1
    await sandbox.until(lambda: not sandbox.gateway.sessions, what="the end of the session")
    await guild.member("Ada").post(papers, "while it was away")
    await sandbox.settled()
    async with running(sandbox) as back:
        assert back.heard_messages() == []


async def test_two_shards_share_the_servers(sandbox: Sandbox) -> None:
    sandbox.gateway.shard_count = 2
    guilds = [sandbox.add_guild(f"Group {number}") for number in range(6)]
    channels = [guild.add_channel("papers") for guild in guilds]
    async with running(sandbox) as bot:
        assert sorted(session.shard for session in sandbox.gateway.sessions) == [0, 1]
        for guild, channel in zip(guilds, channels, strict=True):
            known = bot.get_guild(guild.id)
            assert known is not None
            assert known.shard_id == (guild.id >> 22) % 2
            asked = await guild.add_member("Ada").post(channel, "ping")
            await channel.next_message(after=asked)


async def test_content_is_withheld_without_the_intent(sandbox: Sandbox, guild: Guild, papers: Channel) -> None:
    sandbox.world.application.message_content = False
    ada = guild.member("Ada")
    async with running(sandbox, intents=discord.Intents.default()) as bot:
        hidden = await ada.post(papers, "a secret", attachments={"a.txt": b"a"}, embeds=[{"title": "a"}])
        await ada.post(papers, f"hello {sandbox.bot.mention}")
        await sandbox.settled()
        assert contents(bot) == ["", f"hello {sandbox.bot.mention}"]
        withheld = bot.heard_messages()[0]
        assert (withheld.attachments, withheld.embeds) == ([], [])
        channel = bot.get_channel(papers.id)
        assert isinstance(channel, discord.TextChannel)
        fetched = await channel.fetch_message(hidden.id)
        assert fetched.content == ""


async def test_hears_only_what_it_can_see_and_asked_for(sandbox: Sandbox, guild: Guild, papers: Channel) -> None:
    hidden = guild.add_channel("staff", overwrites={"bot": ["view_channel"]})
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    async with running(sandbox, intents=intents) as bot:
        await guild.member("Grace").post(hidden, "not for the bot")
        seen = await guild.member("Ada").post(papers, "for the bot")
        await guild.member("Ada").react(seen, "👍")
        await sandbox.settled()
        assert contents(bot) == ["for the bot"]
        assert "MESSAGE_REACTION_ADD" not in bot.events()


async def test_refused_intent(sandbox: Sandbox, guild: Guild) -> None:
    sandbox.world.application.message_content = False
    with sandbox.expect_refusal(Close.DISALLOWED_INTENTS), pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(sandbox):
            pass


async def test_refused_token(sandbox: Sandbox) -> None:
    bot = SmallBot()
    with sandbox.expect_refusal(0) as refusals, pytest.raises(discord.LoginFailure):
        async with bot:
            await bot.login("wrong")
    assert len(refusals.seen) == 1


IDENTIFY = {"op": 2, "d": {"token": "TOKEN", "intents": 0, "properties": {}}}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["no json"], Close.DECODE_ERROR),
        ([{"op": 99}], Close.UNKNOWN_OPCODE),
        ([{"op": 3, "d": {}}], Close.NOT_AUTHENTICATED),
        ([{"op": 2, "d": {"token": "other", "intents": 0}}], Close.WRONG_TOKEN),
        ([IDENTIFY, IDENTIFY], Close.ALREADY_AUTHENTICATED),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 0, "shard": [2, 2]}}], Close.INVALID_SHARD),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 0, "shard": [0, 1]}}], Close.SHARDING_REQUIRED),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1 << 30, "shard": [0, 2]}}], Close.INVALID_INTENTS),
        ([{"op": 2, "d": {"token": "TOKEN", "intents": 1 << 1, "shard": [0, 2]}}], Close.DISALLOWED_INTENTS),
    ],
)
async def test_close_codes(sandbox: Sandbox, frames: list[object], code: Close) -> None:
    sandbox.gateway.shard_count = 2 if code not in (Close.ALREADY_AUTHENTICATED,) else 1
    with sandbox.expect_refusal(code):
        async with aiohttp.ClientSession() as client, client.ws_connect(sandbox.gateway_url) as socket:
            for frame in frames:
                text = frame if isinstance(frame, str) else json.dumps(frame)
                await socket.send_str(text.replace("TOKEN", sandbox.token))
            while not socket.closed:
                await socket.receive(timeout=5)
            assert socket.close_code == code


async def test_heartbeats_are_acknowledged(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as client, client.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == Op.HELLO
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == Op.ACK


async def test_joining_and_leaving_a_server(bot: SmallBot, sandbox: Sandbox) -> None:
    guild = sandbox.add_guild("Second")
    await sandbox.settled()
    assert bot.get_guild(guild.id) is not None
    guild.kick_bot()
    await sandbox.settled()
    assert bot.get_guild(guild.id) is None
    before = bot.events()
    guild.add_role("later")
    await guild.add_member("Eve").post(guild.add_channel("alone"), "unheard")
    await sandbox.settled()
    assert bot.events() == before
