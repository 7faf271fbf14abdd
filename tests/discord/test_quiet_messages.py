"""Most messages are nothing to the bot, and cost it no task."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.community import Community


async def test_what_concerns_nobody_reaches_no_listener(community: Community) -> None:
    heard: list[Any] = []

    async def on_message(message: Any) -> None:
        heard.append(message.content)

    bot = community.bot
    assert bot is not None
    bot.add_listener(on_message)
    papers, ada = community.papers, community.ada
    await ada.post(papers, "hello, does anyone know when we meet? I may be late, and/or early: 10:30")
    await ada.post(papers, "a picture", attachments={"a.png": b"x"})
    await community.settled()

    assert heard == []


@pytest.mark.parametrize("text", ["https://example.org/", "arXiv:1706.03762", "<@{bot}> hello"])
async def test_what_may_concern_somebody_does(community: Community, text: str) -> None:
    heard: list[Any] = []

    async def on_message(message: Any) -> None:
        heard.append(message.content)

    bot = community.bot
    assert bot is not None
    bot.add_listener(on_message)
    said = text.format(bot=community.sandbox.bot.id)
    await community.ada.post(community.papers, said)
    await community.settled()

    assert said in heard
