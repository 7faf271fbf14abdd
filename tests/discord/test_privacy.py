"""`/privacy`: members see, take along and delete what is kept of them; deleted channels take theirs."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.storage.database import Database
from bot.storage.tables import mention
from sandbox.answers import Answer
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.people import Person
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, BERT
from tests.discord.reading_group import ReadingGroup
from tests.storage.everything import columns_with

pytestmark = pytest.mark.usefixtures("refresh_at_once")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


def private(answer: Answer) -> Message:
    """What only the asker sees; there is nothing else."""
    assert answer.public is None
    assert answer.private is not None
    return answer.private


async def busy_ada(community: Community) -> tuple[Message, Person]:
    """Ada has posted, saved, noted and voted here, and voted elsewhere. Gives the card here, and herself there."""
    ada = community.ada
    card = await community.reply_to(await ada.post(community.papers, ATTENTION))
    await ada.command("save", at=community.papers, paper=ATTENTION, note="Read section 3 first.")
    await ada.click(card, "▲ Vote 0")
    other = community.sandbox.add_guild("Another Group")
    room = other.add_channel("room")
    there = other.add_member("Ada")
    elsewhere = await community.reply_to(await other.add_member("Rosa").post(room, ATTENTION))
    await there.click(elsewhere, "▲ Vote 0")
    await community.settled()
    return card, there


async def test_show_counts_here_and_elsewhere_and_names_no_other_server(community: Community) -> None:
    await busy_ada(community)
    shown = private(await community.ada.command("privacy show", at=community.papers))
    assert "**In this server:** 1 link to a paper you posted, 1 paper you saved, 1 vote, 1 note" in shown.text
    assert "**In 1 other server:** 1 paper you saved, 1 vote" in shown.text
    assert "30 days" in shown.text
    assert "Another Group" not in shown.text
    assert [button.label for button in shown.buttons] == ["Export", "Delete"]
    assert "I keep nothing of you." in private(await community.grace.command("privacy show", at=community.papers)).text


async def test_show_leads_to_the_policy_that_the_portal_names(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert community.bot is not None
    monkeypatch.setattr(community.bot.application, "privacy_policy_url", "https://papers.example/privacy")
    shown = private(await community.ada.command("privacy show", at=community.papers))
    assert shown.buttons[-1].label == "Privacy policy"


async def test_the_export_is_a_private_file_by_command_and_by_button(community: Community) -> None:
    await busy_ada(community)
    shown = private(await community.ada.command("privacy show", at=community.papers))
    for answer in (
        await community.ada.command("privacy export", at=community.papers),
        await community.ada.click(shown, "Export"),
    ):
        (file,) = private(answer).attachments
        said = json.loads(file.content)
        assert file.filename == "paper-club.json"
        assert said["member_id"] == str(community.ada.id)
        assert [note["text"] for note in said["notes"]] == ["Read section 3 first."]
        assert len({vote["server_id"] for vote in said["votes"]}) == 2


async def test_deleting_asks_first_and_then_leaves_nothing(community: Community, database_url: str) -> None:
    card, _ = await busy_ada(community)
    assert f"<@{community.ada.id}>" in card.text
    asked = private(await community.ada.command("privacy delete", at=community.papers))
    assert "1 link to a paper you posted, 2 papers you saved, 2 votes, 1 note." in asked.text
    await community.ada.click(asked, "Keep it")
    assert asked.text == "Nothing was deleted."
    assert await columns_with(database_url, community.ada.id)

    shown = private(await community.ada.command("privacy show", at=community.papers))
    await community.ada.click(shown, "Delete")
    await community.ada.click(shown, "Delete")
    assert "Deleted in all servers: 1 link to a paper you posted, 2 papers you saved, 2 votes, 1 note." in shown.text
    await community.settled()
    assert await columns_with(database_url, community.ada.id) == set()
    assert f"<@{community.ada.id}>" not in card.text
    assert "First shared" in card.text
    assert card.button("▲ Vote 0")
    assert card.button("Save").style == 3, "the paper stays on the list"

    for _ in range(6):  # what was heard in the minutes before a restart is read again
        community.clock.advance(60)
        await asyncio.sleep(0.1)
    await community.stop_bot()
    await community.start_bot()
    await community.settled()
    assert "I keep nothing of you." in private(await community.ada.command("privacy delete", at=community.papers)).text


async def test_a_second_press_finds_nothing_left(community: Community) -> None:
    await busy_ada(community)
    asked = private(await community.ada.command("privacy delete", at=community.papers))
    again = private(await community.ada.command("privacy delete", at=community.papers))
    await asyncio.gather(community.ada.click(asked, "Delete"), community.ada.click(again, "Delete"))
    told = sorted([asked.text, again.text])
    assert told[0].startswith("Deleted in all servers: ")
    assert told[1] == "There was nothing of yours left to delete."


async def test_the_opt_out_stays_and_is_said_to(community: Community, database_url: str) -> None:
    await busy_ada(community)
    await community.ada.command("privacy ignore-me", at=community.papers)
    asked = private(await community.ada.command("privacy delete", at=community.papers))
    assert "the list of members who opted out" in asked.text
    await community.ada.click(asked, "Delete")
    assert "the list of members who opted out" in asked.text
    assert await columns_with(database_url, community.ada.id) == {"ignored_member.user_id"}
    await community.ada.command("privacy ignore-me", at=community.papers, ignore=False)
    assert await columns_with(database_url, community.ada.id) == set()


async def test_an_id_in_a_button_means_nothing(community: Community, database_url: str) -> None:
    card, _ = await busy_ada(community)
    kept = await columns_with(database_url, community.ada.id)
    await community.grace.click(card, "▲ Vote 1")
    await community.settled()
    for action in ("privacy-delete", "privacy-export", "privacy-sure"):
        asked = private(await community.grace.command("privacy delete", at=community.papers))
        for button in asked.components[-1]["components"]:
            button["custom_id"] = f"pc:1:{action}:{community.ada.id}"
        answer = await community.grace.click(asked, custom_id=f"pc:1:{action}:{community.ada.id}")
        files = [file for message in answer.messages for file in message.attachments]
        assert str(community.ada.id) not in f"{answer.text}{[file.content for file in files]}"
    await community.settled()
    assert await columns_with(database_url, community.grace.id) == set()
    assert await columns_with(database_url, community.ada.id) == kept


async def test_a_vote_in_the_same_moment_counts_after_the_deletion_or_is_gone(
    community: Community, database_url: str
) -> None:
    card, _ = await busy_ada(community)
    asked = private(await community.ada.command("privacy delete", at=community.papers))
    await asyncio.gather(
        community.ada.click(asked, "Delete"), *(community.ada.command("vote", paper=ATTENTION) for _ in range(4))
    )
    await community.settled()
    left = await columns_with(database_url, community.ada.id)
    assert left <= {"vote.user_id"}
    assert card.button("▲ Vote 1" if left else "▲ Vote 0")


async def test_who_presents_is_taken_off_the_announcement(community: Community, database_url: str) -> None:
    group = ReadingGroup(community, database_url)
    await group.list_papers()
    announced = await group.announced()
    await community.ada.click(announced, "I will present")
    await community.settled()
    assert f"<@{community.ada.id}>" in announced.text
    asked = private(await community.ada.command("privacy delete", at=community.papers))
    assert "1 paper you present or presented" in asked.text
    await community.ada.click(asked, "Delete")
    await community.settled()
    assert f"<@{community.ada.id}>" not in announced.text


async def test_deleted_channels_threads_and_many_messages_take_their_authors(
    community: Community, database_url: str
) -> None:
    doomed = community.guild.add_channel("doomed")
    first = await community.ada.post(community.papers, ATTENTION)
    card = await community.reply_to(first)
    await community.grace.click(card, "Discuss")
    assert card.thread is not None
    in_thread = await community.ada.post(card.thread, ADAM)
    await community.reply_to(in_thread)
    in_channel = await community.ada.post(doomed, BERT)
    await community.reply_to(in_channel)
    await community.settled()
    card.thread.delete()
    doomed.delete()
    community.papers.delete_messages([first])
    await community.settled()
    for needle in (community.ada.id, in_thread.id, in_channel.id, first.id, doomed.id):
        assert await columns_with(database_url, needle) == set(), needle
    db = await Database.open(database_url)
    async with db.read() as conn:
        assert len((await conn.execute(mention.select())).all()) == 3, "that they were shared stays"
    await db.close()
