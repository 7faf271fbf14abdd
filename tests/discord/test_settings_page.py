"""The page of settings: what its menus, buttons and forms change, for whom, and that nobody's change is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.occurrences import Schedule
from sandbox.answers import Answer, Modal
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message

WATCHED, PING = "pc:1:settings:watched", "pc:1:settings:ping"
REFUSED = "Only members who may manage the server can change this. If you may, open `/settings show` anew."


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


@pytest.fixture
def other(community: Community) -> Person:
    """A second manager."""
    return community.guild.add_member("Grete", permissions=["MANAGE_GUILD"])


async def page_of(person: Person) -> Message:
    page = (await person.command("settings show")).private
    assert page is not None
    return page


async def form(person: Person, page: Message, label: str) -> Modal:
    modal = (await person.click(page, label)).modal
    assert modal is not None
    return modal


async def shown(community: Community, page: Message) -> str:
    """The page as it stands when everything has been dealt with; on a slow machine a press is first deferred."""
    await community.settled()
    return page.text


async def plans(community: Community) -> dict[str, Schedule]:
    await community.settled()
    assert community.bot is not None
    found = await community.bot.services.occurrences.schedules(community.guild.id)
    return {plan.schedule.kind: plan.schedule for plan in found}


async def told(community: Community, answer: Answer) -> str:
    """What the one who pressed reads besides the page."""
    await community.settled()
    assert all(message.private for message in answer.messages)
    return answer.text


async def test_channels_are_chosen_from_the_menu_and_the_page_follows(community: Community) -> None:
    forum = community.guild.add_channel("posts", kind="forum")
    page = await page_of(community.manager)
    await community.manager.choose(page, WATCHED, [community.papers, forum])
    assert f"**Watching** <#{community.papers.id}>, <#{forum.id}>" in await shown(community, page)
    await community.manager.choose(page, WATCHED, [forum])
    assert f"**Watching** <#{forum.id}>\n" in await shown(community, page)
    await community.manager.choose(page, WATCHED, [])
    assert "**Watching** every channel" in await shown(community, page)


async def test_what_another_manager_chose_meanwhile_stays(community: Community, other: Person) -> None:
    rooms = [community.guild.add_channel(name) for name in ("one", "two", "three")]
    await community.settled()
    mine = await page_of(community.manager)
    await community.manager.choose(mine, WATCHED, rooms[:1])
    theirs = await page_of(other)
    await other.choose(theirs, WATCHED, [rooms[0], rooms[1]])
    await community.manager.choose(mine, WATCHED, [rooms[0], rooms[2]])
    assert f"**Watching** <#{rooms[0].id}>, <#{rooms[1].id}>, <#{rooms[2].id}>" in await shown(community, mine)
    await other.choose(theirs, WATCHED, [rooms[1]])
    assert f"**Watching** <#{rooms[1].id}>, <#{rooms[2].id}>\n" in await shown(community, theirs)


async def test_switches_lead_to_what_they_say_however_often_they_are_pressed(
    community: Community, other: Person
) -> None:
    mine, theirs = await page_of(community.manager), await page_of(other)
    await community.manager.click(mine, "Answer other bots")
    await other.click(theirs, "Answer other bots")
    assert "**Other bots and webhooks** answered" in await shown(community, theirs)
    await community.manager.click(mine, "Leave previews")
    assert "**Discord's previews** left alone" in await shown(community, mine)
    await community.manager.click(mine, "Hide previews")
    assert "**Discord's previews** hidden" in await shown(community, mine)
    await other.click(theirs, "Look again")
    assert "**Discord's previews** hidden" in await shown(community, theirs)


async def test_a_role_is_chosen_and_taken_back(community: Community) -> None:
    readers = community.guild.add_role("Readers")
    await community.settled()
    page = await page_of(community.manager)
    await community.manager.choose(page, PING, [readers])  # type: ignore[list-item]  # a role can be chosen as well
    assert f"has a winner** <@&{readers.id}>\n⚠️ The mention reaches nobody yet" in await shown(community, page)
    await community.manager.choose(page, PING, [])
    assert "has a winner** nobody" in await shown(community, page)
    everyone: Any = community.guild.everyone
    refused = await community.manager.choose(page, PING, [everyone])
    assert await told(community, refused) == "I do not mention everyone. Choose a role that members take by themselves."


async def test_a_time_zone_is_typed(community: Community) -> None:
    page = await page_of(community.manager)
    zone = await form(community.manager, page, "Time zone")
    assert zone.fields["City or zone"]["value"] == "UTC"
    await community.manager.submit(zone, {"City or zone": "berlin"})
    assert "**Time zone** Europe/Berlin" in await shown(community, page)
    wrong = await community.manager.submit(await form(community.manager, page, "Time zone"), {"City or zone": "Berlim"})
    assert (await told(community, wrong)).startswith("I know no such time zone. Did you mean Europe/Berlin")
    assert "**Time zone** Europe/Berlin" in await shown(community, page)


async def test_a_weekly_poll_is_set_changed_and_turned_off(community: Community) -> None:
    page = await page_of(community.manager)
    new = await form(community.manager, page, "Weekly poll")
    offered = [int(each["id"]) for each in new.fields["Channel"]["default_values"]]
    assert offered == [community.papers.id]  # where the page was opened
    await community.manager.submit(new, {"Day": "Monday", "Time": "6pm", "Channel": [str(community.papers.id)]})
    assert f"**Weekly poll** Monday 18:00 in <#{community.papers.id}>, next <t:" in await shown(community, page)
    poll = (await plans(community))["poll"]
    assert (poll.weekday, poll.minute, poll.hours, poll.candidates) == (0, 18 * 60, 72, 4)
    again = await form(community.manager, page, "Weekly poll")
    assert again.fields["Time"]["value"] == "18:00"
    await community.manager.submit(
        again,
        {
            "Day": "Sunday",
            "Hours to vote": "24",
            "Papers on the ballot": "6 papers",
            "Channel": [str(community.papers.id)],
        },
    )
    poll = (await plans(community))["poll"]
    assert (poll.weekday, poll.minute, poll.hours, poll.candidates) == (6, 18 * 60, 24, 6)
    last = await form(community.manager, page, "Weekly poll")
    await community.manager.submit(last, {"Day": "No weekly poll", "Channel": [str(community.papers.id)]})
    assert "**Weekly poll** off" in await shown(community, page)
    assert await plans(community) == {}


async def test_a_meeting_and_a_digest_are_set(community: Community) -> None:
    page = await page_of(community.manager)
    meeting = await form(community.manager, page, "Meeting")
    assert set(meeting.fields) - {None} == {"Day", "Time"}
    await community.manager.submit(meeting, {"Day": "Friday", "Time": "17:30"})
    digest = await form(community.manager, page, "Digest")
    assert set(digest.fields) - {None} == {"Day", "Time", "Channel"}
    await community.manager.submit(digest, {"Day": "Monday", "Time": "9", "Channel": [str(community.papers.id)]})
    assert "**Meeting about the winner** Friday 17:30, next" in await shown(community, page)
    assert f"**Weekly digest** Monday 09:00 in <#{community.papers.id}>, next" in await shown(community, page)


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        ({"Time": "25:00"}, "like 18:00, 9:30 or 6pm."),
        ({"Hours to vote": "800"}, "A poll takes 1 to 768 hours."),
        ({"Hours to vote": "-1"}, "A poll takes 1 to 768 hours."),
    ],
)
async def test_what_cannot_be_read_changes_nothing(community: Community, filled: dict[str, str], sentence: str) -> None:
    new = await form(community.manager, await page_of(community.manager), "Weekly poll")
    values = {"Day": "Monday", "Time": "18:00", "Channel": [str(community.papers.id)]} | filled
    assert sentence in await told(community, await community.manager.submit(new, values))
    assert await plans(community) == {}


async def test_two_forms_open_at_once_each_change_what_was_touched(community: Community, other: Person) -> None:
    mine, theirs = await page_of(community.manager), await page_of(other)
    here = [str(community.papers.id)]
    await community.manager.submit(
        await form(community.manager, mine, "Weekly poll"), {"Day": "Monday", "Time": "18:00", "Channel": here}
    )
    my_form, their_form = await form(community.manager, mine, "Weekly poll"), await form(other, theirs, "Weekly poll")
    await community.manager.submit(my_form, {"Day": "Friday", "Channel": here})
    await other.submit(their_form, {"Hours to vote": "24", "Channel": here})
    poll = (await plans(community))["poll"]
    assert (poll.weekday, poll.hours) == (4, 24)


async def test_the_page_and_a_form_that_is_open_work_after_a_restart(community: Community) -> None:
    page = await page_of(community.manager)
    zone = await form(community.manager, page, "Time zone")
    await community.stop_bot()
    await community.start_bot()
    await community.manager.submit(zone, {"City or zone": "Tokyo"})
    assert "**Time zone** Asia/Tokyo" in await shown(community, page)
    await community.manager.choose(page, WATCHED, [community.papers])
    assert f"**Watching** <#{community.papers.id}>" in await shown(community, page)


async def test_who_lost_the_right_is_refused_by_every_control(community: Community) -> None:
    """With the page still on the screen; Discord says of nobody else that they may see it."""
    page = await page_of(community.manager)
    zone = await form(community.manager, page, "Time zone")
    community.clock.advance(16 * 60)
    community.manager.member.role_ids.clear()
    before = await shown(community, page)
    for button in page.buttons:
        assert await told(community, await community.manager.click(page, button.label)) == REFUSED
    for menu in page.selects:
        assert await told(community, await community.manager.choose(page, menu.custom_id, [])) == REFUSED
    assert await told(community, await community.manager.submit(zone, {"City or zone": "Tokyo"})) == REFUSED
    assert await shown(community, page) == before


async def test_a_page_of_somebody_else_is_no_use_to_a_member(community: Community) -> None:
    """They cannot see it, so this is what a forged press would be."""
    page = await page_of(community.manager)
    page.reader = community.ada.user
    assert await told(community, await community.ada.click(page, "Answer other bots")) == REFUSED
    assert "left alone" in await shown(community, page)


async def test_a_member_who_was_lent_the_command_may_use_the_page_while_it_is_fresh(community: Community) -> None:
    """Admins can lend `/settings` to a role; a press then carries no Manage Server."""
    page = await page_of(community.manager)
    community.manager.member.role_ids.clear()
    await community.manager.click(page, "Answer other bots")
    assert "**Other bots and webhooks** answered" in await shown(community, page)
    community.clock.advance(16 * 60)
    assert await told(community, await community.manager.click(page, "Leave other bots alone")) == REFUSED


async def test_permissions_are_named_where_something_is_scheduled_too(community: Community) -> None:
    stage = community.guild.add_channel("ballots", overwrites={"bot": ["SEND_POLLS", "PIN_MESSAGES"]})
    news = community.guild.add_channel("news", overwrites={"bot": ["ATTACH_FILES"]})
    gone = community.guild.add_channel("gone")
    for channel in (community.papers, gone):
        await community.manager.command("settings watch", channel=channel)
    await community.manager.command("poll schedule", day="Monday", time="18:00", channel=stage)
    await community.manager.command("digest schedule", day="Monday", time="18:00", channel=news)
    gone.delete()
    await community.settled()
    page = await page_of(community.manager)
    assert f"- The channel, it was deleted: <#{gone.id}>" in await shown(community, page)
    assert f"- Send Polls, Pin Messages: <#{stage.id}>" in await shown(community, page)
    assert f"- Attach Files: <#{news.id}>" in await shown(community, page)
    await community.manager.choose(page, WATCHED, [community.papers, stage])
    assert str(gone.id) not in await shown(community, page)


async def test_a_channel_of_another_server_is_refused(community: Community) -> None:
    elsewhere = community.sandbox.add_guild("Another Group").add_channel("room")
    await community.settled()
    page = await page_of(community.manager)
    refused = await community.manager.choose(page, WATCHED, [elsewhere])
    assert (
        await told(community, refused)
        == "One of those channels is not in this server any more. Open `/settings show` again."
    )
    assert "**Watching** every channel" in await shown(community, page)


async def test_more_than_25_channels_are_left_to_the_commands(community: Community) -> None:
    rooms = [community.guild.add_channel(f"room-{number}") for number in range(26)]
    await community.settled()
    assert community.bot is not None
    await community.bot.services.servers.change_watched(community.guild.id, more={room.id for room in rooms}, fewer=())
    page = await page_of(community.manager)
    assert WATCHED not in [menu.custom_id for menu in page.selects]
    assert "`/settings watch`" in await shown(community, page)
