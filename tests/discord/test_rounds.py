"""The weekly round from its poll to the meeting, as members see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from discord.utils import format_dt

from sandbox import polling
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.kinds import EventStatus
from tests.discord.reading_group import ReadingGroup, answers, private


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines. It begins on Monday, 2 March 2026, 09:00 UTC."""
    return VirtualClock(running=True)


@pytest.fixture
def group(community: Community, database_url: str) -> ReadingGroup:
    return ReadingGroup(community, database_url)


# --- opening


async def test_a_scheduled_poll_opens_at_its_time_with_the_ballot_above(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("settings timezone", zone="Europe/Berlin")
    said = await group.ask("poll schedule", day="Wednesday", time="18:00", hours=48)
    opens_at = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    when = f"every week, next {format_dt(opens_at, 'F')} ({format_dt(opens_at, 'R')})"
    assert said == f"A poll opens in <#{group.papers.id}> {when}."
    group.clock.jump_to(opens_at - timedelta(seconds=30))
    await group.community.settled()
    assert group.polls() == []
    group.clock.jump_to(opens_at + timedelta(seconds=1))
    await group.community.settled()
    ballot, poll = group.papers.by_bot()
    assert ballot.text.splitlines()[:4] == [
        "### Round 1: which paper do we read?",
        "Vote in the poll below; it is open for 48 hours.",
        "1\\. **Alpha**",
        "-# Ashish Vaswani, Noam Shazeer · 2026 · [arXiv](https://arxiv.org/abs/2401.00001) · "
        "[PDF](https://arxiv.org/pdf/2401.00001)",
    ]
    assert answers(poll) == ["1. Alpha", "2. Beta", "3. Gamma"]
    assert poll.poll is not None
    assert poll.poll.question == "Which paper do we read? (round 1)"
    assert poll.poll.expiry - opens_at < timedelta(hours=48, seconds=20)
    card = private(await group.ada.click(ballot, "Show"))
    assert card.startswith("### Alpha")
    assert "### Round 1" in private(await group.ada.click(ballot, "How papers get here"))
    group.clock.jump_to(opens_at + timedelta(days=7, seconds=1))
    await group.community.settled()
    assert len(group.polls()) == 2, "and again a week later"


async def test_nominations_come_first_and_a_member_has_one(group: ReadingGroup) -> None:
    await group.list_papers()
    offered = await group.ada.complete("poll nominate", at=group.papers, paper="Bet")
    assert [choice.value for choice in offered] == ["arxiv:2401.00002"]
    said = private(await group.ada.command("poll nominate", at=group.papers, paper="2401.00002"))
    assert said == "**Beta** is on the next ballot."
    said = private(await group.ada.command("poll nominate", at=group.papers, paper="2401.00003"))
    assert said == "**Gamma** is on the next ballot. It takes the place of **Beta**."
    shown = private(await group.grace.command("poll show", at=group.papers))
    assert f"1\\. **Gamma** · nominated by <@{group.ada.id}>\n2\\. **Alpha**\n3\\. **Beta**" in shown
    assert answers(await group.open_poll()) == ["1. Gamma", "2. Alpha", "3. Beta"]
    assert f"nominated by <@{group.ada.id}>" in group.ballot().text
    assert group.ballot().mentioned == []
    said = private(await group.grace.command("poll nominate", at=group.papers, paper="2401.00001"))
    assert said == "That paper is on the ballot right now. Vote for it in the poll."


async def test_fewer_than_two_papers_make_no_poll(group: ReadingGroup) -> None:
    none = "There is no paper to vote on. Save papers, or nominate with `/poll nominate`."
    assert await group.ask("poll start") == none
    await group.list_papers(["Alpha"])
    await group.ask("poll schedule", day="Monday", time="10:00")
    await group.pass_hours(1)
    assert group.polls() == []
    assert group.last().text.startswith("No poll this time: there is just one paper to vote on, and a poll needs two.")
    assert await group.outcomes("poll") == ["skipped: 1 papers", None]
    await group.pass_hours(7 * 24)
    assert len(group.told("No poll this time")) == 2


async def test_one_round_at_a_time(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("poll schedule", day="Monday", time="10:00")
    await group.open_poll()
    assert await group.ask("poll start") == "A round is running already. See it with `/poll show`."
    await group.pass_hours(1)
    assert len(group.polls()) == 1
    assert await group.outcomes("poll") == ["skipped: another round was running, or the schedule was gone", None]


async def test_what_is_scheduled_no_more_does_not_open(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("poll schedule", day="Monday", time="10:00")
    assert await group.ask("poll unschedule") == "No poll is scheduled any more."
    assert await group.ask("poll unschedule") == "No poll was scheduled."
    await group.pass_hours(8 * 24)
    assert group.polls() == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("schedule", {"day": "Monday", "time": "10:00"}),
        ("unschedule", {}),
        ("start", {}),
        ("end", {}),
        ("cancel", {}),
        ("meeting", {}),
    ],
)
async def test_members_manage_no_polls(group: ReadingGroup, name: str, options: dict[str, str]) -> None:
    answer = await group.ada.command(f"poll {name}", at=group.papers, **options)
    assert private(answer) == "Only members who may manage the server can do that."


async def test_without_send_polls_the_manager_reads_why(group: ReadingGroup, caplog: pytest.LogCaptureFixture) -> None:
    await group.list_papers()
    group.papers.set_permission("bot", deny=["SEND_POLLS", "PIN_MESSAGES"])
    await group.community.settled()
    assert await group.ask("poll start") == "I still need there: Send Polls."
    assert "I still need there: Send Polls." in await group.ask("poll schedule", day="Monday", time="10:00")
    note = f"⚠️ Without *Send Polls* in <#{group.papers.id}> no poll can open.\n"
    note += f"-# Without *Pin Messages* in <#{group.papers.id}> winners' cards are not pinned."
    assert note in await group.ask("poll show")
    assert "⚠️" not in private(await group.ada.command("poll show", at=group.papers))
    with group.sandbox.expect_refusal(50013):
        await group.pass_hours(1)
    (outcome, _) = await group.outcomes("poll")
    assert outcome is not None
    assert outcome.startswith("lost: Discord refused the poll")
    assert "Round 1 of server" in caplog.text
    assert group.last().text.startswith("### Round 1 could not be opened")
    group.papers.set_permission("bot")
    await group.community.settled()
    await group.open_poll()


async def test_a_poll_needs_a_text_channel(group: ReadingGroup) -> None:
    await group.list_papers()
    thread = await group.ada.start_thread(group.papers, "chat")
    assert await group.ask("poll start", thread) == "A poll needs a text channel. Use this in one."
    said = await group.ask("poll schedule", thread, day="Monday", time="10:00")
    assert said == "A poll needs a text channel. Use this in one, or name one with `channel:`."
    elsewhere = group.guild.add_channel("elsewhere")
    assert f"opens in <#{elsewhere.id}>" in await group.ask(
        "poll schedule", thread, day="Monday", time="10:00", channel=elsewhere
    )
    await group.pass_hours(1)
    assert len(group.polls(elsewhere)) == 1


# --- the end


async def test_the_winner_is_announced_with_thread_card_and_event(group: ReadingGroup) -> None:
    await group.list_papers()
    said = await group.ask("poll meeting", day="Tuesday", time="19:00")
    assert said.startswith("The next winner is talked about every week, next ")
    result = await group.announced([2, 2, 1])
    meeting = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)
    (thread,) = group.guild.active_threads
    assert thread.name == "Beta"
    assert thread.id == result.id
    assert result.text.splitlines() == [
        "### Round 1: this is what we read",
        "**Beta**",
        "-# Ashish Vaswani, Noam Shazeer · 2026 · [arXiv](https://arxiv.org/abs/2401.00002) · "
        "[PDF](https://arxiv.org/pdf/2401.00002)",
        "2 of 3 votes.",
        f"We talk about it {format_dt(meeting, 'F')} ({format_dt(meeting, 'R')}).",
        f"The discussion is in <#{thread.id}>.",
        "-# 1 · Alpha",
        "-# 0 · Gamma",
    ]
    (card,) = thread.pins
    assert card.text.startswith("### Beta")
    (event,) = group.guild.scheduled_events
    assert (event.name, event.start, event.status) == ("Reading: Beta", meeting, EventStatus.SCHEDULED)
    assert event.end == meeting + timedelta(hours=1)
    assert event.location == f"https://discord.com/channels/{group.guild.id}/{thread.id}"
    assert result.mentioned == []
    assert private(await group.grace.click(result, "Discuss")) == f"The discussion is in <#{thread.id}>."
    chosen = private(await group.ada.command("poll nominate", at=group.papers, paper="2401.00002"))
    assert chosen == "That paper won a round here already. See `/poll history`."


async def test_the_thread_is_reminded_the_day_before(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    await group.announced()
    (thread,) = group.guild.active_threads
    group.clock.jump_to(datetime(2026, 3, 9, 18, 59, tzinfo=UTC))
    await group.community.settled()
    assert group.told("We meet", thread) == []
    group.clock.jump_to(datetime(2026, 3, 9, 19, 0, 1, tzinfo=UTC))
    await group.community.settled()
    (reminder,) = group.told("We meet", thread)
    assert "Nobody presents yet." in reminder.text
    await group.grace.click(reminder, "I will present")
    await group.community.settled()
    assert f"Presenting: <@{group.grace.id}>." in group.last().text


async def test_the_reminder_goes_to_the_channel_when_the_thread_is_gone(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    await group.announced()
    group.guild.active_threads[0].delete()
    with group.sandbox.expect_refusal(10003):
        group.clock.jump_to(datetime(2026, 3, 9, 19, 0, 1, tzinfo=UTC))
        await group.community.settled()
    assert group.last().text.startswith("### We meet")


async def test_no_more_meetings(group: ReadingGroup) -> None:
    await group.list_papers()
    assert await group.ask("poll meeting", day="Tuesday") == (
        "A meeting needs both: a day and a time. Name the one that is missing."
    )
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    assert await group.ask("poll meeting") == "There are no meetings any more."
    assert await group.ask("poll meeting") == "No meeting was set."
    assert "We talk about it" not in (await group.announced()).text
    assert group.guild.scheduled_events == []


async def test_without_create_events_and_pins_the_rest_goes_on(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ask("poll schedule", day="Friday", time="10:00")
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    group.guild.set_bot_permissions([])
    group.papers.set_permission("bot", deny=["PIN_MESSAGES"])
    await group.community.settled()
    assert f"-# Without *Create Events* in <#{group.papers.id}> meetings get no event." in await group.ask("poll show")
    with group.sandbox.expect_refusal(50013):
        result = await group.announced()
    assert "We talk about it" in result.text
    (thread,) = group.guild.active_threads
    assert thread.pins == []
    assert group.told("### Alpha", thread)
    assert group.guild.scheduled_events == []
    assert await group.outcomes("close") == ["decided"]


async def test_equal_votes_are_decided_by_the_list_and_that_is_said(group: ReadingGroup) -> None:
    await group.list_papers()
    result = await group.announced([3, 2])
    assert "**Beta**" in result.text
    assert "1 of 2 votes; others had as many, the reading list's votes decided." in result.text


async def test_nobody_voted_and_the_ballot_carries_over(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ada.command("poll nominate", at=group.papers, paper="2401.00003")
    result = await group.announced([], candidates=2)
    assert result.text == ("### Round 1: nobody voted\nThere is no winner; the ballot carries over to the next round.")
    assert group.guild.active_threads == []
    await group.grace.command("vote", at=group.papers, paper="2401.00002")
    await group.ask("poll start", candidates=3)
    await group.community.settled()
    assert answers(group.polls()[-1]) == ["1. Gamma", "2. Alpha", "3. Beta"]
    assert "from the last ballot" in group.ballot().text
    assert f"nominated by <@{group.ada.id}>" in group.ballot().text


async def test_a_manager_ends_it_early(group: ReadingGroup) -> None:
    await group.list_papers()
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [3])
    assert await group.ask("poll end") == f"Round 1 ends now. The winner follows in <#{group.papers.id}>."
    await group.community.settled()
    assert "**Gamma**" in group.last().text
    assert await group.ask("poll end") == "No round is running. A manager starts one with `/poll start`."


async def test_a_manager_calls_it_off(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.ada.command("poll nominate", at=group.papers, paper="2401.00003")
    await group.open_poll()
    said = await group.ask("poll cancel")
    assert said == "Round 1 is called off. What was nominated stays open."
    await group.community.settled()
    assert group.polls() == []
    assert group.ballot().text.startswith("### Round 1 was called off")
    assert f"1\\. **Gamma** · nominated by <@{group.ada.id}>" in await group.ask("poll show")
    await group.open_poll()
    assert group.ballot().text.startswith("### Round 2")


async def test_a_role_is_told_of_the_winner_and_nobody_else(group: ReadingGroup) -> None:
    readers = group.guild.add_role("Readers")
    await group.list_papers()
    await group.ask("settings ping", role=readers)
    result = await group.announced([1, 2])
    assert result.mentioned_roles == [readers.id]
    assert result.mentioned == []
    assert not result.mentions_everyone
    assert group.ballot() is result
    assert all(not message.mentioned_roles for message in group.papers.by_bot() if message is not result)
    posts = group.sandbox.requests_to("POST", "/channels/{channel_id}/messages")
    (asked,) = [post.body["allowed_mentions"] for post in posts if f"<@&{readers.id}>" in str(post.body)]
    assert asked == {"parse": [], "roles": [readers.id]}


# --- looking, presenting


async def test_show_in_every_state(group: ReadingGroup) -> None:
    shown = await group.ask("poll show")
    assert shown.startswith(
        "### The next poll\nIt is not scheduled; a manager starts one with `/poll start`.\nNo papers yet"
    )
    assert "-# On the ballot: nominations first" in shown
    await group.list_papers()
    await group.ask("poll schedule", day="Friday", time="10:00")
    assert "### The next poll\nIt opens <t:" in await group.ask("poll show")
    poll = await group.open_poll()
    shown = await group.ask("poll show")
    assert shown.startswith("### Round 1\nOpen until <t:")
    assert poll.link in shown
    group.sandbox.world.counts_polls_late = True
    await group.ada.vote_for(poll, [1])
    await group.pass_hours(72)
    assert "Voting is over; Discord is counting." in await group.ask("poll show")
    polling.count(poll)
    await group.community.settled()
    shown = await group.ask("poll show")
    assert shown.startswith("### Round 1\n**Alpha**\n### The next poll\nIt opens <t:")
    assert "1\\. **Beta**\n2\\. **Gamma**" in shown


async def test_presenting_and_taking_it_back(group: ReadingGroup) -> None:
    early = private(await group.ada.command("present", at=group.papers))
    assert early == "There is no winner to present yet. See `/poll show` for what comes next."
    await group.list_papers()
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    result = await group.announced()
    (thread,) = group.guild.active_threads
    (event,) = group.guild.scheduled_events
    said = private(await group.ada.command("present", at=thread))
    assert said == "You present **Alpha**. Thank you. Use /present again to take it back."
    await group.grace.click(result, "I will present")
    await group.community.settled()
    assert f"Presenting: <@{group.ada.id}>, <@{group.grace.id}>." in result.text
    assert f"<@{group.grace.id}>" in (event.description or "")
    assert result.mentioned == []
    said = private(await group.ada.command("present", at=group.papers))
    assert said == "You no longer present **Alpha**."
    await group.community.settled()
    assert f"Presenting: <@{group.grace.id}>." in result.text


async def test_history_turns_its_pages_after_a_restart(group: ReadingGroup) -> None:
    assert "No round has had a winner yet." in await group.ask("poll history")
    await group.choose_papers([f"Paper {number}" for number in range(11)])
    page = await group.manager.command("poll history", at=group.papers)
    assert page.private is not None
    lines = page.text.splitlines()
    assert lines[:2] == ["### Chosen so far", "11\\. **Paper 10**"]
    assert len(lines) == 1 + 2 * 10
    await group.restart()
    await group.manager.click(page.private, "▶")
    assert page.private.text.splitlines()[1] == "1\\. **Paper 0**"


async def test_hostile_titles_stay_words(group: ReadingGroup) -> None:
    readers = group.guild.add_role("Readers")
    title = f"@everyone <@&{readers.id}> **x** [a](https://evil.example) `c` " + "long " * 60
    await group.list_papers([title, "# " + title, "Gamma"])
    result = await group.announced([1])
    ours = [message for message in group.papers.by_bot() if message.components]
    assert [message for message in ours if message.mentions_everyone or message.mentioned_roles] == []
    assert "**x**" not in group.told("which paper")[0].text + result.text
    assert f"\n**@\u200beveryone \\<@&{readers.id}> \\*\\*x\\*\\*" in result.text
    assert all(len(answer) <= 55 for answer in answers(group.poll()))


async def test_another_server_sees_nothing_of_it(group: ReadingGroup) -> None:
    await group.list_papers()
    await group.announced()
    other = group.sandbox.add_guild("Other")
    place = other.add_channel("papers")
    admin = other.add_member("Eve", permissions=["MANAGE_GUILD"])
    await group.community.settled()
    assert "Alpha" not in private(await admin.command("poll show", at=place))
    assert "No round has had a winner yet." in private(await admin.command("poll history", at=place))
    assert (
        private(await admin.command("present", at=place))
        == "There is no winner to present yet. See `/poll show` for what comes next."
    )
    assert "No round is running." in private(await admin.command("poll cancel", at=place))
    assert place.by_bot() == []
