"""Who looks at the page: one viewer for each socket."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from sandbox.answers import Modal
from sandbox.commands import NotPossible
from sandbox.page.outbox import Outbox
from sandbox.page.sights import Sight, note
from sandbox.page.tools import Tools
from sandbox.page.traffic import Traffic
from sandbox.payloads import Json, instant
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from sandbox.state.scheduled_event import ScheduledEvent

_MOST_FORMS = 50
"""Open at one reader's, who forgot to close them."""


@dataclass(eq=False)
class Audience:
    """All viewers, and what they share."""

    sandbox: Sandbox
    people: Sequence[Person]
    tools: Tools
    traffic: Traffic
    viewers: set[Viewer] = field(default_factory=set)

    def __iter__(self) -> Iterator[Viewer]:
        return iter(tuple(self.viewers))

    def tell(self, event: Mapping[str, Any]) -> None:
        for viewer in self:
            viewer.send(event)

    def person(self, user_id: str | None) -> Person:
        """Whom to act as; the first without a choice. NotPossible where nobody has the id."""
        for person in self.people:
            if user_id is None or str(person.id) == user_id:
                return person
        raise NotPossible("There is nobody with this id to act as.")

    @property
    def clock(self) -> Json:
        clock = self.sandbox.clock
        return {"now": instant(clock.now()), "speed": clock.speed}

    @property
    def bot_connected(self) -> bool:
        return bool(self.sandbox.gateway.connected)


class Viewer:
    """`listed` holds the ids of the channels and threads that the page shows."""

    def __init__(self, audience: Audience, outbox: Outbox, person: Person, files_url: str) -> None:
        self.audience = audience
        self.listed: set[int] = set()
        self.wants_traffic = False
        self._outbox = outbox
        self._files_url = files_url
        self._forms: OrderedDict[str, Modal] = OrderedDict()
        self._act_as(person)

    def send(self, event: Mapping[str, Any]) -> None:
        self._outbox.send(event)

    def become(self, person: Person) -> None:
        """Looks through another member's eyes from now on."""
        self._act_as(person)
        self.greet()

    def greet(self) -> None:
        """All that there is to know at first."""
        application = self.audience.sandbox.world.application
        now = self.audience.sandbox.clock.now()
        people = self.audience.people
        self.send(
            {
                "type": "hello",
                "viewer": str(self.sight.user.id),
                "people": [{"id": str(p.id), "name": p.name, "note": note(p.member, now)} for p in people],
                "guilds": [self.look_at(guild) for guild in self.guilds],
                "clock": self.audience.clock,
                "arxiv_down": self.audience.tools.arxiv_down,
                "application": {
                    "id": str(application.id),
                    "name": application.name,
                    "bot_id": str(application.bot.id),
                },
            }
        )
        self.send({"type": "bot", "connected": self.audience.bot_connected})

    @property
    def guilds(self) -> list[Guild]:
        """The servers that the member is in."""
        return [guild for guild in self.audience.sandbox.world.guilds.values() if self.sight.user.id in guild.members]

    def look_at(self, guild: Guild) -> Json:
        """The whole server anew."""
        self.listed -= {place.id for place in self.audience.sandbox.world.channels.values() if place.guild is guild}
        self.listed |= {place.id for place in self.sight.places(guild)}
        return self.sight.guild(guild)

    def person_in(self, guild: Guild | None) -> Person:
        """The member as one who acts there."""
        if guild is None or self.sight.user.id not in guild.members:
            raise NotPossible("You are not in this server.")
        return Person(guild.members[self.sight.user.id])

    def channel(self, channel_id: int) -> tuple[Person, Channel]:
        """A channel that the member sees, and the member there."""
        place = self.audience.sandbox.world.channels.get(channel_id)
        if place is None or not self.sight.sees(place):
            raise NotPossible("This channel is not there any more.")
        return self.person_in(place.guild), place

    def message(self, channel_id: int, message_id: int) -> tuple[Person, Message]:
        """A message that the member sees, and the member there."""
        person, place = self.channel(channel_id)
        for message in reversed(self.sight.messages(place)):
            if message.id == message_id:
                return person, message
        raise NotPossible("This message is not there any more.")

    def event(self, guild_id: int, event_id: int) -> tuple[Person, ScheduledEvent]:
        """A scheduled event that the member sees, and the member there."""
        person = self.person_in(self.audience.sandbox.world.guilds.get(guild_id))
        event = person.member.guild.find_scheduled_event(event_id)
        if event is None or not self.sight.sees_event(event):
            raise NotPossible("This event is not there any more.")
        return person, event

    def keep(self, form: Modal) -> str:
        """Keeps an open form; the token to submit it with."""
        token = token_urlsafe(16)
        self._forms[token] = form
        if len(self._forms) > _MOST_FORMS:
            self._forms.popitem(last=False)
        return token

    def form(self, token: str) -> Modal:
        if token not in self._forms:
            raise NotPossible("This form is closed.")
        return self._forms[token]

    def close_form(self, token: str) -> None:
        self._forms.pop(token, None)

    def _act_as(self, person: Person) -> None:
        self.sight = Sight(person.user, self._files_url)
        self.listed.clear()
        self._forms.clear()
