"""What has already happened in the demo's server when the reader comes in: a morning, really played."""

from __future__ import annotations

from functools import partial

from sandbox.room import Room
from sandbox.state.channel import Channel
from sandbox.state.message import Message
from sandbox.story_reports import Tried

WELCOME = """\
**Welcome to the Reading Group!** Five things to try:
1. Paste a link in <#{papers}>, say `https://arxiv.org/abs/1512.03385`, and the bot answers with the paper's card.
2. Below a card, **Save** puts it on our list and **▲ Vote** says you want it read. `/list` shows it.
3. **Discuss** opens the paper's thread. **More** has the citation, `/help` all commands.
4. Save a second paper, be me, and `/poll start`: all vote, `/poll end` counts, `/digest preview` tells the week.
5. Be somebody else: I have `/settings`, Linus may only read. Or stop arXiv, and paste a paper nobody knows."""

_ATTENTION = "https://arxiv.org/abs/1706.03762"
_CODE = "https://github.com/tensorflow/tensor2tensor"
_DPO = "https://arxiv.org/pdf/2305.18290"


async def tell(room: Room) -> None:
    """Two papers are shared; one is saved, voted for and talked about."""
    told = _Story(room)
    await told.welcome()
    await told.attention()
    await told.preferences()
    await told.idea()
    await room.community.settled()


async def begin_again(room: Room) -> None:
    """The day after, in a server whose list was kept: nothing is shared or voted for in the reader's place."""
    told = _Story(room)
    await told.welcome()
    told.minutes(15)
    await room.mara.post(
        room.papers, "Good morning! Our list is as you left it: type `/list`. What was written here before is gone."
    )
    await room.community.settled()


class _Story:
    """Members act through Discord, and the bot answers by itself."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def minutes(self, count: int) -> None:
        """Passes on Discord's clock; also more than arXiv's pause between two requests."""
        self._room.community.clock.advance(count * 60)

    async def welcome(self) -> None:
        room = self._room
        message = await room.mara.post(room.start_here, WELCOME.format(papers=room.papers.id))
        await room.mara.pin(message)

    async def attention(self) -> None:
        room = self._room
        self.minutes(12)
        shared = await room.ada.post(room.papers, f"Shall we read the one everybody cites? {_ATTENTION}")
        card = await room.community.reply_to(shared)
        self.minutes(3)
        await room.grace.click(card, "Save")
        for voter in (room.grace, room.ada, room.emmy):
            self.minutes(2)
            await room.community.settled()
            await voter.click(card, custom_id=_custom_id(card, "▲ Vote"))
        await room.grace.react(shared, "👍")
        await room.mara.react(shared, "👍")
        self.minutes(4)
        await room.grace.post(room.papers, "Yes! I would like to understand *why* they scale by √dₖ.", reply_to=shared)
        await self._discuss(card)
        await self._explain()
        await Tried(self._room, self.minutes).tell(card)
        for answer in list(room.papers.private_messages):  # read long ago by whoever looks on now
            answer.delete()

    async def _discuss(self, card: Message) -> None:
        room = self._room
        self.minutes(2)
        await room.grace.click(card, "Discuss")
        thread = await room.community.sandbox.until(lambda: _first(room.papers.threads), what="the paper's thread")
        self.minutes(6)
        question = await room.grace.post(thread, "In 3.2.1, what is wrong with plain dot products when dₖ is large?")
        self.minutes(9)
        await room.ada.post(
            thread,
            "Their variance grows with dₖ, so the softmax saturates and its gradient is almost nothing. "
            "Dividing by √dₖ keeps the variance at 1.",
            reply_to=question,
        )
        self.minutes(3)
        await room.emmy.post(thread, "New here, and that helped. Thank you!")

    async def _explain(self) -> None:
        room = self._room
        for member, level, words in (
            (
                room.grace,
                "practitioner",
                "Attention layers in place of recurrence: all positions at once, so it trains fast.",
            ),
            (
                room.emmy,
                "newcomer",
                "To understand a word it looks at every other word, and learns which of them matter.",
            ),
        ):
            self.minutes(2)
            form = await member.form(partial(member.command, "explain", at=room.papers, paper="1706.03762"))
            await member.submit(form, {"level": level, "text": words})
        self.minutes(1)
        await room.mara.command("resource", at=room.papers, paper="1706.03762", kind="code", link=_CODE)

    async def preferences(self) -> None:
        room = self._room
        self.minutes(17)
        shared = await room.grace.post(room.papers, f"This one goes well after it: {_DPO}")
        await room.community.reply_to(shared)
        self.minutes(8)
        await room.emmy.post(room.papers, "Hello! I joined this morning. Which of the two comes first?")
        self.minutes(5)
        await room.mara.post(room.papers, "Whichever has more votes. **▲ Vote** for what you want to read.")

    async def idea(self) -> None:
        room = self._room
        self.minutes(21)
        post = await room.grace.post_in_forum(
            room.ideas, "A month on privacy?", "Four weeks, four papers on *differential privacy*. Who would join?"
        )
        self.minutes(11)
        reply = await room.ada.post(post, "I would. Somebody should start with the definition.")
        await room.emmy.react(reply, "🎉")
        self.minutes(6)


def _custom_id(card: Message, label: str) -> str | None:
    """Of the first button whose label begins so: the label of a vote counts."""
    return next(button.custom_id for button in card.buttons if button.label and button.label.startswith(label))


def _first(threads: list[Channel]) -> Channel | None:
    return next(iter(threads), None)
