"""Who may do what where (developers/topics/permissions)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntFlag
from typing import TYPE_CHECKING

from sandbox.state.kinds import ChannelKind

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.users import Member


class Permission(IntFlag):
    """The permissions that the sandbox looks at; the numbers are Discord's."""

    NONE = 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    MOVE_MEMBERS = 1 << 24
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    CREATE_EVENTS = 1 << 44
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


ALL = Permission((1 << 53) - 1)

EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
    | Permission.CONNECT
    | Permission.SPEAK
)
"""What a new server lets everyone do."""

_LOST_WITHOUT_SENDING = (
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.SEND_POLLS
)
_KEPT_IN_TIMEOUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


def permissions(names: Iterable[str] | Permission) -> Permission:
    """Names as Discord's documentation writes them, in any case: `permissions(["manage_guild"])`."""
    if isinstance(names, Permission):
        return names
    total = Permission.NONE
    for name in names:
        total |= Permission[name.upper()]
    return total


def in_guild(member: Member) -> Permission:
    """Before any channel is looked at."""
    guild = member.guild
    if guild.owner_id == member.user.id:
        return ALL
    total = guild.everyone.permissions
    for role_id in member.role_ids:
        total |= guild.roles[role_id].permissions
    return ALL if Permission.ADMINISTRATOR in total else total


def in_channel(member: Member, channel: Channel, now: datetime) -> Permission:
    """What the member may do in a channel or thread; a thread takes the overwrites of its channel. A private thread
    is only for those who are in it or may manage threads."""
    total = in_guild(member)
    if total == ALL:
        return total
    overwrites = (channel.parent if channel.is_thread and channel.parent else channel).overwrites
    everyone = overwrites.get(member.guild.id)
    if everyone is not None:
        total = total & ~everyone.deny | everyone.allow
    of_roles = [overwrites[role_id] for role_id in member.role_ids if role_id in overwrites]
    for overwrite in of_roles:
        total &= ~overwrite.deny
    for overwrite in of_roles:
        total |= overwrite.allow
    own = overwrites.get(member.user.id)
    if own is not None:
        total = total & ~own.deny | own.allow
    total = _implied(total, channel, timed_out=member.is_timed_out(now))
    shut = channel.kind is ChannelKind.PRIVATE_THREAD and member.user.id not in channel.as_thread.joined
    return Permission.NONE if shut and Permission.MANAGE_THREADS not in total else total


def _implied(total: Permission, channel: Channel, *, timed_out: bool) -> Permission:
    if timed_out:
        total &= _KEPT_IN_TIMEOUT
    if Permission.VIEW_CHANNEL not in total:
        return Permission.NONE
    if sending_in(channel) not in total:
        total &= ~_LOST_WITHOUT_SENDING
    return total


def sending_in(channel: Channel) -> Permission:
    """The permission that writing needs there."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
