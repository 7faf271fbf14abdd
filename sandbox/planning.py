"""What a member does with the server's scheduled events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import scheduling
from sandbox.actor import Actor
from sandbox.commands import NotPossible
from sandbox.permissions import Permission
from sandbox.state.kinds import ChannelKind, EventKind, EventStatus

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.scheduled_event import ScheduledEvent

_KIND_IN = {ChannelKind.VOICE: EventKind.VOICE, ChannelKind.STAGE: EventKind.STAGE}


@dataclass(frozen=True)
class Planner(Actor):
    """A member who plans, and who says what they are interested in."""

    async def schedule(
        self,
        name: str,
        *,
        start: datetime,
        end: datetime | None = None,
        location: str | None = None,
        channel: Channel | None = None,
        description: str | None = None,
    ) -> ScheduledEvent:
        """A new event: in a voice or stage channel, or, with an end and without a channel, at a location."""
        if channel is None and (end is None or not location):
            raise NotPossible("an event elsewhere needs a location and an end")
        if channel is not None and channel.kind not in _KIND_IN:
            raise NotPossible(f"no event can be in #{channel.name}")
        if start < self.world.clock.now() or (end is not None and end <= start):
            raise NotPossible("an event starts later and ends after its start")
        kind = EventKind.EXTERNAL if channel is None else _KIND_IN[channel.kind]
        self._refuse(scheduling.missing_to_create(self.member, kind, channel))
        return self.member.guild.add_scheduled_event(
            self.user,
            name,
            kind=kind,
            start=start,
            end=end,
            channel=channel,
            location=None if channel else location,
            description=description,
        )

    async def start_event(self, event: ScheduledEvent) -> None:
        """Before its time, or at any time for one in a voice or stage channel."""
        self._set_status(event, EventStatus.SCHEDULED, EventStatus.ACTIVE)

    async def end_event(self, event: ScheduledEvent) -> None:
        self._set_status(event, EventStatus.ACTIVE, EventStatus.COMPLETED)

    async def cancel_event(self, event: ScheduledEvent) -> None:
        self._set_status(event, EventStatus.SCHEDULED, EventStatus.CANCELED)

    async def delete_event(self, event: ScheduledEvent) -> None:
        self._find(event)
        self._refuse(scheduling.missing_to_change(self.member, event))
        event.delete()

    async def interested(self, event: ScheduledEvent) -> None:
        self._find(event)
        if event.is_finished:
            raise NotPossible("the event is over")
        event.add_interest(self.user)

    async def not_interested(self, event: ScheduledEvent) -> None:
        self._find(event)
        event.remove_interest(self.user)

    def _set_status(self, event: ScheduledEvent, before: EventStatus, after: EventStatus) -> None:
        self._find(event)
        self._refuse(scheduling.missing_to_change(self.member, event))
        if event.status is not before:
            raise NotPossible(f"the event is {event.status.name}")
        event.change(status=after)

    def _find(self, event: ScheduledEvent) -> None:
        if not event.exists:
            raise NotPossible("the event is deleted")
        if event.channel is not None:
            self._need(event.channel, Permission.VIEW_CHANNEL)

    def _refuse(self, missing: Permission) -> None:
        if missing:
            raise NotPossible(f"{self.name} may not {missing.name}")
