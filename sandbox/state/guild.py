"""Servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import events
from sandbox.people import Person
from sandbox.permissions import EVERYONE, Permission, permissions
from sandbox.state.channel import Channel, Overwrite
from sandbox.state.kinds import ChannelKind
from sandbox.state.scheduled_event import ScheduledEvent
from sandbox.state.users import Member, Role, User

if TYPE_CHECKING:
    from sandbox.state.world import World

KINDS = {
    "text": ChannelKind.TEXT,
    "announcement": ChannelKind.ANNOUNCEMENT,
    "forum": ChannelKind.FORUM,
    "voice": ChannelKind.VOICE,
    "stage": ChannelKind.STAGE,
    "category": ChannelKind.CATEGORY,
}

BOT_PERMISSIONS = EVERYONE | permissions(
    ["manage_messages", "manage_threads", "pin_messages", "create_events", "manage_events"]
)
"""What an invited bot usually gets."""


@dataclass(eq=False)
class Guild:
    """A server. `members` are by the user's id, `roles` by their own; the role with the server's id is @everyone's."""

    world: World = field(repr=False)
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    bot_role: Role | None = field(default=None, repr=False)
    system_channel_id: int | None = None
    scheduled_events: list[ScheduledEvent] = field(default_factory=list, repr=False)
    """Also the finished ones, as long as nobody deletes them."""

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    @property
    def channels(self) -> list[Channel]:
        """Without threads."""
        return [place for place in self.world.channels.of(self) if not place.is_thread]

    @property
    def active_threads(self) -> list[Channel]:
        threads = [place for place in self.world.channels.of(self) if place.is_thread]
        return [thread for thread in threads if not thread.as_thread.archived]

    @property
    def bot_member(self) -> Member | None:
        """None where the bot was not invited or was thrown out."""
        return self.members.get(self.world.bot.id)

    def channel(self, name: str) -> Channel:
        """A channel or thread by its name."""
        for place in self.world.channels.of(self):
            if place.name == name:
                return place
        raise LookupError(f"no channel {name!r} in {self.name}")

    def member(self, name: str) -> Person:
        """A member to act as."""
        for member in self.members.values():
            if member.user.name == name:
                return Person(member)
        raise LookupError(f"no member {name!r} in {self.name}")

    @property
    def people(self) -> list[Person]:
        """Everyone but bots, in the order of their joining."""
        return [Person(member) for member in self.members.values() if not member.user.is_bot]

    def add_channel(
        self,
        name: str,
        *,
        kind: str = "text",
        topic: str | None = None,
        parent: Channel | None = None,
        overwrites: Mapping[str, Iterable[str]] | None = None,
        tags: Iterable[str] = (),
    ) -> Channel:
        """A new channel; `kind` is one of `KINDS`. `overwrites` maps "everyone" or "bot" to what is denied them."""
        channel = Channel(
            world=self.world,
            id=self.world.snowflakes.next(),
            kind=KINDS[kind],
            name=name,
            guild=self,
            parent=parent,
            topic=topic,
            position=len(self.channels),
            overwrites=dict(parent.overwrites) if parent else {},
        )
        channel.tags = [self._tag(tag) for tag in tags]
        for who, denied in (overwrites or {}).items():
            key, is_role = (self.id, True) if who == "everyone" else (self.world.bot.id, False)
            channel.overwrites[key] = Overwrite(is_role, deny=permissions(denied))
        self.world.channels[channel.id] = channel
        self.world.publish(events.channel_changed("CHANNEL_CREATE", channel), channel)
        return channel

    def add_member(
        self,
        name: str,
        *,
        permissions: Iterable[str] | Permission = (),
        roles: Iterable[Role] = (),
        locale: str = "en-US",
        is_bot: bool = False,
    ) -> Person:
        """A member; an account with that name in another server is the same person. `permissions` make a role."""
        user = self.world.user(name, locale=locale, is_bot=is_bot)
        member = Member(self, user, self.world.clock.now(), {role.id for role in roles})
        if permissions:
            member.role_ids.add(self.add_role(f"{name}'s role", permissions).id)
        self.members[user.id] = member
        self.world.publish(events.member_changed("GUILD_MEMBER_ADD", member), guild=self)
        return Person(member)

    def add_role(self, name: str, allowed: Iterable[str] | Permission = ()) -> Role:
        role = Role(self.world.snowflakes.next(), name, permissions(allowed), position=len(self.roles))
        self.roles[role.id] = role
        self.world.publish(events.role_changed("GUILD_ROLE_CREATE", self, role), guild=self)
        return role

    def remove_role(self, role: Role) -> None:
        """Nobody has it any more."""
        del self.roles[role.id]
        for member in self.members.values():
            member.role_ids.discard(role.id)
        self.world.publish(events.role_deleted(self, role), guild=self)

    def set_role_permissions(self, role: Role, allowed: Iterable[str] | Permission) -> None:
        role.permissions = permissions(allowed)
        self.world.publish(events.role_changed("GUILD_ROLE_UPDATE", self, role), guild=self)

    def set_bot_permissions(self, allowed: Iterable[str] | Permission) -> None:
        """What the bot's role allows, beside what everyone may do."""
        if self.bot_role is None:
            raise ValueError(f"the bot is not in {self.name}")
        self.set_role_permissions(self.bot_role, allowed)

    def find_scheduled_event(self, event_id: int) -> ScheduledEvent | None:
        return next((event for event in self.scheduled_events if event.id == event_id), None)

    def add_scheduled_event(self, creator: User, name: str, *, start: datetime, **attributes: Any) -> ScheduledEvent:
        """A new event with these attributes of `ScheduledEvent`."""
        event = ScheduledEvent(self, self.world.snowflakes.next(), creator, name, start, **attributes)
        self.scheduled_events.append(event)
        published = events.scheduled_event_changed("GUILD_SCHEDULED_EVENT_CREATE", event)
        self.world.publish(published, event.channel, guild=self)
        event.follow_clock()
        return event

    def remove_member(self, person: Person) -> None:
        """They leave or are thrown out; their messages stay."""
        del self.members[person.user.id]
        self.world.publish(events.member_left(person.member), guild=self)

    def invite_bot(
        self, allowed: Iterable[str] | Permission = BOT_PERMISSIONS, *, ago: timedelta = timedelta()
    ) -> None:
        """Adds the bot with a role of its own; `ago` makes it one that has been there for so long."""
        bot = self.world.bot
        self.bot_role = Role(self.world.snowflakes.next(), bot.name, permissions(allowed), bot_id=bot.id)
        self.roles[self.bot_role.id] = self.bot_role
        self.members[self.world.bot.id] = Member(self, bot, self.world.clock.now() - ago, {self.bot_role.id})
        self.world.publish(events.guild_joined(self), guild=self)

    def kick_bot(self) -> None:
        """Throws the bot out."""
        event = events.guild_left(self)
        del self.members[self.world.bot.id]
        if self.bot_role is not None:
            del self.roles[self.bot_role.id]
            self.bot_role = None
        self.world.publish(event)

    def rename(self, name: str) -> None:
        self.name = name
        self.world.publish(events.guild_updated(self), guild=self)

    def _tag(self, name: str) -> dict[str, Any]:
        number = self.world.snowflakes.next()
        return {"id": str(number), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
