"""The servers of a soak, and what their members do."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.papers import Paper, PaperId
from bot.services.occurrences import Occurrences
from bot.storage import papers, reading_list
from bot.storage.database import Database
from sandbox import polling
from sandbox.polls import Poll
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from sandbox.state.users import User
from tests.storage.examples import make_paper, share

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Helsinki",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Jerusalem",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "UTC",
)
"""Most change their clocks twice in a year, on different days, south of the equator the other way round."""

_FIELDS = ("cs.CL", "cs.LG", "hep-th", "math.CO", "astro-ph.GA", "q-bio.NC")
_PAPERS = 130
_SUNDAY = 6
_DAYS, _HOURS = (2, 5), (18, 20)
"""When clubs like to meet: much is due at the same time."""
_AWKWARD = (0, 120, 150, 180)
"""Minutes of a Sunday that some zones skip or repeat."""


@dataclass
class Weekly:
    """What a server has asked for: the test's own record of it."""

    weekday: int
    minute: int


class Entry(NamedTuple):
    """A paper on a server's list, as its members remember it. `number` is the bot's for the paper."""

    number: int
    saved_at: datetime
    votes: int


@dataclass
class Server:
    """`unread` are numbers of stored papers that its members will save, in their order."""

    guild: Guild
    channel: Channel
    zone: str
    poll: Weekly | None
    digest: Weekly | None
    meeting: Weekly | None
    hours: int
    unread: list[int]
    quiet_until: int = 0
    retired: list[Channel] = field(default_factory=list)
    """Threads that nobody comes back to."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """By title."""

    @property
    def threads(self) -> list[Channel]:
        return self.retired + self.channel.threads


class Members:
    """All members of all servers, throwing the same dice."""

    def __init__(self, sandbox: Sandbox, database: Database, dice: random.Random) -> None:
        self._sandbox, self._database, self._dice = sandbox, database, dice
        self._papers: dict[int, PaperId] = {}
        self._titles: dict[int, str] = {}
        self._voters: list[User] = [sandbox.world.user(f"Member {number}") for number in range(5)]
        self._messages = 0
        self._days = 0
        self.servers: list[Server] = []

    async def move_in(self, count: int) -> None:
        """Servers in all zones, each with its schedules."""
        await self._store_papers()
        occurrences = Occurrences(self._database, self._sandbox.clock)
        for number in range(count):
            server = self._new_server(number)
            self.servers.append(server)
            where = server.guild.id
            if server.poll is not None:
                await occurrences.set_schedule(
                    where,
                    "poll",
                    weekday=server.poll.weekday,
                    minute=server.poll.minute,
                    channel_id=server.channel.id,
                    hours=server.hours,
                    candidates=self._dice.choice((2, 4, 6)),
                )
            if server.digest is not None:
                await occurrences.set_schedule(
                    where,
                    "digest",
                    weekday=server.digest.weekday,
                    minute=server.digest.minute,
                    channel_id=server.channel.id,
                )
            if server.meeting is not None:
                await occurrences.set_schedule(
                    where, "meeting", weekday=server.meeting.weekday, minute=server.meeting.minute
                )
            # last, so that it moves what was planned in UTC
            await occurrences.set_timezone(where, server.zone)

    async def read(self) -> None:
        """About three times a week, in some servers: papers are shared, saved and voted for."""
        self._days += 1
        now = self._sandbox.clock.now()
        async with self._database.write() as conn:
            for server in self.servers:
                if server.quiet_until > self._days or self._dice.random() < 0.45:
                    continue
                if self._dice.random() < 0.03:
                    server.quiet_until = self._days + 12
                for _ in range(self._dice.choice((1, 1, 2))):
                    if not server.unread:
                        break
                    number = server.unread.pop()
                    self._messages += 1
                    await share(
                        conn, self._papers[number], server_id=server.guild.id, message_id=self._messages, at=now
                    )
                    await reading_list.save(conn, server.guild.id, number, self._voters[0].id, now)
                    voters = self._dice.sample(self._voters, self._dice.choice((0, 0, 1, 2)))
                    for voter in voters:
                        await reading_list.toggle_vote(conn, server.guild.id, number, voter.id, now)
                    server.entries[self._titles[number]] = Entry(number, now, len(voters))

    def vote(self, poll: Message) -> None:
        """In some polls nobody does."""
        assert poll.poll is not None
        if poll.poll.ended:
            return
        for voter in self._dice.sample(self._voters, self._dice.choice((0, 1, 2, 3))):
            polling.vote(poll, voter, self._dice.choice(poll.poll.answers).id)

    def leave_threads(self) -> None:
        """What nobody writes in for three weeks is out of everyone's sight."""
        long_ago = self._sandbox.clock.now() - timedelta(weeks=3)
        for server in self.servers:
            for thread in server.channel.threads:
                if thread.as_thread.created_at < long_ago:
                    thread.archive()
                    server.retired.append(thread)
                    del self._sandbox.world.channels[thread.id]

    def _new_server(self, number: int) -> Server:
        dice = self._dice
        guild = self._sandbox.add_guild(f"Server {number}", owner=f"Owner {number}")
        # no digest has a picture here: thousands would take hours to draw
        channel = guild.add_channel("papers", overwrites={"bot": ["attach_files"]})
        wanted = dice.choice((("poll",), ("digest",), ("poll", "digest"), ("poll", "digest")))
        return Server(
            guild=guild,
            channel=channel,
            zone=ZONES[number % len(ZONES)],
            poll=self._sometime() if "poll" in wanted else None,
            digest=self._sometime() if "digest" in wanted else None,
            meeting=self._sometime() if dice.random() < 0.25 else None,
            hours=dice.choice((1, 24, 72, 96)),
            unread=dice.sample(sorted(self._papers), len(self._papers)),
        )

    def _sometime(self) -> Weekly:
        if self._dice.random() < 0.2:
            return Weekly(_SUNDAY, self._dice.choice(_AWKWARD))
        return Weekly(self._dice.choice(_DAYS), self._dice.choice(_HOURS) * 60)

    async def _store_papers(self) -> None:
        now = self._sandbox.clock.now()
        async with self._database.write() as conn:
            for index in range(_PAPERS):
                paper: Paper = make_paper(f"2401.{index + 1:05}", title=f"On the subject number {index + 1}")
                field_ = self._dice.choice(_FIELDS)
                paper = paper.model_copy(update={"categories": (field_,), "primary_category": field_})
                stored = await papers.upsert(conn, paper, title_text=paper.title, abstract_text="We prove it.", now=now)
                self._papers[stored], self._titles[stored] = paper.id, paper.title


def counts(poll: Poll) -> dict[int, int]:
    """Votes by answer."""
    return {answer.id: len(poll.votes.get(answer.id, ())) for answer in poll.answers}
