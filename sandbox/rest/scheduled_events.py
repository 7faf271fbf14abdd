"""Scheduled events of a server."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sandbox import bodies, payloads, scheduling
from sandbox.errors import Code, FieldProblem, invalid_form, refusal
from sandbox.permissions import Permission
from sandbox.rest.bodies import refuse_problems
from sandbox.rest.routes import NO_CONTENT, Call, Json, Reply, Routes
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.kinds import ChannelKind, EventKind, EventStatus
from sandbox.state.scheduled_event import MOST_UNFINISHED, ScheduledEvent
from sandbox.state.users import Member

routes = Routes()

_EVENTS = "/guilds/{guild_id}/scheduled-events"
_EVENT = _EVENTS + "/{event_id}"
_PLACES = {EventKind.STAGE: ChannelKind.STAGE, EventKind.VOICE: ChannelKind.VOICE}


@routes("GET", _EVENTS)
async def list_events(call: Call) -> Reply:
    counted = call.flag("with_user_count")
    visible = [event for event in call.guild().scheduled_events if event.bot_can_view]
    return Reply(body=[payloads.scheduled_event(event, with_count=counted) for event in visible])


@routes("POST", _EVENTS)
async def create(call: Call) -> Reply:
    guild, body = call.guild(), call.json
    refuse_problems(bodies.event_problems(body, now=call.world.clock.now()))
    _refuse_recurrence(body)
    kind = EventKind(body["entity_type"])
    attributes = _attributes(call, guild, body, kind)
    channel = attributes["channel"]
    _refuse_missing(scheduling.missing_to_create(_bot(guild), kind, channel), channel)
    if sum(not event.is_finished for event in guild.scheduled_events) >= MOST_UNFINISHED:
        raise refusal(Code.TOO_MANY_EVENTS)
    event = guild.add_scheduled_event(call.world.bot, **attributes)
    return Reply(body=payloads.scheduled_event(event))


@routes("GET", _EVENT)
async def one_event(call: Call) -> Reply:
    return Reply(body=payloads.scheduled_event(_event(call), with_count=call.flag("with_user_count")))


@routes("PATCH", _EVENT)
async def modify(call: Call) -> Reply:
    event, body = _event(call), call.json
    _refuse_missing(scheduling.missing_to_change(_bot(event.guild), event), event.channel)
    if event.is_finished:
        raise refusal(Code.FINISHED_EVENT)
    before, now = payloads.scheduled_event(event), call.world.clock.now()
    refuse_problems(bodies.event_change_problems(body, before=before, now=now))
    _refuse_recurrence(body)
    kind = EventKind(body.get("entity_type") or event.kind)
    attributes = _attributes(call, event.guild, body, kind)
    channel = attributes.get("channel", event.channel)
    _refuse_missing(scheduling.missing_to_change(_bot(event.guild), event, kind=kind, channel=channel), channel)
    event.change(**attributes)
    return Reply(body=payloads.scheduled_event(event))


@routes("DELETE", _EVENT)
async def delete(call: Call) -> Reply:
    event = _event(call)
    _refuse_missing(scheduling.missing_to_change(_bot(event.guild), event), event.channel)
    event.delete()
    return NO_CONTENT


@routes("GET", _EVENT + "/users")
async def interested_users(call: Call) -> Reply:
    """In ascending order of their ids; `before` wins over `after`, and gives those nearest to it
    (developers/resources/guild-scheduled-event#get-guild-scheduled-event-users)."""
    event, limit, with_member = _event(call), call.number("limit", 100, 1, 100), call.flag("with_member")
    before, after = call.snowflake("before"), call.snowflake("after") or 0
    users = [user for _, user in sorted(event.interested.items())]
    if before is not None:
        page = [user for user in users if user.id < before][-limit:]
    else:
        page = [user for user in users if user.id > after][:limit]
    return Reply(body=[payloads.interest(event, user, with_member=with_member) for user in page])


def _event(call: Call) -> ScheduledEvent:
    """The event in the address; one in a channel is for those who see the channel."""
    guild, event_id = call.guild(), call.id("event_id")
    event = guild.find_scheduled_event(event_id)
    if event is None:
        raise refusal(Code.UNKNOWN_EVENT, gone=event_id in call.world.gone)
    if not event.bot_can_view:
        raise refusal(Code.MISSING_ACCESS)
    return event


def _bot(guild: Guild) -> Member:
    return guild.members[guild.world.bot.id]


def _refuse_missing(missing: Permission, channel: Channel | None) -> None:
    if missing and channel is not None and not channel.bot_can_view:
        raise refusal(Code.MISSING_ACCESS)
    if missing:
        raise refusal(Code.MISSING_PERMISSIONS)


def _refuse_recurrence(body: Json) -> None:
    """Said aloud, since Discord would take it."""
    if body.get("recurrence_rule") is not None:
        raise invalid_form(FieldProblem("recurrence_rule", "the sandbox has no events that recur"))


def _attributes(call: Call, guild: Guild, body: Json, kind: EventKind) -> Json:
    """The attributes of `ScheduledEvent` that a body without problems sets for an event of this kind."""
    made: Json = {}
    for key, (attribute, convert) in _TAKEN.items():
        if body.get(key) is not None:
            made[attribute] = convert(body[key])
        elif key in body and key in _CLEARED_BY_NULL:
            made[attribute] = None
    if kind is EventKind.EXTERNAL:
        made["channel"] = None
        if body.get("entity_metadata"):
            made["location"] = body["entity_metadata"]["location"]
    else:
        made["location"] = None  # a change discards `entity_metadata` without a word, says the documentation
        if body.get("channel_id") is not None:
            made["channel"] = _place(call, guild, int(body["channel_id"]), kind)
    return made


def _place(call: Call, guild: Guild, channel_id: int, kind: EventKind) -> Channel:
    channel = call.world.channels.get(channel_id)
    if channel is None or channel.guild is not guild:
        raise refusal(Code.UNKNOWN_CHANNEL, gone=channel_id in call.world.gone)
    if channel.kind is not _PLACES[kind]:
        raise refusal(Code.WRONG_CHANNEL_TYPE)
    return channel


def _hash(image: str) -> str:
    """The same for the same cover, as long as Discord's."""
    return sha256(image.encode()).hexdigest()[:32]


_TAKEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "name": ("name", str),
    "description": ("description", str),
    "scheduled_start_time": ("start", bodies.instant),
    "scheduled_end_time": ("end", bodies.instant),
    "entity_type": ("kind", EventKind),
    "status": ("status", EventStatus),
    "image": ("image", _hash),
}
_CLEARED_BY_NULL = ("description", "scheduled_end_time", "image")
