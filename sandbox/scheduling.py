"""Who may make and change scheduled events
(developers/resources/guild-scheduled-event#guild-scheduled-event-permissions-requirements)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.permissions import ALL, Permission, in_channel, in_guild
from sandbox.state.kinds import EventKind

if TYPE_CHECKING:
    from sandbox.state.channel import Channel
    from sandbox.state.scheduled_event import ScheduledEvent
    from sandbox.state.users import Member

_IN_THE_CHANNEL = {
    EventKind.STAGE: Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS,
    EventKind.VOICE: Permission.VIEW_CHANNEL | Permission.CONNECT,
    EventKind.EXTERNAL: Permission.NONE,
}


def missing_to_create(member: Member, kind: EventKind, channel: Channel | None) -> Permission:
    """What the member lacks for a new event of this kind, in this channel unless it is external."""
    return (_IN_THE_CHANNEL[kind] | Permission.CREATE_EVENTS) & ~_allowed(member, channel)


def missing_to_change(
    member: Member, event: ScheduledEvent, *, kind: EventKind | None = None, channel: Channel | None = None
) -> Permission:
    """What the member lacks to change or delete the event; `kind` and `channel` where it is moved."""
    if kind is None:
        kind, channel = event.kind, event.channel
    allowed = _allowed(member, channel)
    own = event.creator is member.user and Permission.CREATE_EVENTS in allowed
    return (_IN_THE_CHANNEL[kind] | (Permission.NONE if own else Permission.MANAGE_EVENTS)) & ~allowed


def _allowed(member: Member, channel: Channel | None) -> Permission:
    now = member.guild.world.clock.now()
    if channel is not None:
        return in_channel(member, channel, now)
    allowed = in_guild(member)
    return Permission.NONE if member.is_timed_out(now) and allowed != ALL else allowed
