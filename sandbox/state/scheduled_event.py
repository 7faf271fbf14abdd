"""Scheduled events of a server, and what the clock does with them.

    SCHEDULED ──── started by somebody, or an external one at its start ──── ACTIVE ──── ended likewise ──── COMPLETED
        └──────── cancelled, or hours after the start that did not come ──── CANCELED

(developers/resources/guild-scheduled-event#guild-scheduled-event-status-update-automation). What Discord does once
everybody has left a voice or stage channel does not occur: nobody is ever connected to one here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import events
from sandbox.state.kinds import EventKind, EventStatus

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.guild import Guild
    from sandbox.state.users import User

CANCELED_AFTER = timedelta(hours=4)
"""Beyond the start; Discord's documentation says "a few hours"."""

MOST_UNFINISHED = 100
"""In one server (developers/resources/guild-scheduled-event#create-guild-scheduled-event)."""


@dataclass(eq=False)
class ScheduledEvent:
    """`channel` is where a voice or stage event takes place, `location` the text for an external one. `image` is the
    cover's hash; `interested` are the accounts that want to be reminded, by their ids."""

    guild: Guild = field(repr=False)
    id: int
    creator: User
    name: str
    start: datetime
    kind: EventKind = EventKind.EXTERNAL
    end: datetime | None = None
    description: str | None = None
    channel: Channel | None = None
    location: str | None = None
    image: str | None = None
    status: EventStatus = EventStatus.SCHEDULED
    interested: dict[int, User] = field(default_factory=dict, repr=False)

    @property
    def is_finished(self) -> bool:
        return self.status in (EventStatus.COMPLETED, EventStatus.CANCELED)

    @property
    def exists(self) -> bool:
        return self in self.guild.scheduled_events

    @property
    def bot_can_view(self) -> bool:
        return self.channel is None or self.channel.bot_can_view

    def change(self, **attributes: Any) -> None:
        """Sets attributes of this class and tells of it."""
        for name, value in attributes.items():
            setattr(self, name, value)
        self._publish("GUILD_SCHEDULED_EVENT_UPDATE")
        if attributes.keys() & {"start", "end", "kind"}:
            self.follow_clock()

    def delete(self) -> None:
        self.guild.scheduled_events.remove(self)
        self.guild.world.gone.add(self.id)
        self._publish("GUILD_SCHEDULED_EVENT_DELETE")

    def add_interest(self, user: User) -> None:
        if user.id not in self.interested:
            self.interested[user.id] = user
            self._publish_interest("GUILD_SCHEDULED_EVENT_USER_ADD", user)

    def remove_interest(self, user: User) -> None:
        if self.interested.pop(user.id, None) is not None:
            self._publish_interest("GUILD_SCHEDULED_EVENT_USER_REMOVE", user)

    def follow_clock(self) -> None:
        """Arranges what is to happen at the times that hold now. Earlier arrangements do no harm: whenever one comes
        round, what is due is looked up anew."""
        for moment in filter(None, (self.start, self.end, self.start + CANCELED_AFTER)):
            self.guild.world.at(moment, self._do_what_is_due)

    def _do_what_is_due(self) -> None:
        if not self.exists:
            return
        now = self.guild.world.clock.now()
        external = self.kind is EventKind.EXTERNAL
        if external and self.status is EventStatus.SCHEDULED and now >= self.start:
            self.change(status=EventStatus.ACTIVE)
        if external and self.status is EventStatus.ACTIVE and self.end is not None and now >= self.end:
            self.change(status=EventStatus.COMPLETED)
        if self.status is EventStatus.SCHEDULED and now >= self.start + CANCELED_AFTER:
            self.change(status=EventStatus.CANCELED)

    def _publish(self, name: str) -> None:
        event = events.scheduled_event_changed(name, self)
        self.guild.world.publish(event, self.channel, guild=self.guild)

    def _publish_interest(self, name: str, user: User) -> None:
        event = events.scheduled_event_interest(name, self, user)
        self.guild.world.publish(event, self.channel, guild=self.guild)
