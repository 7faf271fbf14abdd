"""The message menu **Save papers**: whatever message, whoever wrote it, with or without the message content intent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.storage.database import Database
from bot.storage.tables import entry, mention
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, GAN, RESNET, record

pytestmark = pytest.mark.usefixtures("refresh_at_once")

TITLES = {
    ATTENTION: "Attention Is All You Need",
    ADAM: "Adam: A Method for Stochastic Optimization",
    RESNET: "Deep Residual Learning for Image Recognition",
    GAN: "Generative Adversarial Networks",
}
UNKNOWN = "2401.99999"
without_intent = pytest.mark.parametrize("message_content", [False], ids=["without-intent"])
both = pytest.mark.parametrize("message_content", [True, False], ids=["with-intent", "without-intent"])


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def save(person: Person, message: Message) -> str:
    """What the menu answers, for this member alone."""
    return private(await person.menu("Save papers", message))


def private(answer: Answer) -> str:
    assert [message.private for message in answer.messages] == [True]
    return answer.text


def saved(*links: str) -> str:
    """The answer when all of them are new."""
    count = f"{len(links)} paper{'' if len(links) == 1 else 's'}"
    return "\n".join([f"**Saved {count}.** See the list with /list.", *(f"- **{TITLES[link]}**" for link in links)])


async def counts(database_url: str) -> tuple[int, int]:
    """Entries of the list, and mentions that are recorded."""
    db = await Database.open(database_url)
    async with db.read() as conn:
        entries = await conn.scalar(select(func.count()).select_from(entry))
        mentions = await conn.scalar(select(func.count()).select_from(mention))
    await db.close()
    return entries or 0, mentions or 0


# --- what is found in a message


@both
async def test_every_paper_of_a_message_is_fetched_together_and_saved(
    community: Community, message_content: bool
) -> None:
    message = await community.ada.post(community.papers, f"{ATTENTION} and <{ADAM}>, see [this]({RESNET})")
    if message_content:
        await community.reply_to(message)
    assert await save(community.grace, message) == saved(ATTENTION, ADAM, RESNET)
    assert len(community.arxiv.requests) == (2 if message_content else 1)  # the quiet one is new to the room
    listed = private(await community.linus.command("list"))
    assert listed.count(f"saved by {community.grace.mention}") == 3
    assert all(TITLES[link] in listed for link in (ATTENTION, ADAM, RESNET))


@without_intent
async def test_a_forwarded_message(community: Community) -> None:
    elsewhere = community.guild.add_channel("elsewhere")
    forwarded = await community.linus.forward(await community.ada.post(elsewhere, GAN), community.papers)
    assert await save(community.grace, forwarded) == saved(GAN)


@without_intent
async def test_the_embed_of_a_feed_that_another_bot_posts(community: Community) -> None:
    feed = community.guild.add_member("Feed", is_bot=True)
    embed: dict[str, object] = {"type": "rich", "title": "New today", "url": ATTENTION, "description": f"Also {ADAM}"}
    embed |= {"fields": [{"name": "Third", "value": RESNET, "inline": False}], "footer": {"text": f"and {GAN}"}}
    message = await feed.post(community.papers, "Good morning!", embeds=[embed])
    assert await save(community.grace, message) == saved(ATTENTION, ADAM, RESNET, GAN)


@without_intent
async def test_what_discords_preview_of_a_page_says_is_not_what_the_member_wrote(community: Community) -> None:
    preview = {"type": "article", "url": ATTENTION, "description": f"This builds on {RESNET}."}
    message = await community.ada.post(community.papers, ATTENTION, embeds=[preview])
    assert await save(community.grace, message) == saved(ATTENTION)


@without_intent
async def test_links_in_code_are_not_read(community: Community) -> None:
    message = await community.ada.post(community.papers, f"`{ATTENTION}`\n```\n{RESNET}\n``` {ADAM}")
    assert await save(community.grace, message) == saved(ADAM)


@without_intent
async def test_a_message_without_papers_gets_a_sentence(community: Community) -> None:
    message = await community.ada.post(community.papers, "lunch? https://example.org/2")
    assert await save(community.grace, message) == (
        "I find no paper in that message. I look for links and ids like arXiv:1706.03762; use /save to name a paper "
        "yourself."
    )
    assert community.arxiv.requests == []


@without_intent
async def test_an_empty_message(community: Community) -> None:
    message = await community.ada.post(community.papers, attachments={"notes.txt": b"x"})
    assert (await save(community.grace, message)).startswith("I find no paper in that message.")


# --- the bot's own messages


@both
async def test_a_card_of_the_bot_saves_its_papers(community: Community) -> None:
    shown = (await community.ada.command("paper", paper=ATTENTION)).public
    assert shown is not None
    assert await save(community.grace, shown) == saved(ATTENTION)
    await community.settled()
    assert f"Saved by {community.grace.mention}" in shown.text, "the card follows"


async def test_a_long_list_of_the_bot_saves_also_what_has_no_button(community: Community) -> None:
    ids = [f"2402.{n:05}" for n in range(1, 15)]
    for paper_id in ids:
        community.arxiv.add(record(paper_id))
    listed = await community.reply_to(
        await community.ada.post(community.papers, " ".join(f"arXiv:{paper_id}" for paper_id in ids))
    )
    await community.settled()
    assert len(listed.buttons) == 12
    said = await save(community.grace, listed)
    assert said.startswith("**Saved 14 papers.**")
    assert said.count("\n- **") == 10
    assert said.endswith("\n-# and 4 more")
    await community.settled()
    assert await save(community.grace, listed) == said.replace(
        "**Saved 14 papers.** See the list with /list.", "**On the list already:** 14 papers."
    ).replace("**\n", "** · saved by you\n")


async def test_a_forwarded_card_saves_the_paper_and_none_that_its_abstract_names(community: Community) -> None:
    community.arxiv.add(record("2402.00001", title="Naming Others", abstract=f"We extend {RESNET} in every way."))
    card = await community.reply_to(await community.ada.post(community.papers, "arXiv:2402.00001"))
    elsewhere = community.guild.add_channel("elsewhere")
    said = await save(community.grace, await community.linus.forward(card, elsewhere))
    assert said.splitlines()[1:] == ["- **Naming Others**"]


async def test_cards_elsewhere_follow(community: Community) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    elsewhere = community.guild.add_channel("elsewhere")
    await save(community.grace, await community.linus.post(elsewhere, f"<{ATTENTION}>"))
    await community.settled()
    assert f"Saved by {community.grace.mention}" in card.text


# --- what cannot be had


@pytest.fixture
def defers_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot asks for more time after a twentieth of a second instead of a whole one."""
    monkeypatch.setattr("bot.answers.DEFER_AFTER_SECONDS", 0.05)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu waits for arXiv for a moment only."""
    monkeypatch.setattr("cogs.save_papers.FETCH_SECONDS", 0.3)


@without_intent
@pytest.mark.usefixtures("defers_soon")
async def test_each_paper_is_told_of_by_what_became_of_it(community: Community) -> None:
    await community.ada.command("save", paper=ADAM)
    message = await community.ada.post(
        community.papers, f"{ATTENTION} {ADAM} arXiv:{UNKNOWN} https://doi.org/10.1000/a_b"
    )
    asked = community.grace.send_menu("Save papers", message)
    await community.sandbox.until(lambda: asked.is_thinking, what="more time asked for")
    community.clock.advance(4)
    await community.sandbox.until(lambda: len(community.arxiv.requests) == 2, what="the papers asked for")
    await community.sandbox.until(lambda: community.arxiv.requests[1].status == 200, what="arXiv's answer")
    community.clock.advance(4)  # what it left out is asked for once more
    await community.sandbox.until(lambda: not asked.is_thinking, what="an answer")
    assert private(Answer(asked)).splitlines() == [
        "**Saved 1 paper.** See the list with /list.",
        "- **Attention Is All You Need**",
        "**On the list already:** 1 paper.",
        f"- **Adam: A Method for Stochastic Optimization** · saved by {community.ada.mention}",
        "There is no such paper: arXiv 2401.99999. Check the link.",
        "I cannot read DOI 10.1000/a\\_b yet. Try an arXiv link for it.",
    ]


@without_intent
@pytest.mark.usefixtures("short_patience")
async def test_what_arxiv_cannot_give_now_is_remembered_for_the_next_try(community: Community) -> None:
    community.arxiv.fail(503, None)
    message = await community.ada.post(community.papers, f"{ATTENTION} {ADAM}")
    assert await save(community.grace, message) == (
        "I could not look up arXiv 1706.03762, arXiv 1412.6980 just now, and keep trying. Use **Save papers** on that "
        "message again in a few minutes."
    )
    assert "No papers yet" in private(await community.grace.command("list"))
    community.arxiv.clear()
    community.clock.advance(90)
    await community.sandbox.until(lambda: community.arxiv.requests[-1].status == 200, what="another try")
    assert await save(community.grace, message) == saved(ATTENTION, ADAM)


# --- many at once, and nobody else's business


@without_intent
async def test_forty_members_at_once_each_get_a_true_answer(community: Community, database_url: str) -> None:
    await community.ada.command("paper", paper=ATTENTION)
    await community.ada.command("paper", paper=ADAM)
    message = await community.ada.post(community.papers, f"{ADAM} {ATTENTION}")
    crowd = [community.guild.add_member(f"Member {n}") for n in range(40)]
    told = await asyncio.gather(*(save(person, message) for person in crowd))
    first = [person for person, said in zip(crowd, told, strict=True) if said == saved(ADAM, ATTENTION)]
    assert len(first) == 1
    by = f"saved by {first[0].mention}"
    others = [said for said in told if said != saved(ADAM, ATTENTION)]
    assert {said.count(by) for said in others} == {2}
    assert await counts(database_url) == (2, 0)


async def test_saving_is_the_act_of_who_saves(community: Community, database_url: str) -> None:
    """The author opted out: nothing of them or their message is recorded, and no card comes."""
    await community.ada.command("privacy ignore-me")
    message = await community.ada.post(community.papers, ATTENTION)
    assert await save(community.grace, message) == saved(ATTENTION)
    await community.settled()
    assert community.papers.by_bot() == []
    assert await counts(database_url) == (1, 0)


async def test_another_server_has_its_own_list(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    await community.reply_to(message)
    await save(community.grace, message)
    other = community.sandbox.add_guild("Other Group")
    theirs, ann = other.add_channel("papers"), other.add_member("Ann")
    await community.settled()
    assert await save(ann, await ann.post(theirs, f"<{ATTENTION}>")) == saved(ATTENTION)


def test_the_menu_is_on_the_page_of_commands() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/commands.md").read_text(encoding="utf-8")
    assert "| **Save papers** |" in page
