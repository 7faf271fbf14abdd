"""Polls and digests, each in a server of its own, and what must be true of them in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.occurrences import Kind, ScheduleKind
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import MessageKind
from sandbox.state.message import Message
from tests.process.kill_ways import Way
from tests.process.town import titles

_HOUR = timedelta(hours=1)
_ANSWERS = 2


class _WeeklyWay(Way):
    """What comes every week: first an hour after its beginning."""

    kind: ScheduleKind

    async def begin(self) -> None:
        """It is scheduled."""
        await self.schedule(self.kind, self.town.clock.now() + _HOUR)

    async def schedule(self, kind: ScheduleKind, at: datetime) -> None:
        """Every week from then on."""
        await self.town.occurrences.set_schedule(
            self.guild.id,
            kind,
            weekday=at.weekday(),
            minute=at.hour * 60 + at.minute,
            channel_id=None if kind == "meeting" else self.channel.id,
            hours=1 if kind == "poll" else None,
            candidates=_ANSWERS if kind == "poll" else None,
        )

    async def end(self) -> None:
        """It does not come back."""
        kinds: tuple[ScheduleKind, ...] = (self.kind, "meeting")
        for kind in kinds:
            await self.town.occurrences.unschedule(self.guild.id, kind)

    def own(self) -> list[Message]:
        """The bot's messages in the channel, without Discord's notices."""
        return [message for message in self.channel.by_bot() if message.kind is MessageKind.DEFAULT]

    def occurrences_unlike(self, *wanted: tuple[Kind, tuple[str | None, ...]]) -> Iterator[str]:
        """Every kind that was due, with the ways in which it may have ended."""
        rows = self.rows("SELECT kind, outcome FROM occurrence WHERE server_id = ? ORDER BY due_at")
        kinds = [kind for kind, _ in wanted]
        if [kind for kind, _ in rows] != kinds or any(
            outcome not in possible for (_, outcome), (_, possible) in zip(rows, wanted, strict=True)
        ):
            yield f"occurrences {rows}"


class PollWay(_WeeklyWay):
    """A round with a winner, a thread, an event and a reminder."""

    kind = "poll"
    next_week: tuple[tuple[Kind, tuple[str | None, ...]], ...] = (("poll", (None,)),)

    async def prepare(self) -> None:
        """There is something to choose from, and a meeting to come."""
        self.winner = f"Beta {self.number}"
        await self.list_papers(f"Alpha {self.number}", self.winner)
        await self.schedule("meeting", self.town.clock.now() + timedelta(days=3))

    def act(self) -> bool:
        """Both vote for the second paper as soon as there is a poll."""
        open_polls = [message.poll for message in self.own() if message.poll is not None and not message.poll.ended]
        if not open_polls or open_polls[0].votes:
            return False
        for person in (self.ada, self.grace):
            open_polls[0].vote(person.id, _ANSWERS, now=self.town.clock.now())
        return True

    async def problems(self) -> list[str]:
        """Each message once, and the round decided. Who comes after a death before "opened" was recorded says how far
        the round is."""
        return [
            *self.left_over(),
            *self.occurrences_unlike(
                (self.first, ("opened", "open")),
                ("close", ("decided",)),
                ("reminder", ("reminded",)),
                *self.next_week,
                ("tried", (None,)),
            ),
            *self._in_the_channel(),
            *self._in_the_thread(),
        ]

    first: Kind = "poll"

    def _in_the_channel(self) -> Iterator[str]:
        own = self.own()
        rounds = self.rows(
            "SELECT state, list_message_id, poll_message_id, result_message_id FROM round WHERE server_id = ?"
        )
        if rounds != [("decided", *(message.id for message in own))] or own[1].poll is None:
            yield f"rounds {rounds}, messages {[(message.id, message.text) for message in own]}"

    def _in_the_thread(self) -> Iterator[str]:
        threads, result = self.guild.active_threads, self.own()[-1]
        if [thread.name for thread in threads] != [self.winner]:
            yield f"threads {[thread.name for thread in threads]}"
            return
        (thread,) = threads
        if str(thread.id) not in result.text + "".join(button.url or "" for button in result.buttons):
            yield f"the announcement does not lead to the thread: {result.text!r}"
        said = [message for message in thread.by_bot() if message.kind is MessageKind.DEFAULT]
        card_and_reminder = 2
        if len(said) != card_and_reminder or titles(said[0]) != [self.winner]:
            yield f"in the thread: {[message.text for message in said]}"
        if thread.pins != said[:1]:
            yield f"pinned: {[message.text for message in thread.pins]}"
        events = [(event.name, str(thread.id) in (event.location or "")) for event in self.guild.scheduled_events]
        if events != [(f"Reading: {self.winner}", True)]:
            yield f"events {events}"


class PollByHandWay(PollWay):
    """The same round, begun by a manager."""

    points = 14  # until it is open
    first: Kind = "start"
    next_week = ()
    asked: Interaction

    async def begin(self) -> None:
        """It is asked for."""
        manager = self.guild.add_member("Mara", permissions=["MANAGE_GUILD"])
        self.asked = manager.send_command("poll start", self.channel, {"hours": 1, "candidates": _ANSWERS})

    async def problems(self) -> list[str]:
        """The whole of it, or, where nobody was answered, nothing."""
        if self.asked.callback is None and not self.rows("SELECT 1 FROM round WHERE server_id = ?"):
            return [*self.left_over(), *(message.text for message in self.own())]
        return await super().problems()


class DigestWay(_WeeklyWay):
    """A week with something in it."""

    kind = "digest"

    async def prepare(self) -> None:
        """A paper was shared."""
        await self.list_papers(f"Alpha {self.number}")

    async def problems(self) -> list[str]:
        """One digest, recorded."""
        found = [*self.left_over(), *self.occurrences_unlike(("digest", ("posted",)), ("digest", (None,)))]
        own = self.own()
        recorded = self.rows("SELECT message_id FROM digest WHERE server_id = ?")
        if recorded != [(message.id,) for message in own] or len(own) != 1:
            found.append(f"recorded {recorded}, messages {[message.text for message in own]}")
        return found
