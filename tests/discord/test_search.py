"""`/search` as members use it."""

from __future__ import annotations

import pytest

from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.message import Message
from tests.discord.papers import ATTENTION, RESNET, record, titles
from tests.discord.test_reading_list import private, share

SEVEN = [f"2402.0000{n}" for n in range(1, 8)]


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


async def found(community: Community, words: str) -> Message:
    message = (await community.linus.command("search", words=words)).private
    assert message is not None
    return message


async def test_words_find_papers_and_what_members_said_of_them(community: Community) -> None:
    await share(community, ATTENTION, RESNET)
    await community.grace.command("save", paper="1706.03762", tags="nlp", note="Read the *appendix* twice.")
    shown = await found(community, "appendices attention")
    assert shown.text.splitlines()[:3] == [
        "### Search",
        "No paper has all of **appendices attention**. 1 paper with some of these words:",
        "1\\. **Attention Is All You Need**",
    ]
    shown = await found(community, "TWICE appendix vaswani")
    lines = shown.text.splitlines()
    assert lines[1:3] == ["1 paper with **twice appendix vaswani**", "1\\. **Attention Is All You Need**"]
    assert lines[-1] == f"📝 {community.grace.mention}: Read the \\***appendix**\\* **twice**."
    assert "1 paper with **nlp**" in (await found(community, "nlp")).text
    assert "**transduction**" in (await found(community, "transductions")).text
    card = (await community.linus.click(shown, "Show")).private
    assert card is not None
    assert titles(card) == ["Attention Is All You Need"]


@pytest.mark.parametrize("typed", ["1706.03762", "arXiv:1706.03762v5", ATTENTION])
async def test_an_id_or_a_link(community: Community, typed: str) -> None:
    await share(community, ATTENTION, RESNET)
    shown = await found(community, typed)
    assert shown.text.splitlines()[1:3] == ["The paper with that id:", "1\\. **Attention Is All You Need**"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("*", "Type words to look for: of a title, an author, an abstract, a tag or a note."),
        ("NEAR(", "### Search\nNo paper of this server has **near**. Try fewer or other words."),
        ('x" OR "attention', "### Search\nNo paper has all of **x or attention**. 1 paper with some of these words:"),
        ("@everyone", "### Search\nNo paper of this server has **everyone**. Try fewer or other words."),
        ("y" * 4000, "Type words to look for: of a title, an author, an abstract, a tag or a note."),
    ],
)
async def test_whatever_is_typed_is_only_words(community: Community, typed: str, said: str) -> None:
    await share(community, ATTENTION)
    assert private(await community.linus.command("search", words=typed)).startswith(said)


async def test_pages_turn_also_after_a_restart_and_stay_where_they_were(community: Community) -> None:
    for paper_id in SEVEN:
        community.arxiv.add(record(paper_id, title=f"Number {paper_id[-1]}"))
    await share(community, *(f"arXiv:{paper_id}" for paper_id in SEVEN))
    shown = await found(community, "number")
    first = shown.text
    assert "7 papers with **number**" in first
    assert [(b.label, b.disabled) for b in shown.buttons[-3:]] == [("◀", True), ("1 / 2", True), ("▶", False)]
    await community.linus.click(shown, "▶")
    assert [(b.label, b.disabled) for b in shown.buttons[-3:]] == [("◀", False), ("2 / 2", True), ("▶", True)]
    assert "7\\. **Number" in shown.text
    assert len(set((first + shown.text).split("**Number ")[1:])) == 7
    await community.stop_bot()
    await community.start_bot()
    await community.linus.click(shown, "◀")
    assert shown.text == first


async def test_nothing_of_another_server(community: Community) -> None:
    await share(community, ATTENTION)
    await community.grace.command("save", paper="attention", tags="hush", note="our secret")
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    stranger = other.add_member("Stranger")
    for words in ("attention", "hush", "secret", "1706.03762"):
        assert "No paper of this server has" in private(await stranger.command("search", words=words, at=room))
    await community.reply_to(await stranger.post(room, ATTENTION))
    for words in ("hush", "secret"):
        assert "No paper of this server has" in private(await stranger.command("search", words=words, at=room))
    mine = private(await stranger.command("search", words="attention", at=room))
    assert "1 paper" in mine
    assert "secret" not in mine
    assert "hush" not in mine
