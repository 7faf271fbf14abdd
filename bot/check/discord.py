"""What `check` asks Discord, without starting the bot: four requests that change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Literal

import aiohttp
import discord

from bot.check.clock import compare
from bot.check.finding import FAILED, REFUSED, Finding
from bot.clock import Clock
from bot.posting.permissions import FOR_THE_WEEK, NEEDED, words
from bot.settings import Settings

PORTAL = "https://discord.com/developers/applications"

# GATEWAY_MESSAGE_CONTENT (bots in many servers) and GATEWAY_MESSAGE_CONTENT_LIMITED (all others),
# docs.discord.com/developers/resources/application, "Application Flags".
_MESSAGE_CONTENT = 1 << 18 | 1 << 19

# The form that docs.discord.com/developers/reference asks for, "User Agent".
_USER_AGENT = "DiscordBot (paper-club, 0)"


_NAMED = 3
"""Servers that are named for each missing permission."""


class _ProbeError(Exception):
    """Discord did not give what was asked for; `refused`: because of the token."""

    def __init__(self, words: str, *, refused: bool = False) -> None:
        super().__init__(words)
        self.refused = refused


class _Asker:
    """Asks Discord, and compares the clocks by its first answer."""

    def __init__(self, session: aiohttp.ClientSession, address: str, clock: Clock) -> None:
        self._session = session
        self._address = address
        self._clock = clock
        self.clock_finding = Finding("warn", "clock", "cannot be compared with Discord's while it does not answer")
        self._compared = False

    async def ask(self, path: str, shape: type) -> Any:
        """Raises _ProbeError."""
        asked_at = self._clock.now()
        try:
            async with self._session.get(self._address + path, allow_redirects=False) as response:
                if not self._compared:
                    self._compared = True
                    self.clock_finding = compare(response.headers.get("Date"), asked_at, self._clock.now())
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


async def probe_discord(settings: Settings, clock: Clock, *, timeout_seconds: float) -> list[Finding]:
    """Findings on the token, then on intents, gateway, permissions, privacy policy and the clock. With a token that
    is refused, or no answer at all, nothing more is asked."""
    async with aiohttp.ClientSession(
        headers={
            "Authorization": f"Bot {settings.discord_token.get_secret_value()}",
            "User-Agent": _USER_AGENT,
        },
        timeout=aiohttp.ClientTimeout(total=timeout_seconds / 2),  # two rounds
    ) as session:
        asker = _Asker(session, settings.discord_api_url, clock)
        try:
            token = _token(await asker.ask("/users/@me", dict))
        except _ProbeError as trouble:
            code = REFUSED if trouble.refused else FAILED
            return [Finding("fail", "token", str(trouble), code), asker.clock_finding]
        application, gateway, servers = await asyncio.gather(
            _each(asker, "/applications/@me", dict, {"intents": _intents, "policy": _policy}),
            _each(asker, "/gateway/bot", dict, {"gateway": _gateway}),
            # what is missing there keeps no bot from running
            _each(asker, "/users/@me/guilds", list, {"permissions": _permissions}, verdict="warn"),
        )
        return [token, application[0], *gateway, *servers, *application[1:], asker.clock_finding]


async def _each(
    asker: _Asker,
    path: str,
    shape: type,
    readers: Mapping[str, Callable[[Any], Finding]],
    *,
    verdict: Literal["warn", "fail"] = "fail",
) -> list[Finding]:
    try:
        answer = await asker.ask(path, shape)
    except _ProbeError as trouble:
        first = next(iter(readers))
        return [Finding(verdict, first, str(trouble), REFUSED if trouble.refused else FAILED)]
    return [read(answer) for read in readers.values()]


def _token(user: dict[str, Any]) -> Finding:
    return Finding("ok", "token", f"signed in as {user.get('username', 'a bot without a name')}")


def _intents(application: dict[str, Any]) -> Finding:
    if int(application.get("flags") or 0) & _MESSAGE_CONTENT:
        return Finding("ok", "intents", "message content is allowed")
    return Finding(
        "warn",
        "intents",
        f"links in messages stay unseen, commands work; switch on 'Message Content Intent' at {PORTAL}, page Bot",
    )


def _policy(application: dict[str, Any]) -> Finding:
    """Asked for by Discord's Developer Terms, 5(a); PRIVACY.md is one to publish."""
    if application.get("privacy_policy_url"):
        return Finding("ok", "policy", "the portal names a privacy policy")
    return Finding("warn", "policy", f"publish PRIVACY.md and enter its link at {PORTAL}, page General Information")


def _gateway(gateway: dict[str, Any]) -> Finding:
    starts = gateway.get("session_start_limit") or {}
    left, shards = starts.get("remaining", 0), gateway.get("shards", 1)
    if left < 1:
        hours = starts.get("reset_after", 0) / 3_600_000  # given in milliseconds
        return Finding("fail", "gateway", f"too many starts in a day; try again in {hours:.1f} h")
    return Finding("ok", "gateway", f"{left} connections left today; Discord recommends SHARD_COUNT {shards}")


def _permissions(servers: list[dict[str, Any]]) -> Finding:
    """What the bot may do in each server (the first 200); single channels may differ, /settings show tells."""
    short: dict[str, list[str]] = {}
    for server in servers:
        mine = discord.Permissions(int(server.get("permissions") or 0))
        for name in (*NEEDED, *FOR_THE_WEEK):
            if not (mine.administrator or getattr(mine, name)):
                short.setdefault(words(name), []).append(str(server.get("name", "a server without a name")))
    if not short:
        return Finding(
            "ok", "permissions", f"all there in {len(servers)} {'server' if len(servers) == 1 else 'servers'}"
        )
    lacking = "; ".join(f"{name} in {_some(where)}" for name, where in short.items())
    return Finding("warn", "permissions", f"missing: {lacking}. Invite the bot again with the link of README.md")


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
