"""Scheduled events on the page, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.server import Sandbox
from sandbox.state.guild import Guild
from sandbox.state.kinds import EventKind
from tests.sandbox.page.page_client import Browser, Refused


def with_event(**attributes: Any) -> Callable[[dict[str, Any]], bool]:
    """Whether the server has an event with these attributes."""
    return lambda told: any({**shown, **attributes} == shown for shown in told["guild"]["events"])


async def test_an_event_comes_changes_and_goes(browser: Browser, guild: Guild, sandbox: Sandbox) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    start = sandbox.clock.now() + timedelta(hours=1)
    meeting = guild.add_scheduled_event(
        sandbox.bot, "BERT", start=start, end=start + timedelta(hours=1), location="the thread"
    )
    told = await ada.event("guild", with_event(name="BERT"))
    shown = told["guild"]["events"][0]
    assert (shown["name"], shown["user_count"], shown["interested"]) == ("BERT", 0, False)
    about = {"guild_id": str(guild.id), "event_id": str(meeting.id)}
    await ada.ask("interested", **about, **{"is": True})
    counted = await grace.event("guild", with_event(user_count=1))
    assert counted["guild"]["events"][0]["interested"] is False
    own = await ada.event("guild", with_event(user_count=1))
    assert own["guild"]["events"][0]["interested"] is True
    await ada.ask("interested", **about, **{"is": False})
    assert meeting.interested == {}
    sandbox.clock.jump_to(start)
    await grace.event("guild", with_event(status=2))
    before = len(grace.events)
    meeting.delete()
    await grace.event("guild", lambda event: event["guild"]["events"] == [], after=before)
    with pytest.raises(Refused, match="not there"):
        await ada.ask("interested", **about, **{"is": True})


async def test_an_event_in_a_hidden_channel_is_not_shown(browser: Browser, guild: Guild, sandbox: Sandbox) -> None:
    staff = guild.add_channel("staff", kind="voice", overwrites={"everyone": ["view_channel"]})
    start = sandbox.clock.now() + timedelta(hours=1)
    secret = guild.add_scheduled_event(sandbox.bot, "Secret", start=start, kind=EventKind.VOICE, channel=staff)
    ada = await browser.open(guild.member("Ada"))
    assert ada.of("hello")[0]["guilds"][0]["events"] == []
    with pytest.raises(Refused, match="not there"):
        await ada.ask("interested", guild_id=str(guild.id), event_id=str(secret.id), **{"is": True})
