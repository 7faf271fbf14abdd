"""`/explain`: the form, the best one on the card, and the private page with votes."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, forge, labels
from tests.domain.discord_markdown import shown

pytestmark = pytest.mark.usefixtures("refresh_at_once")

TITLE = "Attention Is All You Need"
IDEA = "The core idea"
HOSTILE = "@everyone <@1> [free](https://evil.example) https://evil.example # *x* ||y||"


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def card_of(community: Community, link: str = ATTENTION) -> Message:
    card = await community.reply_to(await community.ada.post(community.papers, link))
    await community.settled()
    return card


async def explain(person: Person, text: str, level: str = "newcomer", paper: str = "1706.03762") -> str:
    form = (await person.command("explain", paper=paper)).modal
    assert form is not None
    answer = await person.submit(form, {"For whom": level, IDEA: text})
    assert all(message.private for message in answer.messages)
    return answer.text


async def page_of(person: Person, card: Message) -> Message:
    panel = (await person.click(card, "More")).private
    assert panel is not None
    page = (await person.click(panel, "Explanations")).private
    assert page is not None
    return page


async def test_the_explanation_stands_on_the_card_with_its_authors_name(community: Community) -> None:
    card = await card_of(community)
    said = await explain(community.grace, "Every word looks at every other.")
    assert said.startswith(f"Thank you, your explanation stands with **{TITLE}**.")
    await community.settled()
    assert f"**In plain words**, for newcomers, by {community.grace.mention}: Every word looks" in card.text
    assert "More explanations" not in labels(card)


async def test_the_form_comes_filled_in_and_survives_a_restart(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "First words.", "researcher")
    panel = (await community.grace.click(card, "More")).private
    assert panel is not None
    form = (await community.grace.click(panel, "In plain words")).modal
    assert form is not None
    assert form.fields[IDEA]["value"] == "First words."
    await community.stop_bot()
    await community.start_bot()
    answer = await community.grace.submit(form, {"For whom": "practitioner", IDEA: "Second words."})
    assert "was changed" in answer.text
    await community.settled()
    assert f"for practitioners, by {community.grace.mention}: Second words." in card.text
    assert "First words" not in card.text


async def test_votes_choose_the_best_and_move(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "Older one.")
    await explain(community.linus, "Newer one.")
    await community.settled()
    assert "Older one." in card.text
    page = (await community.ada.click(card, "More explanations")).private
    assert page is not None
    assert page.text.index("Older one.") < page.text.index("Newer one.")
    votes = [button.custom_id for button in page.buttons if button.label == "▲ 0"]
    await community.stop_bot()
    await community.start_bot()
    await community.ada.click(page, custom_id=votes[1])
    await community.settled()
    assert "Newer one." in card.text
    assert "Older one." not in card.text
    await community.ada.click(page, custom_id=votes[0])
    await community.settled()
    assert [label for label in labels(page) if label.startswith("▲")] == ["▲ 1", "▲ 0"]
    assert "Older one." in card.text
    await community.ada.click(page, custom_id=votes[0])
    assert [label for label in labels(page) if label.startswith("▲")] == ["▲ 0", "▲ 0"]


async def test_the_author_or_a_manager_takes_one_away(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "Of Grace.")
    await explain(community.linus, "Of Linus.")
    await community.settled()
    assert "Take it away" not in labels(await page_of(community.ada, card))
    of_linus = await page_of(community.linus, card)
    assert labels(of_linus).count("Take it away") == 1
    await community.linus.click(of_linus, "Take it away")
    assert "Of Linus." not in of_linus.text
    of_manager = await page_of(community.manager, card)
    stale = await page_of(community.grace, card)
    await community.manager.click(of_manager, "Take it away")
    assert "Nobody has explained this paper yet." in of_manager.text
    gone = await community.grace.click(stale, "▲ 0")
    assert "That explanation is not there any more." in gone.text
    await community.settled()
    assert "In plain words" not in card.text


async def test_links_and_pings_stay_text(community: Community) -> None:
    card = await card_of(community)
    before = Counter(shown(card.text).active)
    await explain(community.grace, HOSTILE)
    await community.settled()
    assert "evil.example" in card.text
    assert Counter(shown(card.text).active) - before == Counter(shown("**a** <@1>").active), "ours"
    page = await page_of(community.linus, card)
    for text in (card.text, page.text):
        assert "https://evil" not in text
        assert "@everyone" not in text
        assert "\\<@1>" in text


async def test_forty_vote_at_once(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "Of Grace.")
    page = await page_of(community.ada, card)
    vote = next(button.custom_id for button in page.buttons if button.label == "▲ 0")
    people = [community.guild.add_member(f"Member {n}") for n in range(40)]
    pages = [await page_of(person, card) for person in people]
    await asyncio.gather(*(person.click(mine, custom_id=vote) for person, mine in zip(people, pages, strict=True)))
    assert "▲ 40" in labels(await page_of(community.ada, card))


async def test_another_server_neither_shows_nor_takes_them(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "Only here.")
    page = await page_of(community.grace, card)
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    stranger = other.add_member("Stranger", permissions=["MANAGE_GUILD"])
    theirs = await community.reply_to(await stranger.post(room, ATTENTION))
    await community.settled()
    assert "In plain words" not in theirs.text
    form = (await stranger.command("explain", at=room, paper="1706.03762")).modal
    assert form is not None
    await stranger.submit(form, {"For whom": "newcomer", IDEA: "Only there."})
    own = await page_of(stranger, theirs)
    assert "Only here." not in own.text
    # the id of a button of the first server, sent from the second
    foreign = next(button.custom_id or "" for button in page.buttons if button.label == "Take it away")
    forge(own, "Take it away", foreign)
    answer = await stranger.click(own, custom_id=foreign)
    assert "not there any more" in answer.text
    assert "Only here." in (await page_of(community.linus, card)).text


async def test_what_is_deleted_goes_from_the_card(community: Community) -> None:
    card = await card_of(community)
    await explain(community.grace, "Words.")
    await community.settled()
    question = (await community.grace.command("privacy delete")).private
    assert question is not None
    assert "explanation" in question.text
    await community.grace.click(question, next(label for label in labels(question) if label.startswith("Delete")))
    await community.settled()
    assert "In plain words" not in card.text


async def test_a_new_paper_is_fetched_first(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.answers.DEFER_AFTER_SECONDS", 0.05)
    community.arxiv.fail("slow", seconds=0.2)
    answer = await community.grace.command("explain", paper=ADAM)
    assert answer.private is not None
    assert labels(answer.private) == ["In plain words"]
    form = (await community.grace.click(answer.private, "In plain words")).modal
    assert form is not None
