"""A community that votes on what to read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import select

from bot.client import PaperBot
from bot.domain.rounds import Place
from bot.storage import reading_list, rounds
from bot.storage.database import Database
from bot.storage.occurrences import LEASE_SECONDS
from bot.storage.tables import occurrence
from sandbox.answers import Answer
from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from tests.storage.examples import make_paper, store

TITLES = ("Alpha", "Beta", "Gamma")
HOUR = 3600


class ReadingGroup:
    """Its papers are stored without asking arXiv, the first being the most wanted: that is told elsewhere."""

    def __init__(self, community: Community, database_url: str) -> None:
        self.community = community
        self.guild, self.papers, self.clock = community.guild, community.papers, community.clock
        self.manager, self.ada, self.grace = community.manager, community.ada, community.grace
        self.sandbox = community.sandbox
        self._database_url = database_url

    @property
    def bot(self) -> PaperBot:
        assert self.community.bot is not None
        return self.community.bot

    async def list_papers(self, titles: Sequence[str] = TITLES) -> list[int]:
        """On the list, the first with most votes. Their ids are 2401.00001 and so on."""
        db = await Database.open(self._database_url)
        now, numbers = self.clock.now(), []
        async with db.write() as conn:
            for index, title in enumerate(titles):
                paper = make_paper(f"2401.{index + 1:05}", title=title)
                number = await store(conn, paper, now=now)
                await reading_list.save(conn, self.guild.id, number, 1, now + timedelta(seconds=index))
                for voter in range(len(titles) - index):
                    await reading_list.toggle_vote(conn, self.guild.id, number, voter + 1, now)
                numbers.append(number)
        await db.close()
        return numbers

    async def choose_papers(self, titles: Sequence[str]) -> None:
        """Each won a round, the first one first."""
        numbers = await self.list_papers(titles)
        db = await Database.open(self._database_url)
        async with db.write() as conn:
            for number in numbers:
                places = [Place(number, "votes")]
                now = self.clock.now()
                past = await rounds.add(conn, self.guild.id, self.papers.id, hours=1, places=places, now=now)
                assert past is not None
                await rounds.change(conn, past.id, state="decided", winner_id=number, decided_at=now)
        await db.close()

    async def outcomes(self, kind: str) -> list[str | None]:
        """How everything of this kind ended, or None for what is still due."""
        db = await Database.open(self._database_url)
        async with db.read() as conn:
            found = select(occurrence.c.outcome).where(occurrence.c.kind == kind).order_by(occurrence.c.due_at)
            outcomes = list(await conn.scalars(found))
        await db.close()
        return outcomes

    async def ask(self, name: str, at: Channel | None = None, **options: object) -> str:
        """A manager's command, answered for them alone."""
        return private(await self.manager.command(name, at=at or self.papers, **options))

    async def open_poll(self, **options: int) -> Message:
        """Started by hand, and there."""
        said = private(await self.manager.command("poll start", at=self.papers, **options))
        assert "opens in" in said, said
        await self.community.settled()
        return self.poll()

    async def announced(self, votes: Sequence[int] = (1,), **options: int) -> Message:
        """A whole round by hand with a vote for each of these answers; its announcement."""
        poll = await self.open_poll(**options)
        for person, answer in zip((self.ada, self.grace, self.manager), votes, strict=False):
            await person.vote_for(poll, [answer])
        await self.pass_hours(72)
        return self.last()

    async def pass_hours(self, hours: float) -> None:
        """A little more than that, and what follows from it."""
        self.clock.advance(hours * HOUR + 1)
        await self.community.settled()

    async def restart(self, *, after_lease: bool = False) -> None:
        """The bot dies and comes back; what it was at is free again when its lease has ended."""
        await self.community.stop_bot()
        if after_lease:
            self.clock.advance(LEASE_SECONDS + 1)
        await self.community.start_bot()
        await self.bot.wait_until_ready()
        await self.community.settled()

    def polls(self, channel: Channel | None = None) -> list[Message]:
        """Those that stand there."""
        return [message for message in (channel or self.papers).by_bot() if message.poll and not message.deleted]

    def poll(self) -> Message:
        """The last poll."""
        return self.polls()[-1]

    def ballot(self) -> Message:
        """The first message of the last round."""
        return next(message for message in reversed(self.papers.by_bot()) if message.text.startswith("### Round"))

    def last(self, channel: Channel | None = None) -> Message:
        """The bot's last message there that says something."""
        return next(message for message in reversed((channel or self.papers).by_bot()) if message.text)

    def told(self, words: str, channel: Channel | None = None) -> list[Message]:
        """The bot's messages there with these words."""
        return [message for message in (channel or self.papers).by_bot() if words in message.text]

    def on_post(self, fault: Fault, *, number: int = 1) -> AbstractContextManager[Fault]:
        """The fault hits the bot's next message in the channel, or the one after `number - 1` others."""
        path = f"/channels/{self.papers.id}/messages"
        if number > 1:
            self.sandbox.faults.add(Fault(method="POST", path=path, times=number - 1))  # does nothing to them
        fault.method, fault.path = "POST", path
        return self.sandbox.faults.during(fault)


def answers(poll: Message) -> list[str]:
    """What can be voted for."""
    assert poll.poll is not None
    return [answer.text for answer in poll.poll.answers]


def private(answer: Answer) -> str:
    """What only the member reads."""
    assert answer.private is not None, answer.text
    return answer.text
