"""What a scene acts with: members do something, the room is drawn, and what should have happened is checked."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from sandbox.answers import Answer, Choice
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from sandbox.terminal.lines import Span, span, wrap
from sandbox.terminal.messages import draw_changes, draw_message
from sandbox.terminal.screen import Screen

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long, in real time, the bot may take for what somebody is waiting for."""

_BETWEEN_ACTIONS_SECONDS = 20
"""On the sandbox's clock: people read and type. It is also longer than arXiv's pause between two requests."""
_HASTE_EACH_SECONDS, _HASTE_SECONDS = 0.25, 3.0
"""While the room waits for a message its clock runs ahead, since arXiv's pauses need not be sat through."""


class NotAsExpected(Exception):
    """Says what should have happened."""


def expect(condition: object, what: str) -> None:
    """Ends the tour when the condition does not hold; `what` should have happened."""
    if not condition:
        raise NotAsExpected(what)


def private(answer: Answer) -> Message:
    """The answer's message that only the asker sees; there must be one."""
    if answer.private is None:
        raise NotAsExpected("there is an answer that only the one who asked sees")
    return answer.private


def answer_texts(message: Message) -> list[str]:
    """What a poll offers."""
    return [answer.text for answer in message.poll.answers] if message.poll is not None else []


class Stage:
    """Acting here is drawn on the screen at once, and so is every answer."""

    def __init__(self, community: Community, screen: Screen) -> None:
        self.community = community
        self.papers = community.papers
        self.mara, self.ada = community.manager, community.ada
        self.grace, self.linus = community.grace, community.linus
        self.emmy = community.guild.add_member("Emmy")
        self._screen = screen
        self._drawn: dict[int, Message] = {}

    # Telling

    def say(self, text: str) -> None:
        """A line of narration."""
        self._screen.write((), *wrap((span(text, "italic"),), self._screen.width))

    def show(self, message: Message) -> None:
        """Draws a message, or what changed on it since it was last drawn."""
        before = self._drawn.get(message.id)
        width = self._screen.width
        rows = draw_message(message, width) if before is None else draw_changes(before, message, width)
        self._screen.write((), *rows)
        reactions = {emoji: list(users) for emoji, users in message.reactions.items()}
        self._drawn[message.id] = dataclasses.replace(message, reactions=reactions)

    def show_gone(self, message: Message) -> None:
        """Draws that a message is not there any more."""
        expect(message.deleted, f"{message.author.name}'s message is gone")
        self._did(f"{message.author.name}'s message is gone", sign="✗")

    # Acting

    async def post(self, person: Person, text: str, *, at: Channel | None = None) -> Message:
        self._time_passes()
        message = await person.post(at or self.papers, text)
        self.show(message)
        return message

    async def edit(self, person: Person, message: Message, text: str) -> None:
        self._time_passes()
        await person.edit(message, text)
        self.show(message)

    async def press(self, person: Person, message: Message, label: str) -> Answer:
        """The first button with that label; a changed message and private answers are drawn."""
        self._time_passes()
        self._did(f"{person.name} presses [ {label} ]")
        answer = await person.click(message, label)
        if answer.updated is not None and not answer.updated.deleted:
            self.show(answer.updated)
        return self._answered(answer)

    async def command(self, person: Person, name: str, **options: object) -> Answer:
        """A slash command in #papers; its answers are drawn."""
        self._time_passes()
        typed = "".join(f" {option}: {value}" for option, value in options.items())
        self._did(f"{person.name} sends /{name}{typed}")
        return self._answered(await person.command(name, at=self.papers, **options))

    async def vote(self, person: Person, message: Message, words: str) -> None:
        """In a poll, for the answer with these words."""
        self._time_passes()
        answer = next(text for text in answer_texts(message) if words in text)
        self._did(f"{person.name} votes for “{answer}”")
        await person.vote(message, answer)

    def jump_to(self, moment: datetime) -> None:
        """The clock goes on to then."""
        self.community.clock.jump_to(moment)

    async def complete(self, person: Person, name: str, **typed: str) -> list[Choice]:
        """What Discord offers while a command is being typed."""
        self._time_passes()
        shown = "".join(f" {option}: {value}▏" for option, value in typed.items())
        self._did(f"{person.name} types /{name}{shown}")
        choices = await person.complete(name, at=self.papers, **typed)
        self._screen.write(*((Span("    "), span(choice.name, "bold")) for choice in choices))
        return choices

    # Looking

    async def reply(self, message: Message) -> Message:
        """The bot's reply to a message, as soon as it is there."""
        reply = await self.until(
            lambda: next(iter(self.community.replies_to(message)), None),
            what=f"the bot replies to “{message.content}”",
        )
        self.show(reply)
        return reply

    async def no_reply(self, message: Message) -> None:
        """Checks that the bot has dealt with a message and said nothing."""
        await self.community.settled()
        expect(not self.community.replies_to(message), f"nobody replies to “{message.content}”")

    def card(self, words: str) -> Message:
        """The bot's latest message in #papers with these words, as somebody scrolls back to it."""
        found = [message for message in self.papers.by_bot() if words in message.text]
        expect(found, f"a card with “{words}” stands in #{self.papers.name}")
        return found[-1]

    async def until(self, condition: Callable[[], T | None], what: str) -> T:
        """Waits until the condition gives something true, and returns that; `what` should have happened."""
        async with self._in_haste():
            try:
                return await self.community.sandbox.until(condition, what=what, seconds=PATIENCE_SECONDS)
            except AssertionError:
                raise NotAsExpected(what) from None

    def _answered(self, answer: Answer) -> Answer:
        for message in answer.messages:
            self.show(message)
        return answer

    def _did(self, what: str, sign: str = "›") -> None:
        self._screen.write((), *wrap((span(f"{sign} ", "yellow"), Span(what)), self._screen.width))

    def _time_passes(self) -> None:
        self.community.clock.advance(_BETWEEN_ACTIONS_SECONDS)

    @asynccontextmanager
    async def _in_haste(self) -> AsyncIterator[None]:
        haste = asyncio.create_task(self._run_ahead())
        try:
            yield
        finally:
            haste.cancel()
            await asyncio.gather(haste, return_exceptions=True)

    async def _run_ahead(self) -> None:
        while True:
            await asyncio.sleep(_HASTE_EACH_SECONDS)
            self.community.clock.advance(_HASTE_SECONDS)
