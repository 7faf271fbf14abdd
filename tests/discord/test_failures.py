"""What a member reads when something breaks, and that the log can be found with it.

discord.py lets a failure out by several doors; each test breaks something behind one of them.
"""

from __future__ import annotations

import logging
import re
import sys
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import discord
import pytest

from bot.client import PaperBot
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.faults import Fault
from tests.discord.papers import ADAM, ATTENTION, labels, titles

pytestmark = pytest.mark.usefixtures("refresh_at_once")

SENTENCE = re.compile(
    r"Something went wrong on my side\. Please try again; if it stays so, tell a manager the code ([0-9a-f]{6})\."
)
SECRET = "postgresql://10.0.0.7/secret"


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


@pytest.fixture
def bot(community: Community) -> PaperBot:
    assert community.bot is not None
    return community.bot


async def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError(SECRET)


def code_of(answer: Answer) -> str:
    """The code in the one private sentence that a member reads."""
    assert answer.private is not None
    assert [message.private for message in answer.messages] == [True]
    found = SENTENCE.fullmatch(answer.text)
    assert found, answer.text
    return found[1]


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """The failures nobody foresaw, each with its traceback."""
    found = [record for record in caplog.records if record.getMessage().startswith("Unexpected failure")]
    assert all(record.exc_info and SECRET in str(record.exc_info[1]) for record in found)
    return found


async def alive(community: Community) -> None:
    """The bot goes on: a link gets its card, and a press its answer."""
    card = await community.reply_to(await community.ada.post(community.papers, ADAM))
    assert titles(card) == ["Adam: A Method for Stochastic Optimization"]
    await community.grace.click(card, "▲ Vote 0")
    assert labels(card)[1] == "▲ Vote 1"


async def test_a_command(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.reading_list, "page", broken)
        code = code_of(await community.grace.command("list"))
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code} in /list"
    await alive(community)


async def test_a_public_command_that_was_deferred(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.answers.DEFER_AFTER_SECONDS", 0.01)
    community.arxiv.fail("slow", seconds=0.1)
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.paper_cards, "card", broken)
        answer = await community.grace.command("paper", paper=ATTENTION)
        await community.settled()
    assert answer.deferred
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code_of(answer)} in /paper"
    assert community.papers.by_bot() == []


async def test_a_button(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.reading_list, "vote", broken)
        code = code_of(await community.grace.click(card, "▲ Vote 0"))
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code} in button vote"
    assert labels(card)[1] == "▲ Vote 0"
    await community.grace.click(card, "▲ Vote 0")
    assert labels(card)[1] == "▲ Vote 1"


async def test_a_button_whose_answer_was_deferred(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    monkeypatch.setattr("bot.answers.DEFER_AFTER_SECONDS", 0.0)

    async def slow(*_: Any, **__: Any) -> Any:
        (asked,) = community.sandbox.world.interactions.values()
        await community.sandbox.until(lambda: asked.callback, what="a deferral")
        raise RuntimeError(SECRET)

    monkeypatch.setattr(bot.services.reading_list, "vote", slow)
    answer = await community.grace.click(card, "▲ Vote 0")
    await community.settled()
    assert answer.deferred
    (record,) = logged(caplog)
    assert code_of(answer) in record.getMessage()


async def test_a_listener(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.paper_cards, "heard", broken)
        await community.ada.post(community.papers, ATTENTION)
        await community.settled()
    (record,) = logged(caplog)
    assert re.fullmatch(r"Unexpected failure [0-9a-f]{6} in on_message", record.getMessage())
    assert community.papers.by_bot() == []
    await alive(community)


async def test_the_loop_that_posts_replies(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.posting.replies._PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.paper_cards, "claim_due", broken)
        message = await community.ada.post(community.papers, ATTENTION)
        await community.sandbox.until(lambda: logged(caplog), what="a line in the log")
        assert community.papers.by_bot() == []
    assert logged(caplog)[0].getMessage().endswith(" in posting replies")
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]


async def test_the_loop_that_refreshes_cards(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.paper_cards, "cards_on", broken)
        await community.grace.command("vote", paper="1706.03762")
        await community.settled()
    (record,) = logged(caplog)
    assert record.getMessage().endswith(" in refreshing cards")
    await community.linus.command("vote", paper="1706.03762")
    await community.settled()
    assert labels(card)[1] == "▲ Vote 2"


async def test_the_loop_that_marks_the_time(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.wait_until_ready()
    await community.settled()
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.away, "listening", broken)
        patch.setattr("bot.posting.away.MARK_SECONDS", 0.01)
        community.clock.advance(31)
        await community.sandbox.until(lambda: logged(caplog), what="a line in the log")
    assert logged(caplog)[0].getMessage().endswith(" in marking the time")
    await alive(community)


async def test_an_expected_failure_has_neither_code_nor_traceback(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await community.grace.command("vote", paper="no such words")
    assert answer.private is not None
    assert "code" not in answer.text
    assert logged(caplog) == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_discord_forbids_is_said_without_a_code(community: Community) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    community.papers.set_permission("bot", deny=["READ_MESSAGE_HISTORY"])
    with community.sandbox.expect_refusal(50013):
        answer = await community.grace.click(card, "Discuss")
    assert answer.private is not None
    assert answer.text == (
        "Discord does not let me do that here. A manager can see which permissions I miss with /settings show."
    )


async def test_a_press_that_discord_does_not_let_the_bot_answer_is_only_logged(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    with community.sandbox.faults.during(Fault(method="POST", path="/interactions", status=400)):
        asked = community.grace.send_command("list", community.papers, {})
        await community.settled()
    assert asked.callback is None
    assert any("Could not answer" in record.getMessage() for record in caplog.records)
    await community.linus.click(card, "▲ Vote 0")
    assert labels(card)[1] == "▲ Vote 1"


async def test_an_answer_on_a_broken_connection_is_only_logged(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    with community.sandbox.faults.during(Fault(method="POST", path="/interactions", reset=True)):
        asked = community.grace.send_command("list", community.papers, {})
        await community.settled()
    assert asked.callback is None
    assert any("Could not answer /list" in record.getMessage() for record in caplog.records)


async def test_an_answer_that_came_too_late_is_only_logged(
    community: Community, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = SimpleNamespace(status=404, reason="Not Found")
    too_late = discord.NotFound(response, {"code": 10062, "message": "Unknown interaction"})  # type: ignore[arg-type]  # all it reads of one
    monkeypatch.setattr("bot.answers.send", AsyncMock(side_effect=too_late))
    community.grace.send_command("list", community.papers, {})
    await community.settled()
    assert logged(caplog) == []
    assert any("Could not answer /list" in record.getMessage() for record in caplog.records)


async def test_a_command_that_changed_since_the_members_client_loaded_it(
    community: Community, caplog: pytest.LogCaptureFixture, bot: PaperBot
) -> None:
    bot.tree.remove_command("vote")
    answer = await community.grace.command("vote", paper="1706.03762")
    assert answer.private is not None
    assert answer.text.startswith("This command has changed since your Discord loaded it.")
    assert "cogs.reading_list" in sys.modules
    assert logged(caplog) == []
