"""Scheduled events: what the bot makes of them, what members do with them, and what the clock does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import discord
import pytest

from sandbox.commands import NotPossible
from sandbox.openapi import SpecChecker
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.kinds import EventKind, EventStatus
from sandbox.state.scheduled_event import CANCELED_AFTER, MOST_UNFINISHED, ScheduledEvent
from tests.sandbox.small_bot import Api, SmallBot, running

HOUR = timedelta(hours=1)
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(8)


@pytest.fixture
def start(sandbox: Sandbox) -> datetime:
    """Of the meetings, a day from now."""
    return sandbox.clock.now() + timedelta(days=1)


@pytest.fixture
def voice(guild: Guild) -> Channel:
    return guild.add_channel("lounge", kind="voice")


@pytest.fixture
async def meeting(guild: Guild, sandbox: Sandbox, start: datetime) -> ScheduledEvent:
    """The bot's own, somewhere else than on Discord."""
    return guild.add_scheduled_event(sandbox.bot, "BERT", start=start, end=start + HOUR, location="the thread")


@pytest.fixture
async def server(
    bot: SmallBot, guild: Guild, sandbox: Sandbox, spec: SpecChecker | None
) -> AsyncIterator[discord.Guild]:
    """The server as the bot knows it; what the library sent must fit Discord's description."""
    found = bot.get_guild(guild.id)
    assert found is not None
    yield found
    if spec is not None:
        for request in sandbox.requests:
            assert spec.request_problems(request.method, request.path, request.body) == []


async def plan(server: discord.Guild, start: datetime, **more: Any) -> discord.ScheduledEvent:
    return await server.create_scheduled_event(
        name="BERT",
        start_time=start,
        end_time=start + HOUR,
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="https://discord.com/channels/1/2",
        reason="the round is over",
        **more,
    )


def only(guild: Guild) -> ScheduledEvent:
    (event,) = guild.scheduled_events
    return event


async def pass_time(sandbox: Sandbox, until: datetime) -> None:
    """Moves the clock there, and returns when everything has happened that was arranged up to then."""
    reached = asyncio.Event()
    sandbox.world.at(until, reached.set)
    await asyncio.sleep(0)  # it is the last one to sleep, so the last one to wake
    sandbox.clock.jump_to(until)
    await reached.wait()


async def test_the_bot_plans_one_elsewhere(
    server: discord.Guild, guild: Guild, sandbox: Sandbox, start: datetime
) -> None:
    made = await plan(server, start, description="Ada presents", image=PIXEL)
    event = only(guild)
    assert (event.name, event.start, event.end, event.kind) == ("BERT", start, start + HOUR, EventKind.EXTERNAL)
    assert (event.location, event.description) == ("https://discord.com/channels/1/2", "Ada presents")
    assert event.image is not None
    assert made.creator_id == sandbox.bot.id
    await sandbox.settled()
    cached = server.get_scheduled_event(event.id)
    assert cached is not None
    assert (cached.start_time, cached.status, cached.location) == (start, discord.EventStatus.scheduled, event.location)


async def test_the_bot_changes_it(
    server: discord.Guild, guild: Guild, bot: SmallBot, sandbox: Sandbox, start: datetime
) -> None:
    made = await plan(server, start, image=PIXEL)
    changed = await made.edit(name="GPT", description="new", location="elsewhere", start_time=start + HOUR / 2)
    assert (changed.name, changed.location, changed.end_time) == ("GPT", "elsewhere", start + HOUR)
    event = only(guild)
    assert (event.name, event.description, event.start) == ("GPT", "new", start + HOUR / 2)
    assert event.image is not None
    await sandbox.settled()
    assert "GUILD_SCHEDULED_EVENT_UPDATE" in bot.events()
    cached = server.get_scheduled_event(made.id)
    assert cached is not None
    assert cached.name == "GPT"


async def test_the_bot_starts_and_ends_one(server: discord.Guild, guild: Guild, start: datetime) -> None:
    running_now = await (await plan(server, start)).start(reason="early")
    assert only(guild).status is EventStatus.ACTIVE
    await running_now.end()
    assert only(guild).status is EventStatus.COMPLETED


async def test_the_bot_cancels_and_deletes(
    server: discord.Guild, guild: Guild, bot: SmallBot, sandbox: Sandbox, start: datetime
) -> None:
    made = await (await plan(server, start)).cancel()
    assert made.status is discord.EventStatus.cancelled
    await made.delete(reason="tidy")
    assert guild.scheduled_events == []
    await sandbox.settled()
    assert list(server.scheduled_events) == []
    assert "GUILD_SCHEDULED_EVENT_DELETE" in bot.events()
    with pytest.raises(discord.NotFound) as refused:  # no violation: it was there once
        await server.fetch_scheduled_event(made.id)
    assert refused.value.code == 10070


async def test_one_in_a_voice_channel_moves_out(
    server: discord.Guild, guild: Guild, voice: Channel, sandbox: Sandbox, start: datetime
) -> None:
    await sandbox.settled()
    lounge = server.get_channel(voice.id)
    assert isinstance(lounge, discord.VoiceChannel)
    made = await server.create_scheduled_event(
        name="BERT", start_time=start, channel=lounge, privacy_level=discord.PrivacyLevel.guild_only
    )
    assert (only(guild).kind, only(guild).channel) == (EventKind.VOICE, voice)
    renamed = await made.edit(name="GPT")
    moved = await renamed.edit(entity_type=discord.EntityType.external, location="outside", end_time=start + HOUR)
    assert (moved.channel_id, moved.location) == (None, "outside")
    back = await moved.edit(channel=lounge, end_time=None)
    assert (back.channel_id, back.end_time, only(guild).location) == (voice.id, None, None)


async def test_the_clock_starts_and_ends_it(
    meeting: ScheduledEvent, bot: SmallBot, server: discord.Guild, sandbox: Sandbox
) -> None:
    seen = []
    for moment in (meeting.start - HOUR / 60, meeting.start, meeting.start + HOUR / 2, meeting.start + HOUR):
        await pass_time(sandbox, moment)
        seen.append(meeting.status.name)
    assert seen == ["SCHEDULED", "ACTIVE", "ACTIVE", "COMPLETED"]
    await sandbox.settled()
    assert bot.events().count("GUILD_SCHEDULED_EVENT_UPDATE") == 2
    cached = server.get_scheduled_event(meeting.id)
    assert cached is not None
    assert cached.status is discord.EventStatus.completed


async def test_a_leap_past_both_tells_of_both(meeting: ScheduledEvent, bot: SmallBot, sandbox: Sandbox) -> None:
    await pass_time(sandbox, meeting.start + timedelta(days=7))
    await sandbox.settled()
    assert bot.events().count("GUILD_SCHEDULED_EVENT_UPDATE") == 2
    assert meeting.status is EventStatus.COMPLETED


async def test_one_put_off_starts_later(meeting: ScheduledEvent, sandbox: Sandbox) -> None:
    was = meeting.start
    meeting.change(start=was + 2 * HOUR, end=was + 3 * HOUR)
    seen = []
    for hours in (1, 2, 3):
        await pass_time(sandbox, was + hours * HOUR)
        seen.append(meeting.status.name)
    assert seen == ["SCHEDULED", "ACTIVE", "COMPLETED"]


async def test_a_deleted_one_does_not_start(meeting: ScheduledEvent, bot: SmallBot, sandbox: Sandbox) -> None:
    meeting.delete()
    await pass_time(sandbox, meeting.start)
    await sandbox.settled()
    assert "GUILD_SCHEDULED_EVENT_UPDATE" not in bot.events()


async def test_in_a_voice_channel_somebody_must_start_it(
    guild: Guild, voice: Channel, sandbox: Sandbox, start: datetime
) -> None:
    owner = guild.member("Owner")
    forgotten = await owner.schedule("Forgotten", start=start, channel=voice)
    held = await owner.schedule("Held", start=start, end=start + HOUR, channel=voice)
    await pass_time(sandbox, start)
    await owner.start_event(held)
    seen = [forgotten.status.name]
    await pass_time(sandbox, start + CANCELED_AFTER)
    assert [*seen, forgotten.status.name] == ["SCHEDULED", "CANCELED"]
    await owner.end_event(held)  # NotPossible unless it has gone on
    assert held.status is EventStatus.COMPLETED


async def test_two_members_are_interested(
    meeting: ScheduledEvent, server: discord.Guild, bot: SmallBot, guild: Guild, sandbox: Sandbox
) -> None:
    ada, grace = guild.member("Ada"), guild.member("Grace")
    await ada.interested(meeting)
    await ada.interested(meeting)
    await grace.interested(meeting)
    fetched = await server.fetch_scheduled_event(meeting.id)
    assert fetched.user_count == 2
    assert [user.name for user in [user async for user in fetched.users()]] == ["ada", "grace"]
    assert [event.user_count for event in await server.fetch_scheduled_events()] == [2]
    assert (await server.fetch_scheduled_event(meeting.id, with_counts=False)).user_count == 0

    await ada.not_interested(meeting)
    await ada.not_interested(meeting)
    await sandbox.settled()
    assert list(meeting.interested) == [grace.id]
    heard = [name for name in bot.events() if "EVENT_USER" in name]
    assert heard == ["GUILD_SCHEDULED_EVENT_USER_ADD"] * 2 + ["GUILD_SCHEDULED_EVENT_USER_REMOVE"]


async def test_pages_of_the_interested(meeting: ScheduledEvent, guild: Guild, api: Api) -> None:
    ada, grace = guild.member("Ada"), guild.member("Grace")
    await grace.interested(meeting)
    await ada.interested(meeting)
    users = f"/guilds/{guild.id}/scheduled-events/{meeting.id}/users"
    _, full = await api("GET", users + "?with_member=true")
    assert [one["member"]["user"]["id"] for one in full] == [str(ada.id), str(grace.id)]

    async def page(query: str) -> list[int]:
        _, found = await api("GET", f"{users}?{query}")
        assert all("member" not in one for one in found)
        return [int(one["user_id"]) for one in found]

    assert await page("limit=1") == [ada.id]
    assert await page(f"after={ada.id}") == [grace.id]
    assert await page(f"before={grace.id}&after={grace.id}") == [ada.id]


async def test_the_library_knows_who_is_interested(meeting: ScheduledEvent, guild: Guild, sandbox: Sandbox) -> None:
    sandbox.world.application.server_members = True
    async with running(sandbox, intents=discord.Intents(guilds=True, members=True, guild_scheduled_events=True)) as bot:
        told: list[str] = []

        async def on_scheduled_event_user_add(event: discord.ScheduledEvent, user: discord.User) -> None:
            told.append(f"{user.display_name}: {event.name}")

        bot.add_listener(on_scheduled_event_user_add)
        await guild.member("Grace").interested(meeting)
        await sandbox.settled()
        assert told == ["Grace: BERT"]


async def test_without_the_intent_nothing_is_heard(
    meeting: ScheduledEvent, guild: Guild, sandbox: Sandbox, start: datetime
) -> None:
    async with running(sandbox, intents=discord.Intents(guilds=True)) as bot:
        known = bot.get_guild(guild.id)
        assert known is not None
        assert [event.name for event in known.scheduled_events] == ["BERT"]  # those at the start come with the server
        await plan(known, start)
        await guild.member("Ada").interested(meeting)
        meeting.change(name="GPT")
        meeting.delete()
        await sandbox.settled()
        assert [name for name in bot.events() if "SCHEDULED" in name] == []


async def test_resuming_brings_what_was_missed(
    meeting: ScheduledEvent, bot: SmallBot, server: discord.Guild, guild: Guild, sandbox: Sandbox
) -> None:
    await sandbox.disconnect()
    await sandbox.until(lambda: not sandbox.gateway.connected, what="the drop")
    await guild.member("Owner").cancel_event(meeting)
    await sandbox.until(lambda: "RESUMED" in bot.events(), what="the bot to come back")
    await sandbox.settled()
    cached = server.get_scheduled_event(meeting.id)
    assert cached is not None
    assert cached.status is discord.EventStatus.cancelled


async def test_what_the_bot_cannot_see(
    guild: Guild, bot: SmallBot, server: discord.Guild, sandbox: Sandbox, start: datetime
) -> None:
    staff = guild.add_channel("staff", kind="voice", overwrites={"bot": ["view_channel"]})
    secret = await guild.member("Owner").schedule("Secret", start=start, channel=staff)
    await sandbox.settled()
    assert "GUILD_SCHEDULED_EVENT_CREATE" not in bot.events()
    assert await server.fetch_scheduled_events() == []
    with sandbox.expect_refusal(50001), pytest.raises(discord.Forbidden) as refused:
        await server.fetch_scheduled_event(secret.id)
    assert refused.value.code == 50001
    async with running(sandbox) as again:
        known = again.get_guild(guild.id)
        assert known is not None
        assert list(known.scheduled_events) == []


async def test_a_full_server(guild: Guild, api: Api, sandbox: Sandbox, start: datetime) -> None:
    many = [
        guild.add_scheduled_event(sandbox.bot, "BERT", start=start, end=start + HOUR, location="there")
        for _ in range(MOST_UNFINISHED)
    ]
    with sandbox.expect_refusal(30038):
        status, answer = await api("POST", f"/guilds/{guild.id}/scheduled-events", external(start))
    assert (status, answer["code"]) == (400, 30038)
    many[0].change(status=EventStatus.CANCELED)
    status, _ = await api("POST", f"/guilds/{guild.id}/scheduled-events", external(start))
    assert status == 200


def external(start: datetime, **more: Any) -> dict[str, Any]:
    return {
        "name": "BERT",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": start.isoformat(),
        "scheduled_end_time": (start + HOUR).isoformat(),
        "entity_metadata": {"location": "there"},
    } | more


def inside(start: datetime, kind: int, channel: Channel) -> dict[str, Any]:
    return {
        "name": "BERT",
        "privacy_level": 2,
        "entity_type": kind,
        "scheduled_start_time": start.isoformat(),
        "channel_id": str(channel.id),
    }


async def test_refused_bodies(guild: Guild, api: Api, voice: Channel, papers: Channel, sandbox: Sandbox) -> None:
    path, now = f"/guilds/{guild.id}/scheduled-events", sandbox.clock.now()
    start, elsewhere = now + HOUR, sandbox.add_guild("Other").add_channel("voice", kind="voice")
    table: list[tuple[object, int]] = [
        ([], 50035),
        (external(now - HOUR), 50035),
        (external(start, image="data:image/png;base64,???"), 50035),
        (external(start, recurrence_rule={"start": start.isoformat(), "frequency": 2, "interval": 1}), 50035),
        (inside(start, 2, papers), 50024),
        (inside(start, 1, voice), 50024),
        (inside(start, 2, elsewhere), 10003),
        (inside(start, 2, voice) | {"channel_id": "1"}, 10003),
    ]
    for body, code in table:
        with sandbox.expect_refusal(code):
            _, answer = await api("POST", path, body)
        assert answer["code"] == code, body
    assert guild.scheduled_events == []


async def test_refused_changes(meeting: ScheduledEvent, guild: Guild, api: Api, sandbox: Sandbox) -> None:
    path = f"/guilds/{guild.id}/scheduled-events/{meeting.id}"

    async def refused(body: object) -> int:
        with sandbox.expect_refusal(50035, 180000):
            _, answer = await api("PATCH", path, body)
        return int(answer["code"])

    assert await refused({"status": 3}) == 50035
    assert await refused({"name": ""}) == 50035
    assert await refused({"recurrence_rule": {}}) == 50035
    await guild.member("Owner").cancel_event(meeting)
    assert await refused({"name": "GPT"}) == 180000
    assert meeting.name == "BERT"


async def test_unknown_events(guild: Guild, api: Api, sandbox: Sandbox) -> None:
    with sandbox.expect_refusal(10070) as refusals:
        for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
            status, answer = await api(method, f"/guilds/{guild.id}/scheduled-events/1", body)
            assert (status, answer["code"]) == (404, 10070)
    assert len(refusals.seen) == 3


class Allowed(NamedTuple):
    """What of it the bot may do with these permissions beside everyone's."""

    permissions: tuple[str, ...]
    create: bool = False
    change_own: bool = False
    change_others: bool = False


@pytest.mark.parametrize(
    "case",
    [
        Allowed(()),
        Allowed(("create_events",), create=True, change_own=True),
        Allowed(("manage_events",), change_own=True, change_others=True),
        Allowed(("create_events", "manage_events"), create=True, change_own=True, change_others=True),
        Allowed(("administrator",), create=True, change_own=True, change_others=True),
    ],
    ids=lambda case: "+".join(case.permissions) or "nothing",
)
async def test_permissions_elsewhere(
    case: Allowed, meeting: ScheduledEvent, guild: Guild, api: Api, sandbox: Sandbox
) -> None:
    start = meeting.start
    path = f"/guilds/{guild.id}/scheduled-events"
    theirs = await guild.member("Owner").schedule("GPT", start=start, end=start + HOUR, location="there")
    guild.set_bot_permissions(case.permissions)
    with sandbox.expect_refusal(50013):
        created, _ = await api("POST", path, external(start))
        own, _ = await api("PATCH", f"{path}/{meeting.id}", {"name": "T5"})
        others, _ = await api("PATCH", f"{path}/{theirs.id}", {"name": "T5"})
        deleted, _ = await api("DELETE", f"{path}/{theirs.id}")
    assert (created == 200, own == 200, others == 200) == case[1:]
    assert (deleted == 204) is case.change_others


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [(2, "connect"), (2, "create_events"), (1, "manage_channels"), (1, "mute_members"), (1, "move_members")],
)
async def test_permissions_in_a_channel(kind: int, lacking: str, guild: Guild, api: Api, sandbox: Sandbox) -> None:
    start = sandbox.clock.now() + HOUR
    place = guild.add_channel("lounge", kind="voice" if kind == 2 else "stage")
    path = f"/guilds/{guild.id}/scheduled-events"
    needed = {"create_events", "connect", "manage_channels", "mute_members", "move_members"}
    place.set_permission("bot", allow=needed)
    created, answer = await api("POST", path, inside(start, kind, place))
    assert created == 200
    place.set_permission("bot", allow=needed - {lacking}, deny=[lacking, "manage_events"])
    with sandbox.expect_refusal(50013):
        assert (await api("POST", path, inside(start, kind, place)))[0] == 403
        assert (await api("PATCH", f"{path}/{answer['id']}", {"name": "T5"}))[0] == 403
        assert (await api("DELETE", f"{path}/{answer['id']}"))[0] == 403


async def test_moving_needs_the_new_channel_too(
    meeting: ScheduledEvent, voice: Channel, guild: Guild, api: Api, sandbox: Sandbox
) -> None:
    voice.set_permission("bot", deny=["connect"])
    body = {"entity_type": 2, "channel_id": str(voice.id)}
    with sandbox.expect_refusal(50013):
        status, _ = await api("PATCH", f"/guilds/{guild.id}/scheduled-events/{meeting.id}", body)
    assert (status, meeting.kind) == (403, EventKind.EXTERNAL)


async def test_what_members_cannot_do(
    meeting: ScheduledEvent, guild: Guild, voice: Channel, papers: Channel, sandbox: Sandbox
) -> None:
    start = meeting.start
    ada, owner = guild.member("Ada"), guild.member("Owner")
    refused: list[Any] = [
        ada.schedule("No", start=start, end=start + HOUR, location="there"),
        ada.cancel_event(meeting),
        ada.delete_event(meeting),
        owner.schedule("No end", start=start, location="there"),
        owner.schedule("A text channel", start=start, channel=papers),
        owner.schedule("Past", start=sandbox.clock.now() - HOUR, channel=voice),
        owner.end_event(meeting),
    ]
    for attempt in refused:
        with pytest.raises(NotPossible):
            await attempt
    planner = guild.add_member("Linus", permissions=["create_events"])
    own = await planner.schedule("Own", start=start, end=start + HOUR, location="there")
    with pytest.raises(NotPossible, match="MANAGE_EVENTS"):
        await planner.cancel_event(meeting)
    planner.member.timed_out_until = start
    with pytest.raises(NotPossible, match="MANAGE_EVENTS"):
        await planner.cancel_event(own)
    await owner.cancel_event(own)
    with pytest.raises(NotPossible, match="over"):
        await ada.interested(own)
    await owner.delete_event(own)
    with pytest.raises(NotPossible, match="deleted"):
        await ada.not_interested(own)
    assert guild.scheduled_events == [meeting]
