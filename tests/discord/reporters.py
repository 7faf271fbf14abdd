"""Members who tell what they found, and read what others did."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.answers import Modal
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ATTENTION

SETTING, TRIED, HAPPENED, MADE, LINK = (
    "Your setting",
    "What you tried",
    "What happened",
    "What made it work",
    "Link",
)
FAILED = {SETTING: "WMT14, one GPU", TRIED: "Table 2, 12 hours", HAPPENED: "2 points *below* the paper @everyone"}
HOUR = 3600


async def card_of(community: Community, link: str = ATTENTION) -> Message:
    card = await community.reply_to(await community.ada.post(community.papers, link))
    await community.settled()
    return card


async def form_of(person: Person, outcome: str = "did not reproduce", **options: Any) -> Modal:
    answer = await person.command("report", paper="1706.03762", outcome=outcome, **options)
    assert answer.modal is not None, answer.text
    return answer.modal


async def report(person: Person, outcome: str = "did not reproduce", **options: Any) -> str:
    answer = await person.submit(await form_of(person, outcome, **options), FAILED)
    assert answer.private is not None
    return answer.text


async def read(person: Person, **options: Any) -> list[Message]:
    """The messages of the first report that is shown to them."""
    shown = (await person.command("reports show", paper="1706.03762", **options)).private
    assert shown is not None
    answer = await person.click(shown, "Read")
    while not (answer.messages and answer.messages[-1].buttons):  # noqa: ASYNC110 - the words come first
        await asyncio.sleep(0.01)
    return answer.messages


async def say(person: Person, label: str, text: str) -> Any:
    """Fills in the short form behind a button of the first report."""
    modal = (await person.click((await read(person))[-1], label)).modal
    assert modal is not None
    return await person.submit(modal, {next(iter(modal.fields)): text})


async def pass_batch(community: Community) -> None:
    community.clock.advance(2 * HOUR)
    await community.settled()


def told_directly(community: Community, person: Person) -> list[str]:
    """What the bot wrote to them where nobody else reads."""
    return [message.text for message in community.sandbox.world.direct_channel(person.user).messages]
