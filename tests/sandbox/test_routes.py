"""What discord.py asks for in everyday work, and that members and gateway see the same."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
import pytest

from sandbox import polling
from sandbox.commands import NotPossible
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.kinds import MessageFlag, MessageKind
from tests.sandbox.small_bot import SmallBot


async def test_history_in_pages(room: discord.TextChannel, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    posted = [await ada.post(papers, str(number)) for number in range(130)]
    newest_first = [message.content async for message in room.history(limit=None)]
    assert newest_first == [str(number) for number in reversed(range(130))]
    after = [message.content async for message in room.history(after=posted[100], limit=3)]
    assert after == ["101", "102", "103"]
    around = [message.content async for message in room.history(around=posted[50], limit=3)]
    assert sorted(around) == ["49", "50", "51"]


async def test_reply_edit_delete(room: discord.TextChannel, guild: Guild, papers: Channel, bot: SmallBot) -> None:
    asked = await guild.member("Ada").post(papers, "hello")
    sent = await room.send("hi", reference=discord.MessageReference(message_id=asked.id, channel_id=papers.id))
    kept = papers.find(sent.id)
    assert kept is not None
    assert kept.kind is MessageKind.REPLY
    assert kept.referenced is asked
    assert kept.mentioned == []
    fetched = await room.fetch_message(sent.id)
    assert fetched.reference is not None
    assert isinstance(fetched.reference.resolved, discord.Message)
    await room.get_partial_message(sent.id).edit(content="hi again")
    assert (kept.text, kept.edited_at is not None) == ("hi again", True)
    await sent.delete()
    assert papers.messages == [asked]
    assert kept.deleted


async def test_edit_finds_mentions_anew(room: discord.TextChannel, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    sent = await room.send(f"about {ada.mention}")
    message = papers.messages[0]
    assert message.mentioned == []
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Link", url="https://example.org"))
    await room.get_partial_message(sent.id).edit(view=view)  # the library says nothing of mentions then
    assert message.mentioned == [ada.user]
    await room.get_partial_message(sent.id).edit(view=view, allowed_mentions=discord.AllowedMentions.none())
    assert message.mentioned == []


async def test_members_edit_delete_and_forward(bot: SmallBot, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    ada, other = guild.member("Ada"), guild.add_channel("other")
    message = await ada.post(papers, "first")
    await ada.edit(message, "second")
    forwarded = await ada.forward(message, other)
    await ada.delete(message)
    await sandbox.settled()
    assert bot.events().count("MESSAGE_UPDATE") == 1
    assert bot.events().count("MESSAGE_DELETE") == 1
    heard = bot.heard_messages()[-1]
    assert heard.id == forwarded.id
    assert heard.message_snapshots[0].content == "second"
    with pytest.raises(NotPossible, match="deleted"):
        await ada.react(message, "👍")


async def test_bulk_delete(room: discord.TextChannel, guild: Guild, papers: Channel, bot: SmallBot) -> None:
    posted = [await guild.member("Ada").post(papers, str(number)) for number in range(3)]
    await room.delete_messages([discord.Object(message.id) for message in posted])
    assert papers.messages == []


async def test_reactions(room: discord.TextChannel, guild: Guild, papers: Channel, bot: SmallBot) -> None:
    ada = guild.member("Ada")
    message = await ada.post(papers, "hello")
    partial = room.get_partial_message(message.id)
    await partial.add_reaction("👍")
    await ada.react(message, "👍")
    assert bot.user is not None
    assert message.reactions == {"👍": [bot.user.id, ada.id]}
    fetched = await room.fetch_message(message.id)
    assert {user.id async for user in fetched.reactions[0].users()} == {ada.id, bot.user.id}
    await partial.remove_reaction("👍", bot.user)
    await partial.remove_reaction("👍", discord.Object(ada.id))
    await ada.react(message, "🎉")
    await ada.unreact(message, "🎉")
    assert message.reactions == {}


async def test_pins(room: discord.TextChannel, guild: Guild, papers: Channel) -> None:
    first, second = [await guild.member("Ada").post(papers, text) for text in ("one", "two")]
    await room.get_partial_message(first.id).pin()
    await room.get_partial_message(second.id).pin()
    assert [message.id async for message in room.pins()] == [second.id, first.id]
    assert papers.messages[-1].kind is MessageKind.PINNED
    await room.get_partial_message(first.id).unpin()
    assert papers.pins == [second]


async def test_thread_of_a_message(
    room: discord.TextChannel, guild: Guild, papers: Channel, bot: SmallBot, sandbox: Sandbox
) -> None:
    message = await guild.member("Ada").post(papers, "a paper")
    made = await room.get_partial_message(message.id).create_thread(name="About a paper")
    assert made.id == message.id
    thread = message.thread
    assert thread is not None
    assert thread.name == "About a paper"
    assert MessageFlag.HAS_THREAD in message.flags
    await made.send("Welcome")
    heard = await guild.member("Ada").post(thread, "ping")
    assert (await thread.next_message(after=heard)).text == "pong"
    with sandbox.expect_refusal(160004) as refusals, pytest.raises(discord.HTTPException):
        await room.get_partial_message(message.id).create_thread(name="Again")
    assert len(refusals.seen) == 1
    assert [thread.id for thread in await room.guild.active_threads()] == [made.id]


async def test_thread_sleeps_and_wakes(room: discord.TextChannel, guild: Guild, papers: Channel) -> None:
    made = await room.create_thread(name="Chat", type=discord.ChannelType.public_thread)
    thread = guild.channel("Chat")
    await made.edit(archived=True)
    assert [found.id async for found in room.archived_threads()] == [made.id]
    await made.send("Good morning")
    assert not thread.as_thread.archived
    await made.edit(name="Talk", auto_archive_duration=60)
    assert (thread.name, thread.as_thread.auto_archive_minutes) == ("Talk", 60)
    await made.delete()
    assert papers.threads == []


async def test_forum(bot: SmallBot, guild: Guild, sandbox: Sandbox) -> None:
    forum = guild.add_channel("questions", kind="forum", tags=["open"])
    await sandbox.settled()
    known = bot.get_channel(forum.id)
    assert isinstance(known, discord.ForumChannel)
    made = await known.create_thread(name="Which paper?", content="This one", applied_tags=list(known.available_tags))
    post = guild.channel("Which paper?")
    assert post.messages[0].id == post.id == made.thread.id
    assert post.as_thread.applied_tags == [int(forum.tags[0]["id"])]
    asked = await guild.member("Ada").post_in_forum(forum, "Another", "ping")
    assert (await asked.next_message(after=asked.messages[0])).text == "pong"


async def test_files(room: discord.TextChannel, papers: Channel) -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png")))
    sent = await room.send(view=view, file=discord.File(io.BytesIO(b"picture"), "chart.png", description="A chart"))
    assert await sent.attachments[0].read() == b"picture"
    kept = papers.messages[0].attachments[0]
    assert (kept.filename, kept.description) == ("chart.png", "A chart")
    assert papers.messages[0].components[0]["items"][0]["media"]["url"] == kept.url


async def test_hides_a_preview(room: discord.TextChannel, guild: Guild, papers: Channel) -> None:
    message = await guild.member("Ada").post(papers, "https://example.org/paper")
    message.unfurl([{"type": "link", "title": "A paper"}])
    assert (await room.fetch_message(message.id)).embeds[0].title == "A paper"
    fetched = await room.fetch_message(message.id)
    await fetched.edit(suppress=True)
    assert MessageFlag.SUPPRESS_EMBEDS in message.flags
    assert (await room.fetch_message(message.id)).embeds == []


async def test_nonce_sends_once(room: discord.TextChannel, papers: Channel, sandbox: Sandbox) -> None:
    first = await room.send("hello", nonce="digest-1")
    again = await room.send("hello", nonce="digest-1")
    assert first.id == again.id
    assert len(papers.messages) == 1
    sandbox.clock.advance(3600)
    later = await room.send("hello", nonce="digest-1")
    assert later.id != first.id


async def test_nonce_of_a_deleted_message(room: discord.TextChannel, papers: Channel) -> None:
    first = await room.send("hello", nonce="digest-1")
    await first.delete()
    with pytest.raises(discord.NotFound):
        await room.send("hello", nonce="digest-1")
    assert papers.messages == []


async def test_poll_runs_out(room: discord.TextChannel, guild: Guild, papers: Channel, sandbox: Sandbox) -> None:
    poll = discord.Poll(question="Which?", duration=timedelta(hours=1))
    poll.add_answer(text="One").add_answer(text="Two")
    sent = await room.send(poll=poll)
    message = papers.messages[0]
    await guild.member("Ada").vote(message, "One")
    await guild.member("Ada").vote(message, "Two")
    fetched = await room.fetch_message(sent.id)
    assert fetched.poll is not None
    assert [user.id async for user in fetched.poll.answers[1].voters()] == [guild.member("Ada").id]
    sandbox.clock.advance(3601)
    result = await papers.next_message(after=message)
    assert result.kind is MessageKind.POLL_RESULT
    assert {"name": "victor_answer_text", "value": "Two", "inline": False} in result.embeds[0]["fields"]
    with pytest.raises(NotPossible, match="ended"):
        await guild.member("Ada").vote(message, "One")


async def test_poll_ended_by_the_bot_and_counted_late(
    room: discord.TextChannel, papers: Channel, sandbox: Sandbox
) -> None:
    sandbox.world.counts_polls_late = True
    poll = discord.Poll(question="Which?", duration=timedelta(hours=1))
    poll.add_answer(text="One").add_answer(text="Two")
    sent = await room.send(poll=poll)
    ended = await sent.end_poll()
    assert ended.poll is not None
    assert not ended.poll.is_finalised()
    polling.count(papers.messages[0])
    fetched = await room.fetch_message(sent.id)
    assert fetched.poll is not None
    assert fetched.poll.is_finalised()


async def test_direct_message(bot: SmallBot, guild: Guild, sandbox: Sandbox) -> None:
    ada = guild.member("Ada")
    user = await bot.fetch_user(ada.id)
    await user.send("psst")
    conversation = sandbox.world.direct_channel(ada.user)
    assert [message.text for message in conversation.messages] == ["psst"]
    asked = await ada.post(conversation, "ping")
    assert (await conversation.next_message(after=asked)).text == "pong"


async def test_commands_keep_their_ids(bot: SmallBot, guild: Guild) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    assert sorted(before) == ["Length", "ask", "greet", "slow"]
    bot.tree.remove_command("ask")
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert after == {name: number for name, number in before.items() if name != "ask"}
    with pytest.raises(NotPossible, match="there is no slash command 'ask'"):
        await guild.member("Ada").command("ask")


async def test_servers_and_members(bot: SmallBot, guild: Guild, papers: Channel) -> None:
    known = bot.get_guild(guild.id)
    assert known is not None
    assert [channel.id for channel in await known.fetch_channels()] == [papers.id]
    assert (await known.fetch_member(guild.member("Ada").id)).name == "ada"
    assert (await bot.fetch_guild(guild.id)).name == "Reading Group"
    assert len(await known.fetch_roles()) == len(guild.roles)
    assert [found.id async for found in bot.fetch_guilds()] == [guild.id]
    info = await bot.application_info()
    assert info.flags.gateway_message_content_limited
