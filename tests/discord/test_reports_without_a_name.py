"""A report without a name: whatever its author does with it, nothing that others can reach tells whose it is."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, labels
from tests.discord.reporters import FAILED, HAPPENED, card_of, form_of, pass_batch, read, report, say, told_directly
from tests.storage.everything import columns_with

pytestmark = pytest.mark.usefixtures("refresh_at_once")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


def seen_by_others(community: Community, author: Person) -> Iterator[str]:
    """All that stands anywhere where somebody else can read it, files and addresses of buttons too."""
    for channel in community.sandbox.channels():
        if author.user in channel.recipients:
            continue
        for message in [*channel.messages, *(one for one in channel.private_messages if one.reader is not author.user)]:
            if message.author is not author.user:
                yield from _all_of(message)


def _all_of(message: Message) -> Iterator[str]:
    yield message.text
    yield from (button.custom_id or "" for button in message.buttons)
    yield from (file.content.decode(errors="replace") + file.filename for file in message.attachments)


async def everything_is_read(community: Community) -> None:
    """By a member and by a manager, as far as each may."""
    for person in (community.ada, community.manager):
        community.clock.advance(30)  # nobody presses so much in a moment
        await person.command("reports show", paper="1706.03762")
        await person.command("reports recent")
        await read(person)
        for wanted in ("CSV", "JSON"):
            await person.command("reports export", format=wanted)
        await person.command("list", learned="reported")
        await person.command("search", words="attention", learned="failed")
        await person.command("paper", paper="1706.03762")
        await person.command("privacy show")
        await person.command("privacy export")
    community.clock.advance(30)
    await community.manager.command("export", format="JSON")
    await community.manager.command("digest post")
    if "Earlier words" in labels((await read(community.manager))[-1]):
        await community.manager.click((await read(community.manager))[-1], "Earlier words")
    await community.settled()


def nothing_tells(community: Community, author: Person, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what stands on Discord nor the log."""
    telling = (str(author.user.id), author.name)
    for text in seen_by_others(community, author):
        assert not [sign for sign in telling if sign in text], text
    logged = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "cogs"))]
    assert not [line for line in logged if any(sign in line for sign in (*telling, FAILED[HAPPENED], "WMT14"))]


async def test_nothing_tells_whose_it_is(
    community: Community, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    author = community.linus
    await card_of(community, ADAM)
    card = await community.reply_to(await community.manager.post(community.papers, ATTENTION))
    assert "Others see it <t:" in await report(author, anonymous=True)
    await community.settled()
    assert "Tried here" not in card.text
    assert await columns_with(database_url, author.id) == {"report.author_id"}
    for person in (community.ada, community.manager):
        assert "Nobody told yet" in (await person.command("reports show", paper="1706.03762")).text
    await pass_batch(community)
    assert "Tried here: ✗ 1" in card.text
    await everything_is_read(community)
    nothing_tells(community, author, caplog)

    assert (await say(community.ada, "Ask", "Which split?")).text.startswith("Asked in")
    await say(author, "Answer", "The second one.")
    await say(community.ada, "Answer", "That is the wrong one.")
    await author.click((await read(author))[-1], "Made the difference")
    await author.submit(await form_of(author), {HAPPENED: "Still 2 points below."})
    await say(community.manager, "Hide", "Too short.")
    await community.settled()
    assert len(told_directly(community, author)) == 1
    await say(author, "Contest", "It is not.")
    unchanged = "".join(one.text for one in await read(community.manager))
    for word in ("The second one.", "💡", "Still 2", "It is not."):
        assert word not in unchanged
    await pass_batch(community)
    changed = "".join(one.text for one in await read(community.manager))
    for word in ("the reporter answers: The second one.", "💡", "Still 2", "It is not."):
        assert word in changed
    await community.manager.click((await read(community.manager))[-1], "Show again")
    await everything_is_read(community)
    nothing_tells(community, author, caplog)
    assert await columns_with(database_url, author.id) == {"report.author_id", "report_answer.user_id"}

    asked = (await author.click((await read(author))[-1], "Remove")).private
    assert asked is not None
    await author.click(asked, "Remove")
    assert "Tried here: ✗ 1" in card.text
    await pass_batch(community)
    assert "Tried here" not in card.text
    nothing_tells(community, author, caplog)
    assert await columns_with(database_url, author.id) == set()


async def test_nothing_happens_in_the_moment_that_it_is_written(community: Community) -> None:
    """Whoever watches the room then sees no message come, change or go, nor the bot type."""
    card = await card_of(community)
    form = await form_of(community.linus, anonymous=True)
    before = len(community.sandbox.requests)
    await community.linus.submit(form, FAILED)
    await community.settled()
    asked = [request.template for request in community.sandbox.requests[before:]]
    assert asked
    assert all(template.startswith(("/interactions/", "/webhooks/")) for template in asked), asked
    assert "Tried here" not in card.text


async def test_only_its_author_sees_that_it_is_theirs(community: Community) -> None:
    """On the page, and by what may be done with it."""
    await card_of(community)
    await report(community.linus, anonymous=True)
    await pass_batch(community)
    own = (await read(community.linus))[-1]
    assert "Same here" not in labels(own)
    assert "Same here" in labels((await read(community.ada))[-1])
    assert "without a name (yours)" in (await community.linus.command("reports show", paper="1706.03762")).text
    assert "(yours)" not in (await community.ada.command("reports show", paper="1706.03762")).text
