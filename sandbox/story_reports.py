"""What members of the demo's server found when they tried the paper that everybody cites."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sandbox.people import Person
from sandbox.reading import button_beside
from sandbox.room import Room
from sandbox.state.message import Message

_PAPER = "1706.03762"
_FAILED = "did not reproduce"


class _Found(NamedTuple):
    """What somebody types into the form."""

    outcome: str
    setting: str
    tried: str
    happened: str
    made_work: str = ""


_ADA = _Found(
    _FAILED,
    "WMT 2014 English-German, the base model, our own code in PyTorch, one A100",
    "The BLEU score of Table 2; 30 hours",
    "25.1 instead of 27.3, with three seeds within 0.2 of each other.",
)
_EMMY = _Found(
    "partly",
    "IWSLT 2014 German-English, a quarter of the size, a card for games",
    "Whether it beats the LSTM of our course; 6 hours",
    "It does after 40 epochs. With fewer the LSTM is better.",
)
_GRACE = _Found(
    "reproduced",
    "WMT 2014 English-German, the base model, tensor2tensor, eight P100",
    "The BLEU score of Table 2; 14 hours",
    "27.2, so within the noise.",
    "Averaging the last five checkpoints: it makes 0.9 BLEU.",
)


class Tried:
    """Three reports, one of them without a name; somebody had the same, and somebody knows why."""

    def __init__(self, room: Room, minutes: Callable[[int], None]) -> None:
        self._room = room
        self._minutes = minutes

    async def tell(self, card: Message) -> None:
        """Until the card has their sum; the one without a name comes on the full hour."""
        room = self._room
        await self._report(room.ada, _ADA)
        await self._report(room.emmy, _EMMY, anonymous=True)
        await self._report(room.grace, _GRACE)
        await self._say(room.mara, "Same here", "24.9, on two cards.")
        await self._say(room.grace, "Answer", "That is the last checkpoint. Average the last five, as they did.")
        self._minutes(2)
        await room.ada.click(await self._failed(room.ada), "Made the difference")
        await room.community.sandbox.until(lambda: "✗ 2" in card.text, what="the sum on the card")

    async def _report(self, member: Person, found: _Found, *, anonymous: bool = False) -> None:
        self._minutes(2)
        asked = {"paper": _PAPER, "outcome": found.outcome, "anonymous": anonymous}
        form = await member.form(partial(member.command, "report", at=self._room.papers, **asked))
        words = found._asdict()
        del words["outcome"]
        await member.submit(form, words)

    async def _say(self, member: Person, label: str, words: str) -> None:
        """In the short form behind a button of the report of what failed."""
        self._minutes(1)
        report = await self._failed(member)
        form = await member.form(partial(member.click, report, label))
        await member.submit(form, {"text": words})

    async def _failed(self, member: Person) -> Message:
        """All of that report; its last message has the buttons."""
        shown = (await member.command("reports show", at=self._room.papers, paper=_PAPER)).messages[-1]
        answer = await member.click(shown, custom_id=button_beside(shown.components, _FAILED))
        return await self._room.community.sandbox.until(
            lambda: next((message for message in answer.messages if message.buttons), None), what="the report"
        )
