"""What the bot may do in a channel, and saying once what it may not."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence

import discord

from bot.domain.occurrences import Schedule

log = logging.getLogger(__name__)

NEEDED = {
    "view_channel": "see the channel",
    "send_messages": "post cards",
    "read_message_history": "answer as a reply",
    "add_reactions": "mark a link to a paper that does not exist",
    "create_public_threads": "open discussions",
    "send_messages_in_threads": "post cards in threads",
    "manage_messages": "hide Discord's own preview of a paper's link",
}
"""Discord's permission and the one thing the bot needs it for. The last one is a nicety; the rest is the job."""

FOR_THE_WEEK = {
    "send_polls": "open the weekly poll",
    "pin_messages": "pin the winner's card in its thread",
    "create_events": "put the meeting among the server's events",
    "attach_files": "draw the digest's picture",
}
"""The same for what happens once a week, in the channels where it is scheduled; all but the first are niceties."""

FOR_POLLS = ("view_channel", "send_messages", "send_polls", "read_message_history")
"""What a round needs to open; the rest it goes without."""

_WINNER_WITHOUT = {
    "create_public_threads": "winners get no thread",
    "send_messages_in_threads": "winners' threads get no card",
    "pin_messages": "winners' cards are not pinned",
}
_MEETING_WITHOUT = {"create_events": "meetings get no event"}

FOR_DIGESTS = ("view_channel", "send_messages", "read_message_history")
_DIGEST_WITHOUT = ("attach_files",)
"""A digest goes without its picture where files may not be attached."""

_DELETED = "The channel, it was deleted"


def allowed(client: discord.Client, server_id: int, channel_id: int) -> discord.Permissions | None:
    """The bot's permissions in a channel or thread that was heard from. None when they are not known here, in which
    case trying tells: while the server or channel is unknown, and when they come out as not even seeing it."""
    guild = client.get_guild(server_id)
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    permissions = None if channel is None else known_permissions(channel)
    return permissions if permissions is not None and permissions.view_channel else None


def known_permissions(channel: discord.abc.GuildChannel | discord.Thread) -> discord.Permissions | None:
    """The bot's permissions in a channel or thread. None when they cannot be worked out from what Discord has sent: a
    thread without its channel, a server without the bot as a member, a member whose roles allow nothing at all."""
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return None
    me: discord.Member | None = channel.guild.me  # typed as always there, which it is once Discord has sent all
    if me is None or not me.guild_permissions.value:
        return None
    return channel.permissions_for(me)


def may_post(permissions: discord.Permissions | None, *, in_thread: bool) -> bool:
    """Whether a message can be sent there."""
    if permissions is None:
        return True
    return permissions.send_messages_in_threads if in_thread else permissions.send_messages


def missing(channel: discord.abc.GuildChannel) -> list[str]:
    """Names of the needed permissions that the bot lacks in a channel, as Discord's settings call them; none where its
    permissions are not known."""
    return _lacking(channel, NEEDED)


def lacking_for_polls(channel: discord.abc.GuildChannel) -> list[str]:
    """Names of the permissions that a round needs in its channel and the bot lacks there."""
    return _lacking(channel, FOR_POLLS)


def poll_notes(channel: discord.abc.GuildChannel, *, meets: bool) -> list[str]:
    """What rounds in this channel come to without the permissions that the bot lacks, a line each."""
    mine = known_permissions(channel)
    if mine is None:
        return []
    names = ", ".join(f"*{name}*" for name in lacking_for_polls(channel))
    goes_without = _WINNER_WITHOUT | (_MEETING_WITHOUT if meets else {})
    return [
        *([f"⚠️ Without {names} in <#{channel.id}> no poll can open."] if names else []),
        *(
            f"-# Without *{words(name)}* in <#{channel.id}> {result}."
            for name, result in goes_without.items()
            if not getattr(mine, name)
        ),
    ]


def lacking_for_digests(channel: discord.abc.GuildChannel) -> list[str]:
    """The same for a digest."""
    return _lacking(channel, FOR_DIGESTS)


def _lacking(channel: discord.abc.GuildChannel, names: Iterable[str]) -> list[str]:
    mine = known_permissions(channel)
    return [] if mine is None else [words(name) for name in names if not getattr(mine, name)]


def lacking_in(guild: discord.Guild, watched: Collection[int], schedules: Sequence[Schedule]) -> dict[int, list[str]]:
    """What the bot lacks in each channel that is watched (all it sees, while none is named) or has something
    scheduled, as Discord's settings call it. A channel that was deleted lacks itself."""
    meets = any(plan.kind == "meeting" for plan in schedules)
    for_what: dict[int, list[str]] = {
        channel.id: list(NEEDED)
        for channel in watchable(guild)
        if (channel.id in watched if watched else not is_hidden(channel))
    }
    for plan in schedules:
        if plan.channel_id is not None:
            for_what.setdefault(plan.channel_id, []).extend(_for_schedule(plan, meets=meets))
    lacking = {channel_id: [_DELETED] for channel_id in watched if guild.get_channel(channel_id) is None}
    for channel_id, names in for_what.items():
        channel = guild.get_channel(channel_id)
        lacking[channel_id] = [_DELETED] if channel is None else _lacking(channel, dict.fromkeys(names))
    return lacking


def watchable(guild: discord.Guild) -> list[discord.TextChannel | discord.ForumChannel | discord.VoiceChannel]:
    """The channels of a server in which papers can be linked, threads and posts aside."""
    return [*guild.text_channels, *guild.forums, *guild.voice_channels]


def _for_schedule(plan: Schedule, *, meets: bool) -> Iterable[str]:
    if plan.kind == "digest":
        return (*FOR_DIGESTS, *_DIGEST_WITHOUT)
    return (*FOR_POLLS, *_WINNER_WITHOUT, *(_MEETING_WITHOUT if meets else ()))


def may_speak(channel: discord.abc.GuildChannel) -> bool:
    """Whether the bot certainly sees the channel and may write there."""
    mine = known_permissions(channel)
    return mine is not None and mine.view_channel and mine.send_messages


def is_hidden(channel: discord.abc.GuildChannel) -> bool:
    """Whether the bot, as far as is known, does not see the channel."""
    mine = known_permissions(channel)
    return mine is not None and not mine.view_channel


def words(name: str) -> str:
    """`send_messages_in_threads` is "Send Messages In Threads" in Discord's settings."""
    return name.replace("_", " ").title()


class SaidOnce:
    """Keeps the log from repeating what the owner can mend only once."""

    def __init__(self) -> None:
        self._said: set[tuple[int, str]] = set()

    def warn(self, channel_id: int, what: str) -> None:
        """One line in the log for each channel and thing, until the next start."""
        if (channel_id, what) not in self._said:
            self._said.add((channel_id, what))
            log.warning("I may not %s in channel %d; /settings show names the permission", what, channel_id)
