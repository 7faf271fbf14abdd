"""PAPER as members type it, and the shared list: `/paper`, `/save`, `/unsave`, `/vote`, `/list`."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from bot.services.reading_list import NOTHING_TO_REMOVE
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible
from sandbox.community import Community
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, GAN, LARGE_N, RESNET, labels, record, titles

pytestmark = pytest.mark.usefixtures("refresh_at_once")

SEVEN = [f"2402.0000{n}" for n in range(1, 8)]


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def share(community: Community, *links: str) -> Message:
    """All at once, so that one request brings them."""
    reply = await community.reply_to(await community.ada.post(community.papers, " ".join(links)))
    await community.settled()
    return reply


async def save_seven(community: Community) -> None:
    for paper_id in SEVEN:
        community.arxiv.add(record(paper_id, title=f"Number {paper_id[-1]}"))
    await share(community, *(f"arXiv:{paper_id}" for paper_id in SEVEN))
    for paper_id in SEVEN:
        await community.ada.command("save", paper=paper_id)


def numbers(message: Message | None) -> str:
    """The papers of `save_seven` in the order they stand in a page of the list."""
    assert message is not None
    return "".join(line.split("Number ")[1][0] for line in message.text.splitlines() if "**Number " in line)


def private(answer: Answer) -> str:
    """What only the asker reads; there is nothing else."""
    assert answer.messages, "an answer"
    assert all(message.private for message in answer.messages)
    return answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "https://arxiv.org/pdf/1706.03762v2.pdf",
        "<https://huggingface.co/papers/1706.03762>",
        "1706.03762",
        "arxiv:1706.03762",
        "attention need",
        "ATTENTION IS ALL YOU NEED",
        "vaswani",
    ],
)
async def test_a_paper_is_named_by_link_id_or_words(community: Community, typed: str) -> None:
    await share(community, ATTENTION, ADAM)
    shown = (await community.grace.command("paper", paper=typed)).public
    assert shown is not None
    assert titles(shown) == ["Attention Is All You Need"]
    assert "Sequence transduction" in shown.text
    assert labels(shown)[:5] == ["Save", "▲ Vote 0", "Discuss", "More", "✕"]


async def test_a_new_paper_is_fetched(community: Community) -> None:
    answer = await community.grace.command("paper", paper=GAN)
    assert answer.public is not None
    assert titles(answer.public) == ["Generative Adversarial Networks"]
    assert "First shared" not in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("learning", "Several papers match that. Choose one from the list that appears while you type"),
        ("no such words", "No paper of this server matches that. Paste a link or an id"),
        ("   ", "Name a paper: a link, an id like 1706.03762, or words of its title."),
        ("10.1000/a_b*c", "I recognise doi\\:10.1000/a\\_b\\*c, but can only read papers of arXiv so far."),
        ("@everyone", "No paper of this server matches that."),
    ],
)
async def test_what_names_no_paper_gets_a_sentence(community: Community, typed: str, sentence: str) -> None:
    await share(community, RESNET, ADAM)
    for paper_id in ("2402.00001", "2402.00002"):
        community.arxiv.add(record(paper_id, title=f"Learning {paper_id}"))
    community.clock.advance(4)
    await share(community, "arXiv:2402.00001 arXiv:2402.00002")
    said = private(await community.grace.command("paper", paper=typed))
    assert sentence.replace("\\:", ":") in said.replace("\\:", ":")


@pytest.fixture
def defers_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot asks for more time after a twentieth of a second instead of a whole one."""
    monkeypatch.setattr("bot.answers.DEFER_AFTER_SECONDS", 0.05)


@pytest.mark.usefixtures("defers_soon")
async def test_an_id_that_does_not_exist(community: Community) -> None:
    asked = community.grace.send_command("save", community.papers, {"paper": "2401.99999"})
    await community.sandbox.until(lambda: asked.is_thinking and community.arxiv.requests, what="the paper asked for")
    await community.sandbox.until(lambda: community.arxiv.requests[0].status == 200, what="arXiv's answer")
    community.clock.advance(4)
    await community.sandbox.until(lambda: not asked.is_thinking, what="an answer")
    assert private(Answer(asked)) == "arXiv knows no paper 2401.99999. Check the link or id."
    assert "No papers yet" in private(await community.grace.command("list"))


@pytest.mark.usefixtures("defers_soon")
@pytest.mark.parametrize(("name", "cog"), [("paper", "cogs.paper_cards"), ("save", "cogs.reading_list")])
async def test_arxiv_down_leaves_one_private_sentence(
    community: Community, monkeypatch: pytest.MonkeyPatch, name: str, cog: str
) -> None:
    """Where the answer was to be public, so is the "thinking" before it: that goes."""
    monkeypatch.setattr(sys.modules[cog], "FETCH_SECONDS", 0.2)
    community.arxiv.down = True
    answer = await community.grace.command(name, paper=ATTENTION)
    await community.settled()
    assert answer.deferred
    assert private(answer) == "arXiv is not answering just now. I keep trying; try again in a few minutes."
    assert community.papers.by_bot() == []


@pytest.mark.usefixtures("defers_soon")
async def test_a_slow_arxiv_is_waited_for(community: Community) -> None:
    community.arxiv.fail("slow", seconds=0.2)
    answer = await community.grace.command("paper", paper=ATTENTION)
    assert answer.deferred
    assert answer.public is not None
    assert titles(answer.public) == ["Attention Is All You Need"]
    await community.linus.click(answer.public, "▲ Vote 0")
    await community.settled()
    assert "▲ 1 vote" in answer.text


async def test_save_with_tags_and_a_note(community: Community) -> None:
    card = await share(community, ATTENTION)
    said = private(
        await community.grace.command("save", paper="attention", tags="RL, #World Models,rl", note="read *this* <@1>")
    )
    assert said == "Saved **Attention Is All You Need**. It has 0 votes; see the list with /list."
    await community.settled()
    assert f"Saved by {community.grace.mention} <t:" in card.text
    assert "-# Tags: rl, world models" in card.text
    assert " · 1 note" in card.text
    await community.linus.command("save", paper="attention", note="and this")
    more = private(await community.ada.click(card, "More"))
    assert f"{community.grace.mention}: read \\*this\\* \\<@1>" in more
    assert f"{community.linus.mention}: and this" in more


async def test_saving_again_adds_tags_and_replaces_the_own_note(community: Community) -> None:
    card = await share(community, ATTENTION)
    await community.grace.command("save", paper="attention", tags="a", note="first thought")
    again = private(await community.grace.command("save", paper="attention", tags="b", note="second thought"))
    assert again.startswith("**Attention Is All You Need** is on the list already, saved by")
    await community.settled()
    assert "-# Tags: a, b" in card.text
    more = private(await community.ada.click(card, "More"))
    assert "second thought" in more
    assert "first thought" not in more


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        (",".join("abcdefghijk"), "That makes 11 tags; a paper takes up to 10. Choose the best of them."),
        ("x" * 31, "A tag has at most 30 characters. Write commas between tags."),
        ("k", "That makes 11 tags; a paper takes up to 10. Choose the best of them."),
    ],
)
async def test_too_many_or_too_long_tags_change_nothing(community: Community, tags: str, sentence: str) -> None:
    card = await share(community, ATTENTION)
    await community.grace.command("save", paper="attention", tags=",".join("abcdefghij"))
    assert private(await community.grace.command("save", paper="attention", tags=tags, note="n")) == sentence
    await community.settled()
    assert "-# Tags: a, b, c, d, e, f, g, h, i, j" in card.text
    assert "note" not in card.text


async def test_a_note_has_a_longest_length(community: Community) -> None:
    await share(community, ATTENTION)
    with pytest.raises(NotPossible):
        await community.grace.command("save", paper="attention", note="n" * 501)


async def test_the_saver_takes_a_paper_off_after_hearing_what_is_lost(community: Community) -> None:
    card = await share(community, ATTENTION)
    await community.grace.command("save", paper="attention", tags="a, b", note="n")
    await community.linus.command("vote", paper="attention")
    question = (await community.grace.command("unsave", paper="attention")).private
    assert question is not None
    assert question.text == (
        "Take **Attention Is All You Need** off the list? Its 1 vote, 1 note, 2 tags would be lost."
    )
    await community.grace.click(question, "Keep it")
    assert question.text == "**Attention Is All You Need** stays on the list."
    assert question.buttons == []
    again = (await community.grace.command("unsave", paper="attention")).private
    assert again is not None
    await community.grace.click(again, "Take it off")
    assert again.text == "**Attention Is All You Need** is off the list."
    await community.settled()
    assert labels(card)[1] == "▲ Vote 0"
    assert "Tags" not in card.text
    assert "No papers yet" in private(await community.ada.command("list"))
    await community.linus.command("vote", paper="attention")
    assert "▲ 1 ·" in private(await community.ada.command("list")), "the old votes stay lost"


async def test_only_the_saver_or_a_manager_takes_a_paper_off(community: Community) -> None:
    await share(community, ATTENTION)
    await community.grace.command("save", paper="attention")
    assert private(await community.linus.command("unsave", paper="attention")) == (
        "Only the person who saved it, or a manager, can take a paper off the list."
    )
    question = (await community.manager.command("unsave", paper="attention")).private
    assert question is not None
    assert question.text == "Take **Attention Is All You Need** off the list?"
    await community.manager.click(question, "Take it off")
    assert private(await community.grace.command("unsave", paper="attention")) == NOTHING_TO_REMOVE


async def test_a_question_answered_too_late(community: Community) -> None:
    await share(community, ATTENTION)
    await community.grace.command("save", paper="attention")
    questions = [(await person.command("unsave", paper="attention")).private for person in (community.grace,) * 2]
    assert questions[0] is not None
    assert questions[1] is not None
    await community.grace.click(questions[0], "Take it off")
    assert private(await community.grace.click(questions[1], "Take it off")) == NOTHING_TO_REMOVE


async def test_voting_twice_takes_the_vote_back(community: Community) -> None:
    card = await share(community, ATTENTION)
    first = private(await community.grace.command("vote", paper="attention"))
    assert first == "You voted for **Attention Is All You Need**. It has 1 vote."
    await community.settled()
    assert labels(card)[1] == "▲ Vote 1"
    await community.linus.command("vote", paper="attention")
    second = private(await community.grace.command("vote", paper="attention"))
    assert second == "You took back your vote for **Attention Is All You Need**. It has 1 vote."
    await community.settled()
    assert labels(card)[1] == "▲ Vote 1"
    await community.linus.click(card, "▲ Vote 1")
    assert labels(card)[1] == "▲ Vote 0", "the command and the button are one vote"


async def test_the_list_is_sorted_and_filtered(community: Community) -> None:
    await save_seven(community)
    await community.grace.command("vote", paper=SEVEN[3])
    await community.linus.command("vote", paper=SEVEN[3])
    await community.linus.command("vote", paper=SEVEN[5])
    await community.ada.command("save", paper=SEVEN[1], tags="theory")
    community.arxiv.add(record("2402.00008", title="Number 8"))
    community.clock.advance(4)
    await community.grace.command("save", paper="2402.00008", tags="theory, rl")

    async def listed(**options: Any) -> str:
        return numbers((await community.linus.command("list", **options)).private)

    assert await listed() == await listed(sort="votes") == "46123"
    assert await listed(sort="newest") == "87654"
    assert await listed(sort="oldest") == await listed(sort="title") == "12345"
    assert await listed(tag="theory", sort="oldest") == "28"
    assert await listed(tag="#Theory", sort="newest") == "82"
    assert await listed(saved_by=community.grace) == "8"
    assert await listed(saved_by=community.grace, tag="rl") == "8"
    one = private(await community.linus.command("list", tag="rl", saved_by=community.grace))
    assert f"1 paper tagged rl saved by {community.grace.mention}" in one
    none = private(await community.linus.command("list", tag="*nothing*"))
    assert none == "### Reading list\nNo papers tagged \\*nothing\\* yet. Press **Save** on a card, or use /save."


async def test_a_line_of_the_list_tells_the_paper_and_shows_its_card(community: Community) -> None:
    card = await share(community, ATTENTION)
    await community.grace.click(card, "▲ Vote 0")
    await community.grace.click(card, "Discuss")
    page = (await community.linus.command("list")).private
    assert page is not None
    assert page.text.splitlines()[1:] == [
        "1 paper",
        "1\\. **Attention Is All You Need**",
        f"-# Ashish Vaswani, Noam Shazeer and 6 more · 2017 · ▲ 1 · saved by {community.grace.mention} · "
        f"<#{card.id}> · [arXiv]({ATTENTION})",
    ]
    shown = (await community.linus.click(page, "Show")).private
    assert shown is not None
    assert titles(shown) == ["Attention Is All You Need"]
    await community.linus.click(shown, "▲ Vote 1")
    assert labels(shown)[1] == "▲ Vote 2"
    await community.settled()
    assert labels(card)[1] == "▲ Vote 2"
    await community.linus.click(shown, "✕")
    await community.settled()
    assert shown.deleted


async def test_pages_turn_both_ways_also_after_a_restart(community: Community) -> None:
    await save_seven(community)
    community.arxiv.add(record("2402.00008", title="Number 8"))
    community.clock.advance(4)
    await community.grace.command("save", paper="2402.00008")
    page = (await community.linus.command("list", sort="newest", saved_by=community.ada)).private
    assert page is not None
    assert numbers(page) == "76543"
    assert [(b.label, b.disabled) for b in page.buttons[-3:]] == [("◀", True), ("1 / 2", True), ("▶", False)]
    await community.linus.click(page, "▶")
    assert numbers(page) == "21"
    assert "6\\. **Number 2**" in page.text
    assert [(b.label, b.disabled) for b in page.buttons[-3:]] == [("◀", False), ("2 / 2", True), ("▶", True)]
    await community.stop_bot()
    await community.start_bot()
    await community.linus.click(page, "◀")
    assert numbers(page) == "76543"


async def test_turning_to_a_page_that_is_gone_shows_the_last(community: Community) -> None:
    await save_seven(community)
    page = (await community.linus.command("list", sort="oldest")).private
    assert page is not None
    for paper_id in SEVEN[:3]:
        question = (await community.ada.command("unsave", paper=paper_id)).private
        assert question is not None
        await community.ada.click(question, "Take it off")
    await community.linus.click(page, "▶")
    assert numbers(page) == "4567"


async def test_an_empty_list_says_how_to_fill_it(community: Community) -> None:
    assert private(await community.ada.command("list")) == (
        "### Reading list\nNo papers yet. Press **Save** on a card, or use /save."
    )


async def test_nothing_crosses_from_one_server_to_another(community: Community) -> None:
    card = await share(community, ATTENTION)
    await community.grace.command("save", paper="attention", tags="secret", note="our secret")
    await community.grace.click(card, "▲ Vote 0")
    await community.grace.click(card, "Discuss")
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    grace, linus = other.add_member("Grace"), other.add_member("Linus", permissions=["MANAGE_GUILD"])
    assert await grace.complete("paper", paper="attention") == []
    assert "No paper of this server matches" in private(await grace.command("paper", paper="attention"))
    assert "No papers yet" in private(await grace.command("list"))
    assert "No papers tagged secret yet" in private(await grace.command("list", tag="secret"))
    assert "No papers" in private(await linus.command("list", saved_by=grace))
    assert private(await linus.command("unsave", paper="1706.03762")) == NOTHING_TO_REMOVE
    theirs = await community.reply_to(await linus.post(room, ATTENTION))
    assert labels(theirs)[1] == "▲ Vote 0"
    for word in ("Saved", "secret", "note", "Discussion", community.papers.name, str(community.guild.id)):
        assert word not in theirs.text
    more = private(await linus.click(theirs, "More"))
    assert "our secret" not in more
    await linus.click(theirs, "▲ Vote 0")
    await linus.click(theirs, "Discuss")
    await community.settled()
    assert labels(theirs)[1] == "▲ Vote 1"
    assert labels(card)[1] == "▲ Vote 1"
    assert [thread.guild for thread in room.threads] == [other]
    assert len(community.papers.threads) == 1


async def test_autocomplete_offers_what_matches_first_what_starts_so(community: Community) -> None:
    await share(community, ATTENTION, ADAM, LARGE_N)
    offered = await community.grace.complete("paper", paper="a")
    assert {choice.value for choice in offered} >= {"arxiv:1706.03762", "arxiv:1412.6980"}
    assert [choice.name for choice in await community.grace.complete("save", paper="adam")] == [
        "Adam: A Method for Stochastic Optimization"
    ]
    chosen = (await community.grace.complete("vote", paper="large n limit"))[0]
    assert chosen.value == "arxiv:hep-th/9711200"
    said = private(await community.grace.command("vote", paper=chosen.value))
    assert said.startswith("You voted for **The Large N Limit of Superconformal Field Theories")


async def test_autocomplete_of_a_pasted_link(community: Community) -> None:
    await share(community, ATTENTION)
    known = await community.grace.complete("paper", paper=f"{ATTENTION}v3")
    assert known == [("Attention Is All You Need", "arxiv:1706.03762")]
    new = await community.grace.complete("paper", paper=GAN)
    assert new == [("arxiv:1406.2661", "arxiv:1406.2661")]


async def test_autocomplete_offers_at_most_25(community: Community) -> None:
    ids = [f"2403.000{n:02}" for n in range(30)]
    for paper_id in ids:
        community.arxiv.add(record(paper_id, title=f"Survey {paper_id} " + "long " * 30))
    await share(community, *(f"arXiv:{paper_id}" for paper_id in ids))
    offered = await community.grace.complete("paper", paper="survey")
    assert len(offered) == 25
    assert all(len(choice.name) <= 100 for choice in offered)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "%", "_", "' OR 1=1 --", "\\", "x" * 6000, "\u202e\u200b", "@everyone", "*" * 300, "1706.", "🧪"],
)
async def test_autocomplete_survives_whatever_is_typed(community: Community, typed: str) -> None:
    await share(community, ATTENTION)
    offered = await community.grace.complete("paper", paper=typed)
    assert [choice.value for choice in offered] in ([], ["arxiv:1706.03762"])
    assert bool(offered) is (typed.strip() in {"", "1706."})
