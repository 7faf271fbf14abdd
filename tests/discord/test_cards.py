"""What stands on a card, what its buttons do, and that they go on doing it."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.reading_list import ReadingList
from bot.storage.database import Database
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, GAN, RESNET, labels, record, titles

pytestmark = pytest.mark.usefixtures("refresh_at_once")

MEMBERS = 40
GREEN = 3

HOSTILE = (
    "**Bold** @everyone <@{victim}> <#1> [click](https://evil.example/x) https://evil.example `code` ||spoiler|| "
    "# big :smile: <t:0> \u202eright to left\u202c zero\u200bwidth ```fence``` > quote"
)


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def card_of(community: Community, link: str) -> Message:
    return await community.reply_to(await community.ada.post(community.papers, link))


async def test_a_card_tells_all_that_is_known_of_a_paper(community: Community) -> None:
    community.arxiv.add(
        record(
            "2401.00001",
            title="Learning $\\alpha$-Stable Policies",
            authors=[f"Author Number{n}" for n in range(1, 9)],
            abstract="We learn. Code: https://github.com/example/stable-policies.",
            categories=["cs.LG", "cs.AI"],
            primary_category="cs.LG",
            published="2024-01-02T00:00:00Z",
            versions=3,
            comment="Accepted at ICML 2024",
        )
    )
    card = await card_of(community, "https://arxiv.org/abs/2401.00001v2")
    title, authors, facts, abstract, *rest = card.text.splitlines()
    assert title == "### Learning α-Stable Policies"
    assert authors == "Author Number1, Author Number2, Author Number3, Author Number4, Author Number5 and 3 more"
    assert facts == "-# 2 Jan 2024 · cs.LG · Machine Learning · v3 · ICML 2024"
    assert abstract == "We learn. Code: https\\://github.com/example/stable-policies."
    assert [line.split(" <t:")[0] for line in rest] == [f"-# First shared by {community.ada.mention}"]
    assert labels(card) == ["Save", "▲ Vote 0", "Discuss", "More", "✕", "arXiv", "PDF", "GitHub"]
    assert card.button("GitHub").url == "https://github.com/example/stable-policies"


async def test_code_named_in_the_comment_gets_a_button_and_a_withdrawn_paper_says_so(community: Community) -> None:
    community.arxiv.add(
        record("2401.00002", comment="This paper has been withdrawn by the authors. Code at gitlab.com/someone/thing")
    )
    card = await card_of(community, "arXiv:2401.00002")
    assert "⚠️ **This paper has been withdrawn.**" in card.text
    assert card.button("GitLab").url == "https://gitlab.com/someone/thing"


async def test_a_long_abstract_is_cut_at_a_sentence_and_shown_in_full_to_who_asks(community: Community) -> None:
    sentences = [f"Sentence {n} says something about the matter at hand." for n in range(1, 101)]
    community.arxiv.add(record("2401.00003", title="A Long Story", abstract=" ".join(sentences)))
    card = await card_of(community, "arXiv:2401.00003")
    assert "at hand. …" in card.text
    assert sentences[50] not in card.text
    answer = await community.grace.click(card, "Full abstract")
    await community.settled()
    assert all(message.private for message in answer.messages)
    assert len(answer.messages) == 2
    assert answer.messages[0].text.startswith("### A Long Story\n")
    assert " ".join(answer.text.replace("### A Long Story\n", "").split()) == " ".join(sentences)


@pytest.mark.parametrize(
    "abstract",
    [
        pytest.param("(" * 2000 + " " + "(" * 2000 + " end", id="nothing but opening brackets"),
        pytest.param("q" + "\u0301" * 4000 + " end", id="one letter with 4,000 accents"),
        pytest.param("*_~`" * 950 + " end", id="all to be escaped"),
    ],
)
async def test_an_abstract_without_words_is_shown_whole_too(community: Community, abstract: str) -> None:
    community.arxiv.add(record("2401.00004", abstract=abstract))
    card = await card_of(community, "arXiv:2401.00004")
    answer = await community.grace.click(card, "Full abstract")
    await community.settled()
    shown = "".join(message.text for message in answer.messages)
    assert len(answer.messages) <= 4
    assert shown.endswith("end")
    assert sum(shown.count(sign) for sign in "(*\u0301") == sum(abstract.count(sign) for sign in "(*\u0301")


async def test_cite_and_more_are_private(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    more = await community.grace.click(card, "More")
    assert more.private is not None
    assert more.text.startswith("**Attention Is All You Need**\n")
    assert labels(more.private) == [
        "Tags",
        "Note",
        "Cite",
        "Full abstract",
        "In plain words",
        "Explanations",
        "Resources",
        "I tried this",
        "Reports",
    ]
    cited = await community.grace.click(more.private, "Cite")
    assert cited.private is not None
    assert cited.text.startswith("```bibtex\n@misc{vaswani2017attention,\n  title = {{Attention Is All You Need}},")
    assert cited.text.endswith("\n}\n```")
    abstract = await community.grace.click(more.private, "Full abstract")
    assert abstract.private is not None
    assert "Sequence transduction" in abstract.text


async def test_save_turns_green_and_names_who_did_it(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    assert card.button("Save").style != GREEN
    pressed = await community.grace.click(card, "Save")
    assert pressed.updated is card
    assert pressed.messages == []
    assert card.button("Save").style == GREEN
    assert f"Saved by {community.grace.mention} <t:" in card.text
    again = await community.linus.click(card, "Save")
    assert again.private is not None
    assert f"is on the list already, saved by {community.grace.mention}" in again.text
    assert f"Saved by {community.grace.mention}" in card.text


async def test_a_vote_is_counted_and_taken_back(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    await community.grace.click(card, "▲ Vote 0")
    await community.linus.click(card, "▲ Vote 1")
    assert "▲ 2 votes" in card.text
    await community.grace.click(card, "▲ Vote 2")
    assert "▲ 1 vote ·" in card.text
    assert labels(card)[1] == "▲ Vote 1"
    assert card.mentioned == []


async def test_every_message_that_shows_the_paper_follows(community: Community) -> None:
    several = await card_of(community, f"{ATTENTION} {ADAM}")
    elsewhere = community.guild.add_channel("elsewhere")
    short = await community.reply_to(await community.linus.post(elsewhere, ATTENTION))
    shown = (await community.linus.command("paper", paper="1706.03762")).public
    assert shown is not None
    await community.linus.click(several, "Discuss")
    in_thread = community.papers.threads[0].by_bot()[0]
    listed = await community.reply_to(await community.ada.post(elsewhere, f"{ATTENTION} {ADAM} {GAN} {RESNET}"))
    await community.grace.click(short, "▲ Vote 0")
    await community.settled()
    for message in (several, short, shown, in_thread, listed):
        assert labels(message)[1] == "▲ Vote 1", message.text
        assert message.button("Save").style == GREEN
        assert message.button("Discuss").style == GREEN
    assert "▲ Vote 0" in labels(several), "the other paper's stays"
    answer = await community.manager.command("unsave", paper="1706.03762")
    assert answer.private is not None
    await community.manager.click(answer.private, "Take it off")
    await community.settled()
    for message in (several, short, shown, in_thread, listed):
        assert labels(message)[1] == "▲ Vote 0"
        assert message.button("Save").style != GREEN


async def test_forty_members_who_vote_at_once_end_at_forty(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    members = [community.guild.add_member(f"Member {n}") for n in range(MEMBERS)]
    button = card.button("▲ Vote 0").custom_id
    answers = await asyncio.gather(*(member.click(card, custom_id=button) for member in members))
    await community.settled()
    assert labels(card)[1] == f"▲ Vote {MEMBERS}"
    assert f"▲ {MEMBERS} votes" in card.text
    assert all(answer.messages == [] for answer in answers)
    listed = await community.ada.command("list")
    assert f"▲ {MEMBERS} ·" in listed.text


async def test_forty_members_who_save_at_once_make_one_entry_and_all_are_answered(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    members = [community.guild.add_member(f"Member {n}") for n in range(MEMBERS)]
    answers = await asyncio.gather(*(member.click(card, "Save") for member in members))
    await community.settled()
    first = [answer for answer in answers if not answer.messages]
    assert len(first) == 1
    saver = first[0].interaction.user.mention
    assert f"Saved by {saver}" in card.text
    for answer in answers:
        if answer is not first[0]:
            assert f"on the list already, saved by {saver}" in answer.text
    assert "1 paper\n" in (await community.ada.command("list")).text


async def test_a_vote_during_a_refresh_is_not_overwritten(community: Community) -> None:
    one, other = await card_of(community, ATTENTION), await card_of(community, ATTENTION)
    with community.sandbox.held("PATCH", f"/messages/{other.id}"):
        await community.grace.click(one, "▲ Vote 0")
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="the edit to be under way")
        await community.linus.click(other, "▲ Vote 0")
        assert labels(other)[1] == "▲ Vote 2"
    await community.settled()
    assert labels(one)[1] == labels(other)[1] == "▲ Vote 2"


async def test_a_vote_that_was_counted_but_not_shown_is_shown_after_the_start(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    await community.settled()
    await community.stop_bot()
    db = await Database.open(community.database_url)
    killed = ReadingList(db, community.clock)
    await killed.vote(community.guild.id, 1, community.grace.id, interaction_id=1)
    await db.close()
    assert "▲ Vote 0" in labels(card)
    await community.start_bot()
    await community.sandbox.until(lambda: "▲ Vote 1" in labels(card), what="the vote")


async def test_buttons_work_after_a_restart(community: Community) -> None:
    card = await card_of(community, f"{ATTENTION} {ADAM}")
    await community.grace.click(card, "▲ Vote 0")
    await community.stop_bot()
    await community.start_bot()
    await community.linus.click(card, "▲ Vote 1")
    assert labels(card)[1] == "▲ Vote 2"
    await community.linus.click(card, "Save")
    assert titles(card) == ["Attention Is All You Need", "Adam: A Method for Stochastic Optimization"]
    more = await community.linus.click(card, "More")
    assert more.text.startswith("**Attention Is All You Need**\n")
    assert "discussion is in" in (await community.linus.click(card, "Discuss")).text
    await community.ada.click(card, "✕")
    await community.sandbox.until(lambda: len(titles(card)) == 1, what="one card to go")


async def test_a_message_deleted_while_somebody_presses(community: Community) -> None:
    card = await card_of(community, ATTENTION)
    with community.sandbox.held("POST", "/interactions"):
        pressing = asyncio.create_task(community.grace.click(card, "▲ Vote 0"))
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="the answer to be under way")
        card.delete()
    answer = await pressing
    assert answer.private is not None
    assert answer.text == "Done, but the message you pressed was deleted meanwhile."
    assert "▲ 1 ·" in (await community.ada.command("list")).text


@pytest.mark.parametrize("action", ["save", "vote", "discuss", "more", "abstract", "cite", "show", "dismiss"])
async def test_a_button_of_a_paper_that_is_not_known_any_more(community: Community, action: str) -> None:
    """As when an older copy of the database was put back."""
    posted = community.papers.add_message(
        community.sandbox.bot,
        components=[{"type": 1, "components": [button(f"pc:1:{action}:4711" + ":full" * (action == "save"))]}],
    )
    answer = await community.grace.click(posted, "Press")
    assert answer.private is not None
    expected = "Only the person who asked" if action == "dismiss" else "not known here any more. Paste its link again."
    assert expected in answer.text


@pytest.mark.parametrize("custom_id", ["pc:1:bookmark:1", "pc:0:vote-up:1:2:3", "pc:2:frobnicate", "pc:1:list-place"])
async def test_a_button_of_another_version_gets_a_sentence(community: Community, custom_id: str) -> None:
    posted = community.papers.add_message(
        community.sandbox.bot, components=[{"type": 1, "components": [button(custom_id)]}]
    )
    answer = await community.grace.click(posted, "Press")
    assert answer.private is not None
    assert answer.text == "This button is no longer in use. Paste the link again to get a current card."


def button(custom_id: str) -> dict[str, object]:
    return {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id}


async def test_nothing_in_a_paper_can_ping_or_link(community: Community) -> None:
    hostile = HOSTILE.format(victim=community.linus.id)
    community.arxiv.add(
        record(
            "2401.00005",
            title=hostile,
            authors=[hostile, "@everyone", f"<@{community.linus.id}>"],
            abstract=f"{hostile}\n# heading\n- item\n> quote " + "word " * 600,
            comment=f"Accepted at {hostile}",
            journal_ref=hostile,
        )
    )
    card = await card_of(community, "arXiv:2401.00005")
    more = await community.grace.click(card, "More")
    abstract = await community.grace.click(card, "Full abstract")
    await community.grace.click(card, "Save")
    await community.grace.click(card, "Discuss")
    listed = await community.grace.command("list")
    unsave = await community.grace.command("unsave", paper="2401.00005")
    voted = await community.grace.command("vote", paper="2401.00005")
    again = await card_of(community, " ".join(["arXiv:2401.00005", ATTENTION, ADAM, GAN, RESNET]))
    community.clock.advance(4)
    await community.sandbox.until(lambda: len(again.buttons) >= 5, what="the compact list")
    seen = [card, again, *more.messages, *abstract.messages, *listed.messages, *unsave.messages, *voted.messages]
    for message in seen:
        assert message.mentioned == [], (message.text, message.edited_at)
        assert not message.mentions_everyone
        assert "@everyone" not in message.text
        assert f"<@{community.linus.id}>" not in message.text.replace(f"\\<@{community.linus.id}>", "")
        assert "[click](" not in message.text.replace("\\[click\\](", "")
        assert "**Bold**" not in message.text.replace("\\*\\*Bold\\*\\*", "")
        assert "https://evil" not in message.text
    assert community.papers.threads[0].name.startswith("**Bold** @everyone")
    cited = await community.grace.click(more.messages[0], "Cite")
    assert cited.text.count("```") == 2
    choices = await community.ada.complete("paper", paper="evil")
    assert choices[0].name.startswith("**Bold**")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"authors": [f"Collaborator {n} Longname" for n in range(3000)]}, id="3,000 authors"),
        pytest.param({"title": "*_" * 200}, id="a title of 400 signs"),
        pytest.param({"title": "W" * 400}, id="a title of one long word"),
        pytest.param({"abstract": "\\alpha_*~" * 500, "title": "_" * 400, "comment": "*" * 4000}, id="all escapes"),
        pytest.param({"abstract": ""}, id="no abstract"),
        pytest.param({"authors": []}, id="no authors"),
        pytest.param({"categories": [], "primary_category": None}, id="no category"),
        pytest.param({"abstract": "\u200b" * 3000, "title": "\u200b\u200b"}, id="nothing to see"),
        pytest.param({"title": "🧑‍🚀" * 130}, id="emoji of several parts"),
    ],
)
async def test_every_paper_fits(community: Community, fields: dict[str, object]) -> None:
    """The sandbox refuses what Discord would; the fixture fails on a refusal."""
    community.arxiv.add(record("2401.00006", **fields))
    link = "arXiv:2401.00006"
    card = await card_of(community, link)
    two = await card_of(community, f"{link} {ATTENTION}")
    community.clock.advance(4)
    await community.sandbox.until(lambda: len(titles(two)) == 2, what="two cards")
    four = await card_of(community, f"{link} {ATTENTION} {ADAM} {GAN}")
    community.clock.advance(4)
    await community.sandbox.until(lambda: len(titles(four)) == 4, what="four cards")
    for label in ("More", "Save", "▲ Vote 0", "Discuss"):
        await community.grace.click(card, label)
    more = await community.grace.click(card, "More")
    assert more.private is not None
    cited = await community.grace.click(more.private, "Cite")
    assert cited.text.endswith("}\n```")
    abstract = await community.grace.click(more.private, "Full abstract")
    if not fields.get("abstract", "plain"):
        assert "This paper has no abstract." in abstract.text
    assert (await community.grace.command("list")).private is not None
    assert (await community.grace.command("unsave", paper=link)).private is not None
    assert await community.grace.complete("paper", paper="")


async def test_only_who_asked_for_a_card_or_a_manager_takes_it_away(community: Community) -> None:
    await card_of(community, ATTENTION)
    for person, may in ((community.linus, False), (community.ada, True), (community.manager, True)):
        shown = (await community.ada.command("paper", paper="1706.03762")).public
        assert shown is not None
        answer = await person.click(shown, "✕")
        await community.settled()
        assert shown.deleted is may
        assert ("Only the person who asked" in answer.text) is not may
