"""Everything that exists, and the one place through which the bot hears of changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

from sandbox.clock import VirtualClock
from sandbox.events import Event
from sandbox.permissions import EVERYONE
from sandbox.snowflakes import Snowflakes
from sandbox.state.application import Application
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import ChannelKind
from sandbox.state.message import Attachment, Message
from sandbox.state.places import Places
from sandbox.state.users import Role, User
from sandbox.violations import Violation, Violations

T = TypeVar("T")

_LOOK_AGAIN_SECONDS = 0.05
"""A condition may also look at what the sandbox cannot see change, such as the bot's database."""


class Happening(NamedTuple):
    """An event with where it happened. `reader` is the only one whom it concerns, None for everyone who sees the
    channel."""

    event: Event
    channel: Channel | None
    reader: User | None


class World:
    """`gone` holds the ids of channels and messages that existed once; `interactions` are by their token."""

    def __init__(self, clock: VirtualClock, *, application_name: str, token: str) -> None:
        self.clock = clock
        self.snowflakes = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self._users_by_name: dict[str, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels = Places()
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[int, Attachment] = {}
        self.by_nonce: dict[str, Message] = {}
        self.gone: set[int] = set()
        self.violations = Violations()
        self.listeners: list[Callable[[Event], None]] = []
        self.watchers: list[Callable[[Happening], None]] = []
        """Told of everything at once, also of what the bot does not hear of."""
        self.files_url = ""
        """Where attachments can be read."""
        self.counts_polls_late = False
        """Whether an ended poll stays without its final count until `sandbox.polling.count` is called."""
        self._appointments: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Future[None]] = set()
        self.bot = self.user(application_name, is_bot=True)
        # The two have different ids, as on Discord for applications made before 2016.
        self.application = Application(self.snowflakes.next(), application_name, self.bot, token)

    def user(self, name: str, *, locale: str = "en-US", is_bot: bool = False) -> User:
        """The account with that name, made where it is new."""
        if name not in self._users_by_name:
            account = User(self.snowflakes.next(), name, is_bot, locale)
            self.users[account.id] = self._users_by_name[name] = account
        return self._users_by_name[name]

    def add_guild(self, name: str, *, owner: str = "Owner", locale: str = "en-US") -> Guild:
        """A server with nobody but its owner in it."""
        guild = Guild(self, self.snowflakes.next(), name, owner_id=self.user(owner).id, locale=locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE, position=0)
        self.guilds[guild.id] = guild
        guild.add_member(owner)
        return guild

    def direct_channel(self, user: User) -> Channel:
        """The conversation between a user and the bot."""
        for place in self.channels.values():
            if place.kind is ChannelKind.DM and user in place.recipients:
                return place
        place = Channel(self, self.snowflakes.next(), ChannelKind.DM, user.name, recipients=[user])
        self.channels[place.id] = place
        return place

    def publish(
        self,
        event: Event,
        channel: Channel | None = None,
        *,
        guild: Guild | None = None,
        hidden: bool = False,
        reader: User | None = None,
    ) -> None:
        """Tells the bot, unless it is not in the server or cannot see the channel, and whoever watches the world."""
        server = guild or (channel.guild if channel else None)
        unseen = hidden or reader is not None or (channel is not None and not channel.bot_can_view)
        absent = server is not None and server.bot_member is None
        if not unseen and not absent:
            for listener in self.listeners:
                listener(event)
        for watcher in self.watchers:
            watcher(Happening(event, channel, reader))
        self.changed()

    def changed(self) -> None:
        """Lets everyone who waits for a condition look again."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Does something when the clock gets there."""

        async def wait() -> None:
            await self.clock.sleep((moment - self.clock.now()).total_seconds())
            action()

        task = asyncio.create_task(wait(), name="sandbox appointment")
        self._appointments.add(task)
        task.add_done_callback(self._appointments.discard)

    async def close(self) -> None:
        """Forgets what was to be done later."""
        appointments = list(self._appointments)
        for task in appointments:
            task.cancel()
        await asyncio.gather(*appointments, return_exceptions=True)

    def violation(self, what: str, where: str) -> None:
        """Takes note of something that the bot did wrong."""
        self.violations.append(Violation(self.clock.now(), what, where))

    async def until(
        self, condition: Callable[[], T | None], *, what: str | Callable[[], str], seconds: float = 10
    ) -> T:
        """Waits in real time until the condition gives something true, and returns that.

        It is looked at whenever anything changes here and each 50 ms. AssertionError says what did not come.
        """
        end = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            remaining = end - time.monotonic()
            if remaining <= 0:
                missing = what if isinstance(what, str) else what()
                raise AssertionError(f"waited {seconds:g} s for {missing}{self._violation_lines()}")
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(change)
            await asyncio.wait([change], timeout=min(remaining, _LOOK_AGAIN_SECONDS))
            self._waiting.discard(change)

    def _violation_lines(self) -> str:
        if not self.violations:
            return ""
        return "\nwhat the bot did wrong so far:\n" + "\n".join(f"  {violation}" for violation in self.violations)
