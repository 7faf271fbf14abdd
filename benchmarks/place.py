"""Where one bot lives: a Discord and an arXiv of its own, and servers with members."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Bot, Kind
from sandbox.arxiv import LocalArxiv
from sandbox.catalogue.catalogue import Catalogue
from sandbox.clock import VirtualClock
from sandbox.people import Person
from sandbox.rest.server import Request
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from sandbox.state.users import Member

MEMBERS, CHANNELS, ROLES = 50, 8, 5
"""Of each server."""
_CONTACT = "papers@example.org"
_PATIENCE_SECONDS = 300
_MOMENT_SECONDS = 0.03


class Spot(NamedTuple):
    """Somebody in a channel."""

    person: Person
    channel: Channel


class Place:
    """Open it with `Place.open`."""

    def __init__(self, *, rate_limits: bool) -> None:
        self.clock = VirtualClock(datetime.now(UTC), running=True)
        self.sandbox = Sandbox(clock=self.clock, rate_limits=rate_limits)
        self.sandbox.world.application.server_members = self.sandbox.world.application.presence = True
        self.arxiv = LocalArxiv(Catalogue())
        self.guilds: list[Guild] = []
        self._bot: Bot | None = None
        self._spots: Iterator[Spot] | None = None
        self._answered_at: dict[int, float] = {}
        self.sandbox.rest.watchers.append(self._note_reply)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        kind: Kind,
        database: Path,
        *,
        servers: int = 1,
        rate_limits: bool = False,
        prepare: Callable[[Place], Awaitable[None]] | None = None,
    ) -> AsyncIterator[Place]:
        """With a bot that is ready. Paper Club makes the database where it is not there. `prepare` is called before
        the bot comes."""
        place = cls(rate_limits=rate_limits)
        place.move_in(servers)
        if prepare is not None:
            await prepare(place)
        async with place.sandbox, place.arxiv:
            try:
                await place.start(kind, database)
                yield place
            finally:
                if place._bot is not None:
                    await place._bot.stop()

    async def start(self, kind: Kind, database: Path) -> None:
        """A bot; the one before it is gone."""
        if self._bot is not None:
            await self._bot.stop()
            await self.sandbox.until(lambda: not self.sandbox.gateway.connected, what="no bot")
        settings = {
            "DISCORD_TOKEN": self.sandbox.token,
            "DISCORD_API_URL": self.sandbox.api_url,
            "ARXIV_API_URL": self.arxiv.url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
            "CONTACT_EMAIL": _CONTACT,
        }
        self._bot = await Bot.start(kind, settings, database.parent)
        await self._bot.ready()

    @property
    def bot(self) -> Bot:
        assert self._bot is not None  # noqa: S101 - `open` started it
        return self._bot

    def move_in(self, servers: int) -> None:
        """So many servers more."""
        for _ in range(servers):
            name = f"Server {len(self.guilds)}"
            guild = self.sandbox.add_guild(name)
            for number in range(ROLES):
                guild.add_role(f"Role {number}")
            for number in range(CHANNELS):
                guild.add_channel(f"channel-{number}", topic="What we read, and what we think of it.")
            now = self.clock.now()
            for number in range(MEMBERS - len(guild.members)):
                user = self.sandbox.world.user(f"Member {number} of {name}")
                guild.members[user.id] = Member(guild, user, now)
            self.guilds.append(guild)

    def spots(self, number: int) -> list[Spot]:
        """The next so many: servers take turns, and within each its channels and members."""
        if self._spots is None:
            self._spots = self._all_spots()
        return list(itertools.islice(self._spots, number))

    def _all_spots(self) -> Iterator[Spot]:
        seats = [(guild.channels, guild.people) for guild in self.guilds]
        for turn in itertools.count():
            for channels, people in seats:
                yield Spot(people[turn % len(people)], channels[turn % len(channels)])

    async def answered(self, messages: list[Message]) -> list[float]:
        """When each of these has its reply; the moments at which Discord took those."""
        ids = [message.id for message in messages]
        await self.sandbox.until(
            lambda: all(number in self._answered_at for number in ids),
            what=lambda: f"{sum(number not in self._answered_at for number in ids)} cards:\n{self.bot.log}",
            seconds=_PATIENCE_SECONDS,
        )
        return [self._answered_at[number] for number in ids]

    def has_reply(self, message: Message) -> bool:
        return message.id in self._answered_at

    async def rested(self) -> None:
        """When nothing was asked for a moment. It is enough between two messages, and costs the bot nothing."""
        await asyncio.sleep(_MOMENT_SECONDS)
        await self._answered_all()

    async def quiet(self) -> None:
        """When the bot has read all it was told, and no request of its is under way. Asked twice: between two answers
        its loop has gone round. Not to be asked often, as discord.py sends 110 words a minute to the gateway."""
        for _ in range(2):
            await self._read_all()
        await self._answered_all()

    async def _answered_all(self) -> None:
        await self.sandbox.until(
            lambda: not self.sandbox.rest.in_progress, what="the last answer", seconds=_PATIENCE_SECONDS
        )

    def _note_reply(self, request: Request) -> None:
        reference = request.body.get("message_reference") if isinstance(request.body, dict) else None
        if request.method == "POST" and reference and request.status == HTTPStatus.OK:
            self._answered_at.setdefault(int(reference["message_id"]), time.monotonic())

    async def _read_all(self) -> None:
        gateway, beats = self.sandbox.gateway, len(self.sandbox.gateway.connected)
        heard: list[None] = []

        def watch(direction: str, frame: object) -> None:
            if direction == "<" and isinstance(frame, dict) and frame["op"] == 1:
                heard.append(None)

        gateway.watchers.append(watch)
        gateway.ask_for_heartbeats()
        try:
            await self.sandbox.until(lambda: len(heard) >= beats, what="a heartbeat", seconds=_PATIENCE_SECONDS)
        finally:
            gateway.watchers.remove(watch)
