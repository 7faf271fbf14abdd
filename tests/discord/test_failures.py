"""What a member reads when something breaks, and that the log can be found with it.

discord.py lets a failure out by several doors; each test breaks something behind one of them.
"""

from __future__ import annotations

import logging
import re
import sys
from functools import partial
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
from tests.rows import rows

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
    """What happens when: something in the bot fails that nobody foresaw."""
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
        patch.setattr(bot.services.cards, "card", broken)
        answer = await community.grace.command("paper", paper=ATTENTION)
        await community.settled()
    assert answer.deferred
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code_of(answer)} in /paper"
    assert community.papers.by_bot() == []


async def test_a_button(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.reading_list, "vote_on_card", broken)
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

    monkeypatch.setattr(bot.services.reading_list, "vote_on_card", slow)
    answer = await community.grace.click(card, "▲ Vote 0")
    await community.settled()
    assert answer.deferred
    (record,) = logged(caplog)
    assert code_of(answer) in record.getMessage()


async def test_a_form(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    await community.grace.command("save", paper="1706.03762")
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    panel = (await community.grace.click(card, "More")).message
    assert panel is not None
    form = (await community.grace.click(panel, "Tags")).modal
    assert form is not None
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.reading_list, "set_tags", broken)
        code = code_of(await community.grace.submit(form, {"Tags of this paper": "nlp"}))
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code} in form tags"
    answer = await community.grace.submit(form, {"Tags of this paper": "nlp"})
    assert answer.updated is not None
    assert "nlp" in answer.updated.text


async def test_a_message_menu(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    message = await community.ada.post(community.papers, f"<{ATTENTION}>")
    monkeypatch.setattr(bot.services.saving, "save_named", broken)
    code = code_of(await community.grace.menu("Save papers", message))
    (record,) = logged(caplog)
    assert record.getMessage() == f"Unexpected failure {code} in /Save papers"
    await alive(community)


async def test_what_is_offered_while_typing(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    await community.grace.command("save", paper="1706.03762", tags="nlp")
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.papers, "suggest", broken)
        patch.setattr(bot.services.reading_list, "suggest_tags", broken)
        assert await community.grace.complete("vote", paper="atten") == []
        assert await community.grace.complete("list", tag="n") == []
    for record, name in zip(logged(caplog), ("vote", "list"), strict=True):
        assert re.fullmatch(rf"Unexpected failure [0-9a-f]{{6}} in offering choices for /{name}", record.getMessage())
    (choice,) = await community.grace.complete("vote", paper="atten")
    assert choice.value == "arxiv:1706.03762"


async def test_an_offer_that_discord_does_not_take_is_only_logged(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    with community.sandbox.faults.during(Fault(method="POST", path="/interactions", reset=True)):
        community.grace.send_completion("vote", community.papers, {"paper": "a"}, "paper")
        await community.settled()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert any("offering choices for /vote" in record.getMessage() for record in caplog.records)
    await alive(community)


async def test_a_command_that_is_gone_while_it_is_typed(
    community: Community, bot: PaperBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.tree.remove_command("vote")
    asked = community.grace.send_completion("vote", community.papers, {"paper": "a"}, "paper")
    await community.settled()
    assert asked.callback is None
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await alive(community)


async def test_a_listener(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.paper_cards, "heard", broken)
        await community.ada.post(community.papers, ATTENTION)
        await community.settled()
    (record,) = logged(caplog)
    assert re.fullmatch(r"Unexpected failure [0-9a-f]{6} in on_paper_message", record.getMessage())
    assert community.papers.by_bot() == []
    await alive(community)


async def test_the_loop_that_posts_replies(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
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
        patch.setattr(bot.services.cards, "cards_on", broken)
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


async def test_a_new_session(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Servers that are gone, messages that were missed: each feature's listener fails by itself."""
    await bot.wait_until_ready()
    await community.settled()
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.away, "since", broken)
        patch.setattr(bot.services.retention, "only_in", broken)
        bot.dispatch("shard_ready", 0)
        await community.sandbox.until(lambda: len(logged(caplog)) > 1, what="two lines in the log")
    assert {record.getMessage().rpartition(" in ")[2] for record in logged(caplog)} == {"on_shard_ready"}
    await alive(community)


async def test_the_loop_behind_weekly_work(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    monkeypatch.setattr("bot.posting.occurrences._PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.occurrences, "claim_due", broken)
        bot.services.occurrences.changed()
        await community.sandbox.until(lambda: logged(caplog), what="a line in the log")
    assert logged(caplog)[0].getMessage().endswith(" in looking for what is due")
    caplog.clear()
    with monkeypatch.context() as patch:
        patch.setitem(bot.occurrences._handlers, "digest", broken)
        await digest_due(community)
        await community.sandbox.until(lambda: logged(caplog), what="a line in the log")
    (record,) = logged(caplog)
    assert record.getMessage().endswith(f" in the digest of server {community.guild.id}")
    community.clock.advance(60)  # it is tried again, and a week with nothing in it posts nothing
    await community.settled()
    await alive(community)


async def digest_due(community: Community) -> None:
    await community.manager.command("digest schedule", at=community.papers, day="Monday", time="18:00")
    community.clock.advance(9 * 3600 + 1)


async def test_the_loop_that_reads_history(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    monkeypatch.setattr("bot.posting.backfills._PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.backfills, "claim", broken)
        await community.manager.command("backfill", channel=community.papers)
        await community.sandbox.until(lambda: logged(caplog), what="a line in the log")
    assert logged(caplog)[0].getMessage().endswith(" in reading history")
    await community.sandbox.until(
        lambda: any("I have read" in message.text for message in community.papers.by_bot()), what="the end of history"
    )


async def test_the_loop_that_imports(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    monkeypatch.setattr("bot.posting.imports._PAUSE_AFTER_FAILURE_SECONDS", 0.01)
    monkeypatch.setattr("bot.posting.imports._SHOW_SECONDS", 0.05)
    file = community.manager.upload(community.papers, "list.txt", ATTENTION.encode())
    offer = (await community.manager.command("import", file=file)).message
    assert offer is not None
    with monkeypatch.context() as patch:
        patch.setattr(bot.services.imports, "claim", broken)
        await community.manager.click(offer, "Import 1 paper")
        patch.setattr(bot.services.imports, "look", broken)
        await community.sandbox.until(lambda: len(said_by_log(caplog)) > 1, what="two kinds of lines in the log")
    assert said_by_log(caplog) == {"importing a file", "showing how far an import is"}
    await community.sandbox.until(lambda: imported(community), what="the paper on the list")


def said_by_log(caplog: pytest.LogCaptureFixture) -> set[str]:
    """In what the failures were."""
    return {record.getMessage().rpartition(" in ")[2] for record in logged(caplog)}


def imported(community: Community) -> bool:
    return bool(rows(community.database_url, "SELECT 1 FROM entry"))


async def test_the_loop_that_deletes_what_is_due(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: something in the bot fails that nobody foresaw."""
    await bot.wait_until_ready()
    await community.settled()
    tried: list[object] = []

    async def broken_once(*_: Any) -> Any:
        tried.append(_)
        if len(tried) == 1:
            raise RuntimeError(SECRET)

    monkeypatch.setattr(bot.services.retention, "delete_due", broken_once)
    for each in range(1, 3):
        community.clock.advance(24 * 3600 + 60)
        await community.sandbox.until(partial(lambda so_many: len(tried) == so_many, each), what="the daily look")
    (record,) = logged(caplog)
    assert record.getMessage().endswith(" in deleting the data of servers that removed the bot")


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
