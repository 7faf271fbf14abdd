"""Most of what Discord tells of messages is nothing to the bot: the library makes no object of it, and no task."""

from __future__ import annotations

from typing import Any

import discord

from bot.domain.paper_cards import HeardMessage
from bot.posting.hearing import take_in
from sandbox.community import Community

PAPER = "https://arxiv.org/abs/1706.03762"


def heard_by(community: Community, *events: str) -> list[tuple[str, str]]:
    """What comes to the bot's listeners from now on: the event, and what its message says or names."""
    heard: list[tuple[str, str]] = []

    def listen_to(event: str) -> None:
        async def listener(payload: Any) -> None:
            if isinstance(payload, HeardMessage):
                heard.append((event, ", ".join(str(link.paper) for link in payload.links)))
            else:
                heard.append((event, getattr(payload, "message", payload).content))

        assert community.bot is not None
        community.bot.add_listener(listener, f"on_{event}")

    for event in events:
        listen_to(event)
    return heard


async def test_what_concerns_nobody_reaches_no_listener(community: Community) -> None:
    heard = heard_by(community, "message", "paper_message", "bot_call", "poll_result")
    papers, ada = community.papers, community.ada
    await ada.post(papers, "hello, does anyone know when we meet? I may be late, and/or early: 10:30")
    await ada.post(papers, "a picture", attachments={"a.png": b"x"})
    await community.settled()

    assert heard == []


async def test_what_concerns_somebody_does(community: Community) -> None:
    heard = heard_by(community, "paper_message", "bot_call")
    papers, ada, bot = community.papers, community.ada, f"<@{community.sandbox.bot.id}>"
    for text in (
        "https://example.org/",
        "arXiv:1706.03762",
        f"{bot} hello",
        f"{bot} arXiv:hep-th/9901001",
    ):
        await ada.post(papers, text)
        await community.settled()

    assert heard == [
        ("paper_message", "arxiv:1706.03762"),
        ("bot_call", f"{bot} hello"),
        ("paper_message", "arxiv:hep-th/9901001"),
        ("bot_call", f"{bot} arXiv:hep-th/9901001"),
    ]


async def test_a_message_is_the_same_heard_as_it_comes_and_read_back(community: Community) -> None:
    heard: list[HeardMessage] = []

    async def listener(message: HeardMessage) -> None:
        heard.append(message)

    bot, papers, ada = community.bot, community.papers, community.ada
    assert bot is not None
    bot.add_listener(listener, "on_paper_message")
    thread = await ada.start_thread(papers, "about it")
    other_bot = community.guild.add_member("Feed", is_bot=True)
    me = f"<@{community.sandbox.bot.id}>"
    for number, where in enumerate((papers, thread)):
        for person in (ada, other_bot):
            await person.post(where, f"{PAPER}v2 and <https://arxiv.org/abs/2301.0000{number + 1}>")
            await person.post(where, f"{me} {PAPER} https://example.org/")
        await ada.post(where, f"doi:10.1000/182 {PAPER}", reply_to=where.messages[-1])
    await community.settled()

    assert len(heard) == 10
    for each in heard:
        place = bot.get_channel(each.channel_id)
        assert isinstance(place, discord.TextChannel | discord.Thread)
        assert take_in(bot, await place.fetch_message(each.message_id)) == each


async def test_a_preview_that_comes_or_goes_is_no_news(community: Community) -> None:
    await community.manager.command("settings previews", hide=False)
    heard = heard_by(community, "raw_message_edit")
    message = await community.ada.post(community.papers, PAPER)
    await community.settled()
    message.unfurl([{"type": "link", "url": PAPER, "title": "a preview"}])
    await community.settled()
    assert heard == []

    await community.ada.edit(message, f"{PAPER} is worth it")
    message.unfurl([])
    await community.settled()
    assert heard == [("raw_message_edit", f"{PAPER} is worth it")]


async def test_an_edit_back_to_what_it_said_is_one(community: Community) -> None:
    heard = heard_by(community, "raw_message_edit")
    message = await community.ada.post(community.papers, PAPER)
    await community.ada.edit(message, "never mind")
    await community.ada.edit(message, PAPER)
    await community.settled()

    assert [said for _, said in heard] == ["never mind", PAPER]


async def test_the_bots_own_cards_are_not_read_back(community: Community) -> None:
    heard = heard_by(community, "paper_message", "raw_message_edit")
    await community.ada.post(community.papers, PAPER)
    await community.settled()
    await community.ada.click(community.papers.messages[-1], "Save")
    await community.settled()

    assert heard == [("paper_message", "arxiv:1706.03762")]
