"""`/digest`: what is previewed is what is posted, once, in time, with a picture where files may be attached."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.posting import digest_pictures
from bot.posting.own_messages import OwnMessages
from bot.services.digests import Digests
from bot.storage.database import Database
from bot.storage.tables import occurrence
from bot.views.digest import NOTHING
from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible
from sandbox.community import Community
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION

SMALL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SECONDS = 60
"""A picture takes a second, on a machine with nothing else to do."""


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


@pytest.fixture
def drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which the picture is not what matters."""

    async def draw(_drawer: object, _chart: object) -> bytes:
        return SMALL_PNG

    monkeypatch.setattr(digest_pictures.Drawer, "draw", draw)


async def share(community: Community, *links: str) -> None:
    for link in links:
        await community.reply_to(await community.ada.post(community.papers, link))


def is_digest(message: Message) -> bool:
    return any(button.label == "How this is chosen" for button in message.buttons)


def digests(community: Community) -> list[Message]:
    return [message for message in community.papers.by_bot() if is_digest(message)]


async def posted(community: Community, number: int = 1) -> Message:
    """That many digests, and the last of them."""
    await community.sandbox.until(lambda: len(digests(community)) >= number, what=f"{number} digests", seconds=SECONDS)
    await community.settled()
    assert len(digests(community)) == number
    return digests(community)[-1]


async def next_due(community: Community) -> None:
    """Moves the clock to the scheduled time."""
    assert community.bot is not None
    plans = await community.bot.services.occurrences.schedules(community.guild.id)
    (due_at,) = [plan.due_at for plan in plans if plan.schedule.kind == "digest"]
    community.clock.jump_to(due_at + timedelta(seconds=1))


async def outcomes(community: Community) -> list[str | None]:
    """How each that came due has ended."""
    db = await Database.open(community.database_url)
    async with db.read() as conn:
        found = list(await conn.scalars(select(occurrence.c.outcome).where(occurrence.c.outcome.is_not(None))))
    await db.close()
    return found


@pytest.mark.parametrize("name", ["digest schedule", "digest preview", "digest post", "digest unschedule"])
async def test_members_have_no_digest_commands(community: Community, name: str) -> None:
    with pytest.raises(NotPossible, match="lacks what digest needs"):
        await community.ada.command(name)


async def test_a_preview_shows_what_is_posted_picture_included(community: Community) -> None:
    await share(community, ATTENTION, ADAM)
    preview = (await community.manager.command("digest preview")).private
    assert preview is not None
    assert "2 papers shared." in preview.text
    assert digests(community) == []
    said = await community.manager.command("digest post")
    assert said.text == f"The digest comes in <#{community.papers.id}> in a moment."
    message = await posted(community)
    assert re.sub(r"<t:\d+:", "<t:", message.text) == re.sub(r"<t:\d+:", "<t:", preview.text)
    (picture,) = message.attachments
    assert picture.content == preview.attachments[0].content
    assert picture.content.startswith(b"\x89PNG")
    assert 5_000 < len(picture.content) < 80_000


@pytest.mark.usefixtures("drawn_at_once")
async def test_buttons_show_a_paper_and_tell_how_it_is_chosen(community: Community) -> None:
    await share(community, ATTENTION)
    await community.manager.command("digest post")
    message = await posted(community)
    shown = (await community.grace.click(message, "Show 1")).private
    assert shown is not None
    assert "Attention Is All You Need" in shown.text
    told = (await community.grace.click(message, "How this is chosen")).private
    assert told is not None
    assert told.text.startswith("### How this digest is chosen")


@pytest.mark.usefixtures("drawn_at_once")
async def test_a_scheduled_digest_comes_each_week_that_has_something_in_it(community: Community) -> None:
    await share(community, ATTENTION)
    said = await community.manager.command("digest schedule", day="Friday", time="18:00")
    assert said.text.startswith(f"The digest comes in <#{community.papers.id}> every week, next <t:")
    await next_due(community)
    first = await posted(community)
    assert "1 paper shared." in first.text
    await next_due(community)
    await community.settled()
    assert len(digests(community)) == 1, "nothing happened since then"
    await share(community, ADAM)
    await next_due(community)
    assert "Adam" in (await posted(community, 2)).text
    assert (await community.manager.command("digest unschedule")).text == "No digest is scheduled any more."
    assert (await community.manager.command("digest unschedule")).text == "No digest was scheduled."
    await share(community, ATTENTION)
    community.clock.advance(timedelta(days=14).total_seconds())
    await community.settled()
    assert len(digests(community)) == 2


async def test_a_week_with_nothing_in_it_gets_a_sentence(community: Community) -> None:
    assert (await community.manager.command("digest preview")).text == NOTHING
    assert (await community.manager.command("digest post")).text == NOTHING
    await community.settled()
    assert community.papers.by_bot() == []


@pytest.mark.usefixtures("drawn_at_once")
async def test_without_attach_files_there_is_no_picture_in_either(community: Community) -> None:
    community.papers.set_permission("bot", deny=["ATTACH_FILES"])
    await share(community, ATTENTION)
    preview = (await community.manager.command("digest preview")).private
    assert preview is not None
    assert preview.attachments == []
    await community.manager.command("digest post")
    message = await posted(community)
    assert message.attachments == []
    assert "1 paper shared." in message.text


@pytest.mark.usefixtures("drawn_at_once")
async def test_most_discussed_counts_what_members_wrote(community: Community) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await community.ada.click(card, "Discuss")
    await community.settled()
    (thread,) = community.papers.threads
    without = (await community.manager.command("digest preview")).private
    assert without is not None
    assert "Most discussed" not in without.text, "nobody has written yet"
    for words in ("I read it.", "All of it?"):
        await community.grace.post(thread, words)
    await community.settled()
    await community.manager.command("digest post")
    message = await posted(community)
    assert "· 2 messages · " in message.text
    await community.grace.post(thread, "Most of it.")
    await community.manager.command("digest post")
    assert "· 1 message · " in (await posted(community, 2)).text


@pytest.mark.usefixtures("drawn_at_once")
async def test_a_digest_that_was_posted_but_not_recorded_is_found_again(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Digests.posted
    failed: list[int] = []

    async def fail_once(self: Digests, digest_id: int, message_id: int, messages: dict[int, int]) -> None:
        if not failed:
            failed.append(message_id)
            raise TimeoutError("the process is gone")
        assert message_id == failed[0]
        await record(self, digest_id, message_id, messages)
        failed.append(message_id)

    monkeypatch.setattr(Digests, "posted", fail_once)
    await share(community, ATTENTION)
    await community.manager.command("digest post")
    await community.sandbox.until(lambda: failed, what="the first try")
    community.clock.advance(900)  # also past the time in which Discord would know the nonce
    await community.sandbox.until(lambda: len(failed) == 2, what="the second try", seconds=SECONDS)
    await posted(community)


@pytest.mark.usefixtures("drawn_at_once")
@pytest.mark.parametrize("reached_discord", [True, False])
async def test_after_two_days_a_digest_is_only_looked_for(
    community: Community, monkeypatch: pytest.MonkeyPatch, reached_discord: bool
) -> None:
    post_once, tried = OwnMessages.post_once, asyncio.Event()

    async def fail(*arguments: Any, **options: Any) -> None:
        if reached_discord:
            await post_once(*arguments, **options)
        tried.set()
        raise TimeoutError("no answer")

    monkeypatch.setattr(OwnMessages, "post_once", fail)
    await share(community, ATTENTION)
    await community.manager.command("digest post")
    await tried.wait()
    community.clock.advance(timedelta(hours=49).total_seconds())
    await community.settled()
    assert await outcomes(community) == ["posted" if reached_discord else "skipped: too late"]
    assert len(digests(community)) == reached_discord


@pytest.mark.usefixtures("drawn_at_once")
async def test_a_channel_that_is_gone_loses_the_digest_and_the_next_one_tells_it(community: Community) -> None:
    elsewhere = community.guild.add_channel("elsewhere")
    await share(community, ATTENTION)
    await community.manager.command("digest schedule", day="Friday", time="18:00", channel=elsewhere)
    elsewhere.delete()
    await next_due(community)
    await community.settled()
    assert await outcomes(community) == ["lost: Discord refused the digest (Unknown Channel)"]
    await community.manager.command("digest post")
    assert "1 paper shared." in (await posted(community)).text


@pytest.mark.usefixtures("drawn_at_once")
async def test_a_place_that_takes_no_message_is_told_at_once(community: Community) -> None:
    closed = community.guild.add_channel("closed", overwrites={"bot": ["SEND_MESSAGES"]})
    await share(community, ATTENTION)
    said = await community.manager.command("digest post", at=closed)
    assert said.text == "I still need there: Send Messages."
    said = await community.manager.command("digest schedule", day="Friday", time="18:00", channel=closed)
    assert said.text.endswith(" I still need there: Send Messages.")
