"""What `check` asks Discord, without starting the bot: four requests that change nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import aiohttp
import discord

from bot.check.finding import Finding
from bot.posting.permissions import NEEDED, words
from bot.settings import Settings

PORTAL = "https://discord.com/developers/applications"

# GATEWAY_MESSAGE_CONTENT (bots in many servers) and GATEWAY_MESSAGE_CONTENT_LIMITED (all others),
# docs.discord.com/developers/resources/application, "Application Flags".
_MESSAGE_CONTENT = 1 << 18 | 1 << 19

# The form that docs.discord.com/developers/reference asks for, "User Agent".
_USER_AGENT = "DiscordBot (paper-club, 0)"


_NAMED = 3


class _ProbeError(Exception):
    """Discord did not give what was asked for; `refused`: because of the token."""

    def __init__(self, words: str, *, refused: bool = False) -> None:
        super().__init__(words)
        self.refused = refused


async def probe_discord(settings: Settings, *, timeout_seconds: float) -> AsyncIterator[Finding]:
    """Findings on the token, the message content intent, the gateway, and the permissions in the servers."""
    async with aiohttp.ClientSession(
        headers={
            "Authorization": f"Bot {settings.discord_token.get_secret_value()}",
            "User-Agent": _USER_AGENT,
        },
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
    ) as session:
        for what, path, shape, read in (
            ("token", "/users/@me", dict, _token),
            ("intents", "/applications/@me", dict, _intents),
            ("gateway", "/gateway/bot", dict, _gateway),
        ):
            try:
                yield read(await _get(session, settings.discord_api_url + path, shape))
            except _ProbeError as trouble:
                yield Finding("FAIL", what, str(trouble), refused=trouble.refused)
                if trouble.refused:
                    return
        try:
            yield _permissions(await _get(session, settings.discord_api_url + "/users/@me/guilds", list))
        except _ProbeError as trouble:  # nothing that keeps the bot from running
            yield Finding("off", "permissions", str(trouble))


async def _get(session: aiohttp.ClientSession, address: str, shape: type) -> Any:
    try:
        async with session.get(address, allow_redirects=False) as response:
            if response.status == HTTPStatus.UNAUTHORIZED:
                words = f"Discord refuses DISCORD_TOKEN; make a new one at {PORTAL}, page Bot"
                raise _ProbeError(words, refused=True)
            if response.status != HTTPStatus.OK:
                words = f"Discord answered {response.status}; try again later, see https://discordstatus.com"
                raise _ProbeError(words)
            answer = await response.json()
    except TimeoutError:
        raise _ProbeError("no answer in time; is DISCORD_API_URL right, is there a firewall?") from None
    except (aiohttp.ClientError, ValueError) as error:
        raise _ProbeError(f"no answer ({type(error).__name__}); is DISCORD_API_URL right?") from None
    if not isinstance(answer, shape):
        raise _ProbeError("this answer is not Discord's; is DISCORD_API_URL right?")
    return answer


def _token(user: dict[str, Any]) -> Finding:
    return Finding("ok", "token", f"signed in as {user.get('username', 'a bot without a name')}")


def _intents(application: dict[str, Any]) -> Finding:
    if int(application.get("flags") or 0) & _MESSAGE_CONTENT:
        return Finding("ok", "intents", "message content is allowed")
    return Finding(
        "off",
        "intents",
        f"links in messages stay unseen, commands work; switch on 'Message Content Intent' at {PORTAL}, page Bot",
    )


def _gateway(gateway: dict[str, Any]) -> Finding:
    starts = gateway.get("session_start_limit") or {}
    left, shards = starts.get("remaining", 0), gateway.get("shards", 1)
    if left < 1:
        hours = starts.get("reset_after", 0) / 3_600_000  # given in milliseconds
        return Finding("FAIL", "gateway", f"too many starts in a day; try again in {hours:.1f} h")
    return Finding("ok", "gateway", f"{left} connections left today; Discord recommends SHARD_COUNT {shards}")


def _permissions(servers: list[dict[str, Any]]) -> Finding:
    """What the bot may do in each server (the first 200); single channels may differ, /settings show tells."""
    short: dict[str, list[str]] = {}
    for server in servers:
        mine = discord.Permissions(int(server.get("permissions") or 0))
        for name in NEEDED:
            if not (mine.administrator or getattr(mine, name)):
                short.setdefault(words(name), []).append(str(server.get("name", "a server without a name")))
    if not short:
        return Finding(
            "ok", "permissions", f"all there in {len(servers)} {'server' if len(servers) == 1 else 'servers'}"
        )
    lacking = "; ".join(f"{name} in {_some(where)}" for name, where in short.items())
    return Finding("off", "permissions", f"missing: {lacking}. Invite the bot again with the link of README.md")


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
