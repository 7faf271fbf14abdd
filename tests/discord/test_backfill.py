"""`/backfill`: reading what was said before the bot was there."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.posting import backfills
from sandbox.answers import Answer
from sandbox.commands import NotPossible
from sandbox.community import Community
from sandbox.errors import Code
from sandbox.faults import Fault
from sandbox.payloads import snapshot
from sandbox.state.channel import Channel
from sandbox.state.kinds import ChannelKind, MessageFlag
from sandbox.state.message import Message, Reference
from sandbox.state.users import User
from tests.discord.conftest import CLOCK_SPEED
from tests.discord.papers import ADAM, ATTENTION, BERT, GAN, RESNET, labels
from tests.rows import rows as rows_of

LINKS = (ATTENTION, ADAM, BERT, RESNET, GAN)
HISTORY = ("GET", "/channels/{channel_id}/messages")
PAGES = ("GET", "/messages")
READ, STOPPED, PAUSED, READING = "I have read", "Stopped reading", "Waiting to read on", "Reading the history"


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that something can happen between two pages, each of which is shown."""
    monkeypatch.setattr(backfills, "PAUSE_SECONDS", 8.0)


def past(channel: Channel, author: User, *texts: str, **attributes: Any) -> list[Message]:
    """Said before the bot was there: it hears nothing of it."""
    said = [
        Message(id=channel.world.snowflakes.next(), channel=channel, author=author, content=text, **attributes)
        for text in texts
    ]
    channel.messages += said
    channel.last_message_id = said[-1].id
    return said


def chatter(count: int, *, every: int = 20) -> list[str]:
    """So many lines, a paper in each `every`-th."""
    return [LINKS[i // every % len(LINKS)] if i % every == 0 else f"line {i}" for i in range(count)]


def with_papers(said: list[Message]) -> list[int]:
    """The ids of those that the bot is to note, oldest first."""
    return [message.id for message in said if "arxiv" in message.content]


def rows(community: Community, statement: str) -> list[Any]:
    """What the database holds now; of rows with one column, that."""
    found = rows_of(community.database_url, statement)
    return [row[0] if len(row) == 1 else row for row in found]


def noted(community: Community) -> list[int | None]:
    """The messages with mentions, in the order in which they were noted."""
    return rows(community, "SELECT message_id FROM mention ORDER BY id")


async def backfill(community: Community, channel: Channel, **options: object) -> Message:
    """The bot's public message that shows how it goes."""
    answer = await community.manager.command("backfill", channel=channel, at=community.papers, **options)
    [shown] = answer.messages
    assert not shown.private
    return shown


async def until(community: Community, shown: Message, words: str) -> str:
    """The message, as soon as it has these words."""
    await community.sandbox.until(
        lambda: words in shown.text, what=lambda: f"{words!r}, not {shown.text!r}", seconds=30
    )
    return shown.text


def refused(answer: Answer) -> str:
    """What only who asked reads."""
    assert answer.messages
    assert all(message.private for message in answer.messages)
    return answer.text


async def heard_by_bot(community: Community) -> None:
    """The bot has been told all that happened up to now, though a request of its own is held back."""
    await community.reply_to(await community.grace.post(community.guild.add_channel("meanwhile"), GAN))


# What is read


async def test_it_reads_oldest_first_posts_no_cards_and_says_what_it_found(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(250))
    shown = await backfill(community, community.papers)
    assert (await until(community, shown, READ)).splitlines() == [
        f"### I have read the history of <#{community.papers.id}>",
        "250 messages read.",
        "**5 papers** shared there, **13 mentions** that I did not know.",
    ]
    assert labels(shown) == []
    assert noted(community) == with_papers(said)
    assert [request.query["after"] for request in community.sandbox.requests_to(*HISTORY)] == [
        "0",
        str(said[99].id),
        str(said[199].id),
    ]
    assert community.papers.by_bot() == [shown]
    await community.sandbox.until(lambda: len(rows(community, "SELECT 1 FROM paper")) == 5, what="the metadata")
    await community.settled()
    assert community.papers.by_bot() == [shown]
    assert [message.reactions for message in said if message.reactions] == []


async def test_the_newest_so_many_oldest_first(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(350, every=10))
    shown = await backfill(community, community.papers, limit=150)
    text = await until(community, shown, READ)
    assert "150 messages read (the newest 150)." in text
    assert noted(community) == with_papers(said[200:])
    queries = [request.query for request in community.sandbox.requests_to(*HISTORY)]
    assert [set(query) for query in queries] == [{"limit", "before"}] * 2 + [{"limit", "after"}] * 2
    again = await backfill(community, community.papers, limit=100_000)
    assert "351 messages read.\n" in await until(community, again, READ), "the bot's own is one of them"
    assert sorted(map(int, noted(community))) == with_papers(said)  # type: ignore[arg-type]  # none is deleted
    assert "**20 mentions** that I did not know" in again.text


@pytest.mark.usefixtures("slowly")
async def test_looking_for_the_start_may_take_longer_than_a_request(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfills, "_SECONDS", 1.0)
    said = past(community.papers, community.ada.user, *chatter(600))
    shown = await backfill(community, community.papers, limit=500)
    assert "500 messages read" in await until(community, shown, READ)
    assert noted(community) == with_papers(said[100:])


async def test_it_counts_what_a_watching_bot_counts(community: Community) -> None:
    robot = community.guild.add_member("Robot", is_bot=True)
    await community.linus.command("privacy ignore-me")
    past(community.papers, community.linus.user, ATTENTION)
    past(community.papers, robot.user, ATTENTION)
    past(community.papers, community.sandbox.bot, ATTENTION)
    past(community.papers, community.ada.user, f"`{ATTENTION}`", f"```\n{ADAM}\n```", "nothing")
    [quiet] = past(community.papers, community.ada.user, f"<{ADAM}>")
    [original] = past(community.guild.add_channel("from"), community.ada.user, BERT)
    [forward] = past(
        community.papers,
        community.ada.user,
        "",
        snapshots=[snapshot(original)],
        reference=Reference(original.id, original.channel.id, community.guild.id, kind=1),
        flags=MessageFlag.HAS_SNAPSHOT,
    )
    await community.manager.command("settings watch", channel=community.guild.add_channel("elsewhere"))
    shown = await backfill(community, community.papers)
    assert "8 messages read." in await until(community, shown, READ)
    assert rows(community, "SELECT message_id, quiet, author_id FROM mention ORDER BY id") == [
        (quiet.id, 1, community.ada.id),
        (forward.id, 0, community.ada.id),
    ]


async def test_threads_and_posts_count_with_their_channel(community: Community) -> None:
    papers, ada = community.papers, community.ada.user
    said = past(papers, ada, ATTENTION)
    active = papers.start_thread(ada, "active")
    asleep = papers.start_thread(ada, "asleep")
    secret = papers.start_thread(ada, "secret", kind=ChannelKind.PRIVATE_THREAD)
    asleep.archive()
    said += [*past(active, ada, *chatter(120)), *past(asleep, ada, ADAM)]
    past(secret, ada, GAN)
    secret.join_thread(community.sandbox.bot)
    shown = await backfill(community, papers)
    text = await until(community, shown, READ)
    assert "122 messages read in the channel and 2 threads." in text
    assert noted(community) == with_papers(said)
    assert asleep.as_thread.archived, "reading wakes no thread"

    forum = community.guild.add_channel("posts", kind="forum")
    post = await community.ada.post_in_forum(forum, "A post", "Hello")
    [in_post] = past(post, ada, BERT)
    shown = await backfill(community, forum)
    assert "2 messages read in the channel and 1 thread." in await until(community, shown, READ)
    assert noted(community)[-1] == in_post.id


async def test_a_thread_by_itself(community: Community) -> None:
    """Two pages of its own, whatever was read of its channel before."""
    assert community.bot is not None
    thread = community.papers.start_thread(community.ada.user, "a thread")
    said = past(thread, community.ada.user, *chatter(120))
    past(community.papers, community.ada.user, GAN)
    ids = {"reading_id": community.sandbox.world.snowflakes.next(), "asked_by": community.manager.id}
    await community.bot.services.backfills.begin(community.guild.id, thread.id, most=None, **ids)
    state = "SELECT state, messages, mentions FROM backfill"
    await community.sandbox.until(lambda: rows(community, state) == [("done", 120, 6)], what="its end")
    assert noted(community) == with_papers(said)


async def test_a_voice_channel_has_a_history_too(community: Community) -> None:
    lounge = community.guild.add_channel("lounge", kind="voice")
    [said] = past(lounge, community.ada.user, ADAM)
    await until(community, await backfill(community, lounge), READ)
    assert noted(community) == [said.id]


async def test_an_empty_channel(community: Community) -> None:
    shown = await backfill(community, community.guild.add_channel("empty"))
    assert "0 messages read.\nNobody has shared a paper there." in await until(community, shown, READ)


async def test_what_was_heard_stays_as_it_is(community: Community) -> None:
    message = await community.ada.post(community.papers, ATTENTION)
    card = await community.reply_to(message)
    await community.ada.click(card, "✕")
    await community.settled()
    shown = await backfill(community, community.papers)
    text = await until(community, shown, READ)
    assert "**1 paper** shared there, **0 mentions** that I did not know." in text
    assert rows(community, "SELECT dismissed FROM mention") == [1]
    assert community.replies_to(message) == []


# Stopping, going on, showing


@pytest.mark.usefixtures("slowly")
async def test_a_manager_stops_it_and_lets_it_go_on(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(350))
    shown = await backfill(community, community.papers)
    text = await until(community, shown, "100 messages read")
    assert "5 new mentions of papers so far." in text
    assert f"now at <t:{int(said[99].created_at.timestamp())}:D>" in text
    assert refused(await community.ada.click(shown, "Stop")).startswith("Only managers can")
    await community.manager.click(shown, "Stop")
    assert STOPPED in shown.text
    asked = len(community.sandbox.requests_to(*HISTORY))
    stopped = noted(community)
    assert stopped == with_papers(said)[: len(stopped)]
    community.clock.advance(600)
    await community.settled()
    assert len(community.sandbox.requests_to(*HISTORY)) == asked
    assert labels(shown) == ["Go on"]
    await community.manager.click(shown, "Go on")
    assert "350 messages read." in await until(community, shown, READ)
    assert noted(community) == with_papers(said)


async def test_a_page_under_way_is_not_recorded_after_a_stop(community: Community) -> None:
    past(community.papers, community.ada.user, *chatter(50))
    with community.sandbox.held(*PAGES, after_work=True):
        shown = await backfill(community, community.papers)
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="a page on its way")
        await community.manager.click(shown, "Stop")
    await community.sandbox.until(lambda: not community.sandbox.rest.in_progress, what="the page")
    await community.settled()
    assert noted(community) == []
    assert "0 messages read" in shown.text
    assert STOPPED in shown.text
    await community.manager.click(shown, "Go on")
    assert "50 messages read." in await until(community, shown, READ)


@pytest.mark.usefixtures("slowly")
async def test_asking_again_shows_the_same_reading(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(250))
    first = await backfill(community, community.papers)
    await until(community, first, "100 messages read")
    first.delete()
    second = await backfill(community, community.papers)
    assert READING in second.text
    assert "250 messages read." in await until(community, second, READ)
    assert noted(community) == with_papers(said)
    assert len(community.sandbox.requests_to(*HISTORY)) == 3


@pytest.mark.usefixtures("slowly")
async def test_it_goes_on_without_its_message(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(250))
    shown = await backfill(community, community.papers)
    await until(community, shown, "100 messages read")
    shown.delete()
    await community.sandbox.until(lambda: noted(community) == with_papers(said), what="the rest")
    await community.sandbox.until(lambda: rows(community, "SELECT message_id FROM backfill") == [None], what="a note")


@pytest.mark.usefixtures("slowly")
async def test_a_restart_goes_on_where_it_was(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(350))
    community.clock.advance(timedelta(days=2).total_seconds())  # not what a bot that was away reads and answers
    shown = await backfill(community, community.papers)
    await until(community, shown, "100 messages read")
    await community.stop_bot()
    community.clock.advance(3600)  # the interaction's token is long over
    await community.start_bot()
    assert "350 messages read." in await until(community, shown, READ)
    assert noted(community) == with_papers(said)
    assert len(community.sandbox.requests_to(*HISTORY)) <= 4 + 1, "nothing twice; and what was missed meanwhile"


async def test_a_server_reads_one_channel_after_the_other(community: Community) -> None:
    other = community.guild.add_channel("other")
    past(community.papers, community.ada.user, *chatter(150))
    past(other, community.ada.user, *chatter(150))
    with community.sandbox.held(*PAGES):
        first = await backfill(community, community.papers)
        second = await backfill(community, other)
        assert f"I begin when I am through with <#{community.papers.id}>." in second.text
    await until(community, first, READ)
    await until(community, second, READ)
    asked = [request.path for request in community.sandbox.requests_to(*HISTORY)]
    assert asked == [f"/channels/{channel.id}/messages" for channel in (community.papers, other) for _ in range(2)]


# Other servers


async def test_servers_take_turns_and_know_nothing_of_each_other(community: Community) -> None:
    elsewhere = community.sandbox.add_guild("Elsewhere")
    there = elsewhere.add_channel("there")
    boss = elsewhere.add_member("Boss", permissions=["MANAGE_GUILD"])
    past(community.papers, community.ada.user, *chatter(250))
    theirs = past(there, boss.user, ATTENTION)
    with community.sandbox.held(*PAGES):
        shown = await backfill(community, community.papers)
        [other] = (await boss.command("backfill", channel=there, at=there)).messages
        assert "I begin when" not in other.text
        forged = [button.custom_id for button in shown.buttons]
        other.components[0]["components"][-1]["components"][0]["custom_id"] = forged[0]
        said = refused(await boss.click(other, custom_id=forged[0]))
        assert said == "That reading is over. Start another with `/backfill`."
    assert "1 message read" in await until(community, other, READ)
    await until(community, shown, READ)
    assert [request.path for request in community.sandbox.requests_to(*HISTORY)][1] == f"/channels/{there.id}/messages"
    assert (elsewhere.id, theirs[0].id) in rows(community, "SELECT server_id, message_id FROM mention")
    assert sorted(rows(community, "SELECT server_id, mentions FROM backfill")) == sorted(
        [(community.guild.id, 13), (elsewhere.id, 1)]
    )


@pytest.mark.usefixtures("slowly")
async def test_it_ends_where_the_bot_is_thrown_out(community: Community) -> None:
    past(community.papers, community.ada.user, *chatter(350))
    await until(community, await backfill(community, community.papers), "100 messages read")
    community.guild.kick_bot()
    state = "SELECT state, problem FROM backfill"
    community.clock.advance(120)
    await community.sandbox.until(lambda: rows(community, state) == [("done", "left")], what="the end")


# What goes wrong


async def test_members_have_no_backfill(community: Community) -> None:
    with pytest.raises(NotPossible, match="lacks what backfill needs"):
        await community.ada.command("backfill", channel=community.papers)


async def test_without_the_permission_it_does_not_begin(community: Community) -> None:
    closed = community.guild.add_channel("closed", overwrites={"bot": ["READ_MESSAGE_HISTORY"]})
    said = refused(await community.manager.command("backfill", channel=closed, at=community.papers))
    assert said == (
        f"I may not read the history of <#{closed.id}>. Give me *View Channel* and *Read Message History* there, "
        "then try again."
    )
    assert rows(community, "SELECT 1 FROM backfill") == []


@pytest.mark.parametrize("taken", ["READ_MESSAGE_HISTORY", "VIEW_CHANNEL"])
@pytest.mark.usefixtures("slowly")
async def test_a_permission_is_taken_away_and_given_back(community: Community, taken: str) -> None:
    room = community.guild.add_channel("room")
    said = past(room, community.ada.user, *chatter(250))
    shown = await backfill(community, room)
    await until(community, shown, "100 messages read")
    with community.sandbox.expect_refusal(Code.MISSING_ACCESS, Code.UNKNOWN_CHANNEL):
        room.set_permission("bot", deny=[taken])
        text = await until(community, shown, PAUSED)
    assert "Give me *View Channel* and *Read Message History*, then press *Go on*." in text
    assert noted(community) == with_papers(said)[: len(noted(community))]
    room.set_permission("bot")
    await community.settled()
    await community.manager.click(shown, "Go on")
    assert "250 messages read." in await until(community, shown, READ)
    assert noted(community) == with_papers(said)


async def test_an_empty_page_for_want_of_a_permission_is_not_the_end(community: Community) -> None:
    room = community.guild.add_channel("room")
    said = past(room, community.ada.user, *chatter(50))
    with community.sandbox.held(*PAGES):
        shown = await backfill(community, room)
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="a page on its way")
        room.set_permission("bot", deny=["READ_MESSAGE_HISTORY"])
        await heard_by_bot(community)
    await until(community, shown, PAUSED)
    room.set_permission("bot")
    await community.settled()
    await community.manager.click(shown, "Go on")
    assert "50 messages read." in await until(community, shown, READ)
    assert noted(community)[1:] == with_papers(said)


@pytest.mark.usefixtures("slowly")
async def test_a_deleted_channel_ends_with_what_was_found(community: Community) -> None:
    room = community.guild.add_channel("room")
    past(room, community.ada.user, *chatter(250))
    shown = await backfill(community, room)
    await until(community, shown, "100 messages read")
    room.delete()
    text = await until(community, shown, READ)
    assert "⚠️ The channel was deleted. This is what I found before." in text


async def test_discord_is_away_for_a_while(community: Community) -> None:
    said = past(community.papers, community.ada.user, *chatter(150))
    shown = await backfill_with_fault(community, Fault(method="GET", path="/messages", reset=True, times=3))
    assert "150 messages read." in await until(community, shown, READ)
    assert noted(community) == with_papers(said)


async def backfill_with_fault(community: Community, fault: Fault) -> Message:
    with community.sandbox.faults.during(fault):
        shown = await backfill(community, community.papers)
        await community.sandbox.until(lambda: fault.times == 0, what="it to be tried again", seconds=30)
    return shown


async def test_what_changes_while_its_page_is_on_the_way(community: Community) -> None:
    deleted, edited, kept = past(community.papers, community.ada.user, ATTENTION, ADAM, BERT)
    community.clock.advance(timedelta(days=2).total_seconds())
    with community.sandbox.held(*PAGES, after_work=True):
        shown = await backfill(community, community.papers)
        await community.sandbox.until(lambda: community.sandbox.rest.in_progress, what="a page on its way")
        await community.ada.delete(deleted)
        await community.ada.edit(edited, "nothing any more")
        await heard_by_bot(community)
    await until(community, shown, READ)
    found = "SELECT message_id, author_id, value FROM mention WHERE value <> '1406.2661' ORDER BY id"
    after = [(None, None, "1706.03762"), (kept.id, community.ada.id, "1810.04805")]
    await community.sandbox.until(lambda: rows(community, found) == after, what="both changes")
    assert community.papers.by_bot() == [shown]


async def test_no_card_appears_under_an_old_message_that_is_edited(community: Community) -> None:
    [message] = past(community.papers, community.ada.user, ATTENTION)
    community.clock.advance(timedelta(days=2).total_seconds())
    await until(community, await backfill(community, community.papers), READ)
    await community.ada.edit(message, f"{ATTENTION} and {ADAM}")
    await community.settled()
    assert rows(community, "SELECT 1 FROM reply") == []
    assert rows(community, "SELECT value FROM mention ORDER BY id") == ["1706.03762", "1412.6980"]
    await community.ada.delete(message)
    await community.settled()
    assert noted(community) == [None, None]


async def test_without_the_message_content_intent_it_does_not_begin(tmp_path: Path, database_url: str) -> None:
    running = Community(tmp_path, database_url=database_url, rate_limits=False, message_content=False)
    with running.sandbox.expect_refusal(4014):
        async with running:
            said = refused(await running.manager.command("backfill", channel=running.papers))
            assert said.startswith("I cannot read messages: the *Message Content* intent is off.")
            assert rows(running, "SELECT 1 FROM backfill") == []


async def test_ten_thousand_messages(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Discord's rate limits, which are in real time; so is, here, what keeps within them. The pauses are on the
    clock, which is fast, so they are added."""
    monkeypatch.setattr(backfills, "SHOW_EVERY", backfills.SHOW_EVERY * max(CLOCK_SPEED.values()))
    community.sandbox.rest.rate_limits.enabled = True
    said = past(community.papers, community.ada.user, *chatter(10_000, every=5))
    began, work = time.monotonic(), time.process_time()
    shown = await backfill(community, community.papers)
    await community.sandbox.until(lambda: READ in shown.text, what=lambda: shown.text, seconds=60)
    seconds = time.monotonic() - began + 101 * backfills.PAUSE_SECONDS
    print(f"{seconds:.1f} s, of which {time.process_time() - work:.1f} s of work, Discord's own included")  # noqa: T201
    assert "10,000 messages read.\n**5 papers** shared there, **2,000 mentions**" in shown.text
    assert noted(community) == with_papers(said)
    assert seconds < 60
