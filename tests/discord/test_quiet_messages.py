"""Most of what Discord tells of messages is nothing to the bot: the library makes no object of it, and no task."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.community import Community

PAPER = "https://arxiv.org/abs/1706.03762"


def heard_by(community: Community, *events: str) -> list[tuple[str, str]]:
    """What comes to the bot's listeners from now on: the event, and what stands in its message."""
    heard: list[tuple[str, str]] = []

    def listen_to(event: str) -> None:
        async def listener(payload: Any) -> None:
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


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("https://example.org/", "paper_message"),
        ("arXiv:1706.03762", "paper_message"),
        ("<@{bot}> hello", "bot_call"),
    ],
)
async def test_what_may_concern_somebody_does(community: Community, text: str, event: str) -> None:
    heard = heard_by(community, "paper_message", "bot_call")
    said = text.format(bot=community.sandbox.bot.id)
    await community.ada.post(community.papers, said)
    await community.settled()

    assert heard == [(event, said)]


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

    assert heard == [("paper_message", PAPER)]
