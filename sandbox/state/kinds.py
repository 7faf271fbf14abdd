"""Discord's numbers for kinds and flags that occur here (developers/resources)."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class ChannelKind(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15


THREADS = {ChannelKind.ANNOUNCEMENT_THREAD, ChannelKind.THREAD, ChannelKind.PRIVATE_THREAD}
WRITABLE = {*THREADS, ChannelKind.TEXT, ChannelKind.DM, ChannelKind.VOICE, ChannelKind.STAGE, ChannelKind.ANNOUNCEMENT}


class MessageKind(IntEnum):
    DEFAULT = 0
    PINNED = 6
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    MENU = 23
    POLL_RESULT = 46


WRITTEN = {MessageKind.DEFAULT, MessageKind.REPLY, MessageKind.COMMAND, MessageKind.MENU}
"""By somebody, not by Discord itself."""


class MessageFlag(IntFlag):
    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


class CommandKind(IntEnum):
    SLASH = 1
    USER_MENU = 2
    MESSAGE_MENU = 3


class InteractionKind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackKind(IntEnum):
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class EventKind(IntEnum):
    """Where a scheduled event takes place."""

    STAGE = 1
    VOICE = 2
    EXTERNAL = 3


class EventStatus(IntEnum):
    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


class Intent(IntFlag):
    """Which events a session wants (developers/events/gateway#list-of-intents)."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
