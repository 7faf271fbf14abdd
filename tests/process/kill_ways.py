"""A link and the buttons of its card, each in a server of its own, and what must be true of it in the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta

from bot.storage import reading_list
from sandbox.answers import Answer
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import MessageFlag
from tests.process.kill_town import KillTown
from tests.process.town import replies_to, titles
from tests.storage.examples import make_paper, share, store


class Way(ABC):
    """One server's. `number` tells it from the others. Only the first `points` are its own, where it goes on like
    another."""

    points: int | None = None

    def __init__(self, town: KillTown, number: int) -> None:
        self.town, self.number = town, number
        self.guild = town.sandbox.add_guild(f"Server {number}")
        # no digest has a picture here: a hundred would take minutes to draw
        self.channel = self.guild.add_channel("papers", overwrites={"bot": ["attach_files"]})
        self.ada = self.guild.add_member("Ada")
        self.grace = self.guild.add_member("Grace")

    async def prepare(self) -> None:  # noqa: B027 - most need nothing
        """What comes before the points are counted."""

    @abstractmethod
    async def begin(self) -> None:
        """Something is asked of the bot."""

    def act(self) -> bool:
        """What members do on the way; whether they did something."""
        return False

    @abstractmethod
    async def problems(self) -> list[str]:
        """What is not as it was promised, once nothing is due any more."""

    async def end(self) -> None:  # noqa: B027 - most leave nothing
        """Nothing of it comes back."""

    async def list_papers(self, *titles: str) -> list[int]:
        """Known, shared here and saved, an hour ago; the later the fewer votes."""
        now = self.town.clock.now() - timedelta(hours=1)
        numbers = []
        async with self.town.database.write() as conn:
            for index, title in enumerate(titles):
                paper = make_paper(f"2402.{self.number * 10 + index:05}", title=title)
                number = await store(conn, paper, now=now)
                message_id = self.town.sandbox.world.snowflakes.next()
                await share(conn, paper.id, server_id=self.guild.id, message_id=message_id, at=now)
                await reading_list.save(conn, self.guild.id, number, self.ada.id, now)
                for voter in range(len(titles) - index):
                    await reading_list.toggle_vote(conn, self.guild.id, number, voter + 1, now)
                numbers.append(number)
        return numbers

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """The statement names the server by `?`."""
        return self.town.rows(statement, [self.guild.id])

    def left_over(self) -> Iterator[str]:
        """Work that nobody will end."""
        for table in ("reply", "occurrence"):
            if self.rows(f"SELECT 1 FROM {table} WHERE server_id = ? AND lease_until IS NOT NULL"):  # noqa: S608 - ours
                yield f"a {table} is claimed for good"
        if self.rows("SELECT 1 FROM reply WHERE server_id = ? AND due_at IS NOT NULL"):
            yield "a reply is still due"
        if self.rows("SELECT 1 FROM discussion WHERE server_id = ? AND thread_id IS NULL"):
            yield "a thread was begun and never opened"
        if self.town.rows("SELECT 1 FROM lookup"):
            yield "a paper is still in line"


class CardWay(Way):
    """A link to a paper that nobody knows yet."""

    async def prepare(self) -> None:
        """arXiv has it."""
        self.id = f"2403.{self.number:05}"
        self.title = f"On the Matter Number {self.number}"
        self.town.arxiv.add(
            {"id": self.id, "title": self.title, "authors": ["Ada"], "abstract": "Yes.", "categories": ["cs.CL"]}
        )

    async def begin(self) -> None:
        """It is posted."""
        self.message = await self.ada.post(self.channel, f"https://arxiv.org/abs/{self.id}")

    async def problems(self) -> list[str]:
        """One card, recorded; the preview gone; arXiv asked in turn."""
        found = list(self.left_over())
        cards = replies_to(self.message)
        if [titles(card) for card in cards] != [[self.title]]:
            found.append(f"replies: {[card.text for card in cards]}")
        recorded = self.rows("SELECT posted_id FROM reply WHERE server_id = ?")
        if recorded != [(card.id,) for card in cards]:
            found.append(f"recorded: {recorded}")
        shown = self.rows("SELECT message_id FROM card_message WHERE server_id = ?")
        if shown != recorded:
            found.append(f"shown on: {shown}")
        if len(self.rows("SELECT 1 FROM mention WHERE server_id = ?")) != 1:
            found.append("not one mention")
        if not self.message.flags & MessageFlag.SUPPRESS_EMBEDS:
            found.append("the preview is not hidden")
        return found


class PressWay(Way):
    """A button on one of two cards of a paper."""

    label = ""
    asked: Interaction

    async def prepare(self) -> None:
        """Both cards are there; the paper is not on the list."""
        (self.paper,) = await self.list_papers("On Pressing")
        async with self.town.database.write() as conn:
            await reading_list.remove(conn, self.guild.id, self.paper)
        link = f"https://arxiv.org/abs/2402.{self.number * 10:05}"
        posted = [await self.ada.post(place, link) for place in (self.channel, self.guild.add_channel("elsewhere"))]
        await self.town.next_way()
        self.cards = [replies_to(message)[0] for message in posted]

    async def begin(self) -> None:
        """Grace presses."""
        self.asked = self.grace.send_click(self.cards[0], self.label)

    @property
    def answered(self) -> bool:
        """Whether Grace saw that something was done."""
        return self.asked.callback is not None


class SaveWay(PressWay):
    """Saved by the button."""

    label = "Save"
    votes = 0

    async def problems(self) -> list[str]:
        """What was answered stands, once, and both cards and the list say the same."""
        found = list(self.left_over())
        entries = self.rows("SELECT saved_by FROM entry WHERE server_id = ?")
        votes = len(self.rows("SELECT 1 FROM vote WHERE server_id = ?"))
        if (entries, votes) != ([(self.grace.id,)], self.votes) and (self.answered or entries or votes):
            found.append(f"answered: {self.answered}, entries {entries}, {votes} votes")
        for card in self.cards:
            if not any(button.label == f"▲ Vote {votes}" for button in card.buttons):
                found.append(f"{votes} votes, and a card has {[button.label for button in card.buttons]}")
            if bool(entries) != (f"Saved by {self.grace.mention}" in card.text):
                found.append(f"entries {entries}, and a card says {card.text!r}")
        listed = await self._listed()
        if bool(entries) != (f"▲ {votes} · saved by {self.grace.mention}" in listed):
            found.append(f"entries {entries} with {votes} votes, and the list says {listed!r}")
        return found

    async def _listed(self) -> str:
        """What `/list` says to Ada."""
        asked = self.ada.send_command("list", self.channel, {})
        await self.town.rest()
        return Answer(asked).text


class VoteWay(SaveWay):
    """Voted for by the button, which saves as well."""

    label = "▲ Vote 0"
    votes = 1


class DiscussWay(PressWay):
    """The thread about a paper."""

    label = "Discuss"

    async def problems(self) -> list[str]:
        """One thread, whoever was answered; who was not presses again."""
        if not self.answered:
            await self.begin()
            await self.town.rest()
        found = list(self.left_over())
        threads = [thread.id for thread in self.guild.active_threads]
        recorded = self.rows("SELECT thread_id FROM discussion WHERE server_id = ?")
        if recorded != [(thread_id,) for thread_id in threads] or len(threads) != 1:
            return [*found, f"threads {threads}, recorded {recorded}"]
        if f"<#{threads[0]}>" not in Answer(self.asked).text:
            found.append(f"told {Answer(self.asked).text!r}")
        for card in self.cards:
            if str(threads[0]) not in card.text + "".join(button.url or "" for button in card.buttons):
                found.append(f"a card does not lead to the thread: {card.text!r}")
        return found
