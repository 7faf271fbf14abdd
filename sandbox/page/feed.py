"""From what happens in the world to what each viewer's page is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from sandbox.page.viewers import Audience, Viewer
from sandbox.payloads import Json
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from sandbox.state.users import User
from sandbox.state.world import Happening

_NEWS_OF_A_MESSAGE = {
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "MESSAGE_POLL_VOTE_ADD",
    "MESSAGE_POLL_VOTE_REMOVE",
}
_GONE_MESSAGES = {"MESSAGE_DELETE", "MESSAGE_DELETE_BULK"}
_GONE_CHANNELS = {"CHANNEL_DELETE", "THREAD_DELETE"}
_NEWS_OF_A_CHANNEL = {
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_MEMBERS_UPDATE",
}
_TOLD_OTHERWISE = {"INTERACTION_CREATE", "CHANNEL_PINS_UPDATE"}
"""Shown through the messages that come with them."""


class Feed:
    """Watches the world for an audience."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._changed_guilds: set[int] = set()
        self._bot_connected = audience.bot_connected
        sandbox = audience.sandbox
        sandbox.world.watchers.append(self._watch)
        sandbox.gateway.connection_watchers.append(self._bot_came_or_went)
        audience.traffic.watchers.append(self._show_traffic)

    def _watch(self, happening: Happening) -> None:
        name, channel = happening.event.name, happening.channel
        if not self._audience.viewers or name in _TOLD_OTHERWISE:
            return
        data = happening.event.data(True)
        if channel is not None and name in _NEWS_OF_A_MESSAGE:
            self._message_changed(channel, int(data.get("message_id") or data["id"]))
        elif channel is not None and name in _GONE_MESSAGES:
            ids = [int(number) for number in data.get("ids") or [data["id"]]]
            self._messages_gone(channel, ids, happening.reader)
        elif channel is not None and name in _GONE_CHANNELS:
            for viewer in self._audience:
                _unlist(viewer, channel)
        elif channel is not None and name in _NEWS_OF_A_CHANNEL:
            self._channel_changed(channel)
        elif happening.event.guild_id is not None:
            self._guild_changed(happening.event.guild_id)

    def _message_changed(self, channel: Channel, message_id: int) -> None:
        message = _find(channel, message_id)
        if message is not None:
            self._show([message, *_replies(channel, {message_id}), *_starter(channel)])

    def _messages_gone(self, channel: Channel, ids: list[int], reader: User | None) -> None:
        for viewer in self._audience:
            if reader in (None, viewer.sight.user) and viewer.sight.sees(channel):
                for message_id in ids:
                    gone = {"channel_id": str(channel.id), "message_id": str(message_id)}
                    viewer.send({"type": "message_gone"} | gone)
        self._show([*_replies(channel, set(ids)), *_starter(channel)])

    def _show(self, messages: Iterable[Message]) -> None:
        for message in messages:
            for viewer in self._audience:
                if viewer.sight.sees_message(message):
                    viewer.send({"type": "message", "message": viewer.sight.message(message)})

    def _channel_changed(self, channel: Channel) -> None:
        """Its threads come and go with it, as they take its permissions."""
        for viewer in self._audience:
            for place in (channel, *channel.threads):
                if not viewer.sight.sees(place):
                    _unlist(viewer, place)
                elif place is channel or place.id not in viewer.listed:
                    viewer.listed.add(place.id)
                    shown = viewer.sight.channel(place)
                    viewer.send({"type": "channel", "guild_id": _guild_id(place), "channel": shown})

    def _guild_changed(self, guild_id: int) -> None:
        """Told once for all changes that come together."""
        if not self._changed_guilds:
            asyncio.get_running_loop().call_soon(self._show_guilds)
        self._changed_guilds.add(guild_id)

    def _show_guilds(self) -> None:
        changed, self._changed_guilds = self._changed_guilds, set()
        for viewer in self._audience:
            for guild in viewer.guilds:
                if guild.id in changed:
                    viewer.send({"type": "guild", "guild": viewer.look_at(guild)})

    def _bot_came_or_went(self) -> None:
        connected = self._audience.bot_connected
        if connected != self._bot_connected:
            self._bot_connected = connected
            self._audience.tell({"type": "bot", "connected": connected})

    def _show_traffic(self, entry: Json) -> None:
        for viewer in self._audience:
            if viewer.wants_traffic:
                viewer.send({"type": "traffic", "entries": [entry]})


def _find(channel: Channel, message_id: int) -> Message | None:
    """Among all messages there, the latest first."""
    everything = (*reversed(channel.private_messages), *reversed(channel.messages))
    return next((message for message in everything if message.id == message_id), None)


def _replies(channel: Channel, ids: set[int]) -> list[Message]:
    """They show what they answer."""
    return [message for message in channel.messages if message.referenced is not None and message.referenced.id in ids]


def _starter(channel: Channel) -> list[Message]:
    """The message that the thread hangs on, which says how many messages are in it."""
    found = channel.parent.find(channel.id) if channel.is_thread and channel.parent else None
    return [found] if found else []


def _unlist(viewer: Viewer, place: Channel) -> None:
    if place.id in viewer.listed:
        viewer.listed.discard(place.id)
        viewer.send({"type": "channel_gone", "guild_id": _guild_id(place), "channel_id": str(place.id)})


def _guild_id(place: Channel) -> str | None:
    return str(place.guild.id) if place.guild else None
