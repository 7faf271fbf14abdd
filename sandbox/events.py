"""What the gateway tells the bot, and which intent each event needs (developers/events/gateway-events)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import payloads
from sandbox.payloads import Json
from sandbox.state.kinds import Intent

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.guild import Guild
    from sandbox.state.message import Message
    from sandbox.state.scheduled_event import ScheduledEvent
    from sandbox.state.users import Member, Role, User


@dataclass(frozen=True)
class Event:
    """`data` gets whether the session may see message content. `intent` is what the session must have asked for; NONE
    goes to every session. `guild_id` decides on the shard; None (direct messages) is shard 0."""

    name: str
    guild_id: int | None
    intent: Intent
    data: Callable[[bool], Json]


def guild_joined(guild: Guild) -> Event:
    payload = payloads.guild_create(guild)
    payload.pop("unavailable")  # tells a join from a guild that comes back
    return _plain("GUILD_CREATE", guild.id, Intent.GUILDS, payload)


def guild_left(guild: Guild) -> Event:
    return _plain("GUILD_DELETE", guild.id, Intent.GUILDS, {"id": str(guild.id)})


def guild_updated(guild: Guild) -> Event:
    return _plain("GUILD_UPDATE", guild.id, Intent.GUILDS, payloads.guild(guild))


def role_changed(name: str, guild: Guild, role: Role) -> Event:
    """`name` is GUILD_ROLE_CREATE or GUILD_ROLE_UPDATE."""
    return _plain(name, guild.id, Intent.GUILDS, {"guild_id": str(guild.id), "role": payloads.role(role)})


def role_deleted(guild: Guild, role: Role) -> Event:
    return _plain("GUILD_ROLE_DELETE", guild.id, Intent.GUILDS, {"guild_id": str(guild.id), "role_id": str(role.id)})


def member_changed(name: str, member: Member) -> Event:
    """`name` is GUILD_MEMBER_ADD or GUILD_MEMBER_UPDATE; the bot hears of its own membership without the intent."""
    guild = member.guild
    own = member is guild.bot_member and name == "GUILD_MEMBER_UPDATE"
    intent = Intent.NONE if own else Intent.GUILD_MEMBERS
    return _plain(name, guild.id, intent, payloads.member(member) | {"guild_id": str(guild.id)})


def member_left(member: Member) -> Event:
    data = {"guild_id": str(member.guild.id), "user": payloads.user(member.user)}
    return _plain("GUILD_MEMBER_REMOVE", member.guild.id, Intent.GUILD_MEMBERS, data)


def channel_changed(name: str, channel: Channel) -> Event:
    """`name` is one of CHANNEL_ and THREAD_ with CREATE, UPDATE, DELETE."""
    data = payloads.channel(channel)
    if name == "THREAD_CREATE":
        data["newly_created"] = True
    elif name == "THREAD_DELETE":
        data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
    return _plain(name, _guild_id(channel), Intent.GUILDS, data)


def thread_members_changed(thread: Channel, *, added: Sequence[int] = (), removed: Sequence[int] = ()) -> Event:
    state = thread.as_thread
    data: Json = {
        "id": str(thread.id),
        "guild_id": str(_guild_id(thread)),
        "member_count": min(50, len(state.joined)),
        "added_members": [payloads.thread_member(thread, user_id, state.joined[user_id]) for user_id in added],
        "removed_member_ids": [str(user_id) for user_id in removed],
    }
    return _plain("THREAD_MEMBERS_UPDATE", _guild_id(thread), Intent.GUILDS, data)


def message_changed(name: str, message: Message) -> Event:
    """`name` is MESSAGE_CREATE or MESSAGE_UPDATE."""
    views = {full: payloads.message_event(message, full=full) for full in (True, False)}
    return Event(name, _guild_id(message.channel), _messages(message.channel), lambda full: views[full])


def message_deleted(message: Message) -> Event:
    data = {"id": str(message.id)} | _place(message.channel)
    return _plain("MESSAGE_DELETE", _guild_id(message.channel), _messages(message.channel), data)


def messages_deleted(channel: Channel, messages: Sequence[Message]) -> Event:
    data: Json = {"ids": [str(message.id) for message in messages]} | _place(channel)
    return _plain("MESSAGE_DELETE_BULK", _guild_id(channel), _messages(channel), data)


def reaction_changed(name: str, message: Message, emoji: str, user_id: int) -> Event:
    """`name` is MESSAGE_REACTION_ADD or MESSAGE_REACTION_REMOVE."""
    guild = message.channel.guild
    data: Json = {
        "user_id": str(user_id),
        "message_id": str(message.id),
        "emoji": payloads.emoji(emoji),
        "burst": False,
        "type": 0,
    } | _place(message.channel)
    if name == "MESSAGE_REACTION_ADD":
        data |= {"message_author_id": str(message.author.id), "burst_colors": []}
        if guild is not None and user_id in guild.members:
            data["member"] = payloads.member(guild.members[user_id])
    intent = Intent.DIRECT_MESSAGE_REACTIONS if guild is None else Intent.GUILD_MESSAGE_REACTIONS
    return _plain(name, _guild_id(message.channel), intent, data)


def pins_changed(channel: Channel) -> Event:
    pins = channel.pins
    data: Json = {"last_pin_timestamp": payloads.instant(pins[0].pinned_at if pins else None)}
    intent = Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILDS
    return _plain("CHANNEL_PINS_UPDATE", _guild_id(channel), intent, data | _place(channel))


def poll_vote(name: str, message: Message, user_id: int, answer_id: int) -> Event:
    """`name` is MESSAGE_POLL_VOTE_ADD or MESSAGE_POLL_VOTE_REMOVE."""
    data = {"user_id": str(user_id), "message_id": str(message.id), "answer_id": answer_id}
    direct = message.channel.guild is None
    intent = Intent.DIRECT_MESSAGE_POLLS if direct else Intent.GUILD_MESSAGE_POLLS
    return _plain(name, _guild_id(message.channel), intent, data | _place(message.channel))


def scheduled_event_changed(name: str, event: ScheduledEvent) -> Event:
    """`name` is GUILD_SCHEDULED_EVENT_ with CREATE, UPDATE or DELETE."""
    return _plain(name, event.guild.id, Intent.GUILD_SCHEDULED_EVENTS, payloads.scheduled_event(event))


def scheduled_event_interest(name: str, event: ScheduledEvent, user: User) -> Event:
    """`name` is GUILD_SCHEDULED_EVENT_USER_ADD or GUILD_SCHEDULED_EVENT_USER_REMOVE."""
    data = {"guild_scheduled_event_id": str(event.id), "user_id": str(user.id), "guild_id": str(event.guild.id)}
    return _plain(name, event.guild.id, Intent.GUILD_SCHEDULED_EVENTS, data)


def interaction_created(guild_id: int | None, data: Json) -> Event:
    return _plain("INTERACTION_CREATE", guild_id, Intent.NONE, data)


def _plain(name: str, guild_id: int | None, intent: Intent, data: Json) -> Event:
    return Event(name, guild_id, intent, lambda _full: data)


def _place(channel: Channel) -> Json:
    place = {"channel_id": str(channel.id)}
    return place if channel.guild is None else place | {"guild_id": str(channel.guild.id)}


def _guild_id(channel: Channel) -> int | None:
    return None if channel.guild is None else channel.guild.id


def _messages(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES
