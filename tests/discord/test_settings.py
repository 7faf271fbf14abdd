"""`/settings` and `/privacy`: what managers set, what it says about itself, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord.utils import format_dt

from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.commands import NotPossible
from sandbox.community import Community
from tests.discord.papers import ADAM, ATTENTION


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


def private(answer: Answer) -> str:
    """What only the asker reads; there is nothing else."""
    assert answer.messages, "an answer"
    assert all(message.private for message in answer.messages)
    return answer.text


@pytest.mark.parametrize(
    "name",
    [
        "settings show",
        "settings watch",
        "settings unwatch",
        "settings previews",
        "settings watch-bots",
        "settings timezone",
        "settings ping",
    ],
)
async def test_members_have_no_settings(community: Community, name: str) -> None:
    with pytest.raises(NotPossible, match="lacks what settings needs"):
        await community.ada.command(name)


async def test_watch_and_unwatch_say_what_is_watched_now(community: Community) -> None:
    reading = community.guild.add_channel("reading")
    forum = community.guild.add_channel("posts", kind="forum")

    async def setting(name: str, channel: object) -> str:
        return private(await community.manager.command(f"settings {name}", channel=channel))

    assert await setting("watch", reading) == f"I watch <#{reading.id}>."
    assert await setting("watch", reading) == f"I watch <#{reading.id}>."
    assert await setting("watch", forum) == f"I watch <#{reading.id}>, <#{forum.id}>."
    assert await setting("unwatch", community.papers) == (
        f"<#{community.papers.id}> was not on the list. I watch <#{reading.id}>, <#{forum.id}>."
    )
    assert await setting("unwatch", reading) == f"I watch <#{forum.id}>."
    await community.ada.post(community.papers, ATTENTION)
    post = await community.ada.post_in_forum(forum, "A paper", ATTENTION)
    await community.reply_to(post.messages[0])
    await community.settled()
    assert community.papers.by_bot() == []
    assert await setting("unwatch", forum) == "I watch every channel where I may read and write."
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))


async def test_watching_names_the_permissions_that_are_missing_there(community: Community) -> None:
    closed = community.guild.add_channel("closed", overwrites={"bot": ["SEND_MESSAGES", "MANAGE_MESSAGES"]})
    said = private(await community.manager.command("settings watch", channel=closed))
    assert said == f"I watch <#{closed.id}>. I still need there: Send Messages, Manage Messages."


async def test_a_channel_the_bot_cannot_see_gets_a_sentence(community: Community) -> None:
    dark = community.guild.add_channel("dark", overwrites={"bot": ["VIEW_CHANNEL"]})
    said = private(await community.manager.command("settings watch", channel=dark))
    assert said == "I cannot see that channel. Give me *View Channel* there, then try again."
    assert "**Watching** every channel" in private(await community.manager.command("settings show"))


async def test_show_has_everything_on_one_page(community: Community) -> None:
    before = private(await community.manager.command("settings show"))
    assert before.splitlines() == [
        "### Settings",
        "**Watching** every channel where I may read and write",
        "**Discord's previews** hidden where I may manage messages",
        "**Other bots and webhooks** left alone",
        "**Mentioned when a round has a winner** nobody",
        "**Time zone** UTC",
        "**Weekly poll** off",
        "**Meeting about the winner** off",
        "**Weekly digest** off",
        "✅ I have every permission I need in the channels I watch.",
        "**Kept** what members save, vote and write through commands, and ids of messages, never their text; deleted "
        "30 days after I am removed. `/privacy show` tells each member what is theirs.",
    ]
    closed = community.guild.add_channel("closed", overwrites={"bot": ["SEND_MESSAGES"]})
    voice = community.guild.add_channel("lounge", kind="voice", overwrites={"bot": ["SEND_MESSAGES"]})
    await community.manager.command("settings previews", hide=False)
    await community.manager.command("settings watch-bots", watch=True)
    after = private(await community.manager.command("settings show"))
    assert "**Other bots and webhooks** answered" in after
    assert "**Discord's previews** left alone" in after
    assert "⚠️ **Permissions I miss**" in after
    assert f"- Send Messages: <#{closed.id}>, <#{voice.id}>" in after
    await community.manager.command("settings watch", channel=community.papers)
    only = private(await community.manager.command("settings show"))
    assert f"**Watching** <#{community.papers.id}>" in only
    assert "✅ I have every permission" in only


async def test_the_time_zone_is_chosen_from_the_list_and_moves_what_is_scheduled(community: Community) -> None:
    assert community.bot is not None
    monday = await community.bot.services.occurrences.set_schedule(
        community.guild.id, "poll", weekday=0, minute=18 * 60, channel_id=community.papers.id
    )
    manager = community.manager
    offered = await manager.complete("settings timezone", zone="berl")
    assert [choice.value for choice in offered] == ["Europe/Berlin"]
    assert len(await manager.complete("settings timezone", zone="")) == 25
    assert (await manager.complete("settings timezone", zone="new y"))[0].value == "America/New_York"
    said = private(await manager.command("settings timezone", zone="europe/berlin"))
    at = format_dt(monday - timedelta(hours=1), "f")
    moved = f"**Weekly poll** Monday 18:00 in <#{community.papers.id}>, next {at}"
    assert said == f"This server's time zone is Europe/Berlin.\n{moved}"
    shown = private(await manager.command("settings show"))
    assert f"**Time zone** Europe/Berlin\n{moved}" in shown


async def test_an_unknown_time_zone_changes_nothing(community: Community) -> None:
    said = private(await community.manager.command("settings timezone", zone="Berlim"))
    assert said.startswith("I know no such time zone. Did you mean Europe/Berlin")
    assert "**Time zone** UTC" in private(await community.manager.command("settings show"))


async def test_a_role_to_mention_is_set_and_taken_back(community: Community) -> None:
    readers = community.guild.add_role("Readers")
    await community.settled()
    said = private(await community.manager.command("settings ping", role=readers))
    assert said == (
        f"I mention <@&{readers.id}> when a round has a winner.\n"
        "⚠️ The mention reaches nobody yet: turn on *Allow anyone to @mention this role* for it."
    )
    assert f"**Mentioned when a round has a winner** <@&{readers.id}>" in private(
        await community.manager.command("settings show")
    )
    assert private(await community.manager.command("settings ping")) == "I mention nobody when a round has a winner."
    assert "has a winner** nobody" in private(await community.manager.command("settings show"))


async def test_everyone_is_never_mentioned(community: Community) -> None:
    everyone = community.guild.roles[community.guild.id]
    said = private(await community.manager.command("settings ping", role=everyone))
    assert said == "I do not mention everyone. Choose a role that members take by themselves."
    assert "has a winner** nobody" in private(await community.manager.command("settings show"))


async def test_a_server_with_500_channels_still_fits_the_page(community: Community) -> None:
    channels = [
        community.guild.add_channel(f"room-{n}", overwrites={"bot": ["SEND_MESSAGES"] if n % 2 else ["ADD_REACTIONS"]})
        for n in range(498)
    ]
    await community.settled()
    shown = private(await community.manager.command("settings show"))
    assert f"- Add Reactions: <#{channels[0].id}>" in shown
    assert "and 234 more" in shown


async def test_one_servers_settings_are_not_anothers(community: Community) -> None:
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    mara = other.add_member("Mara", permissions=["MANAGE_GUILD"])
    ada = other.add_member("Ada")
    elsewhere = community.guild.add_channel("elsewhere")
    await community.manager.command("settings watch", channel=elsewhere)
    await community.manager.command("settings watch-bots", watch=True)
    shown = private(await mara.command("settings show"))
    assert "every channel" in shown
    assert "left alone" in shown
    await community.reply_to(await ada.post(room, ATTENTION))


async def test_settings_outlive_a_restart(community: Community) -> None:
    elsewhere = community.guild.add_channel("elsewhere")
    await community.manager.command("settings watch", channel=elsewhere)
    await community.stop_bot()
    await community.start_bot()
    assert f"**Watching** <#{elsewhere.id}>" in private(await community.manager.command("settings show"))
    await community.ada.post(community.papers, ATTENTION)
    await community.reply_to(await community.ada.post(elsewhere, ADAM))
    await community.settled()
    assert community.papers.by_bot() == []


async def test_who_opted_out_still_has_commands_and_can_come_back(community: Community) -> None:
    said = private(await community.ada.command("privacy ignore-me"))
    assert said == (
        "From now on I neither answer nor record your messages, in any server. Undo it with "
        "/privacy ignore-me ignore: False."
    )
    await community.ada.post(community.papers, ATTENTION)
    await community.settled()
    assert community.papers.by_bot() == []
    shown = (await community.ada.command("paper", paper=ATTENTION)).public
    assert shown is not None
    assert "First shared" not in shown.text
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    await other.add_member("Ada").post(room, ATTENTION)
    await community.settled()
    assert room.by_bot() == []
    assert private(await community.ada.command("privacy ignore-me", ignore=False)) == (
        "I answer links in your messages again."
    )
    await community.reply_to(await community.ada.post(community.papers, ATTENTION))
