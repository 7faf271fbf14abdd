"""Each request that a member carries out without the bot, and who sees what came of it."""

from __future__ import annotations

import base64

import pytest

from sandbox.polls import Poll
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from tests.sandbox.page.page_client import Browser, Refused


def about(message: Message) -> dict[str, str]:
    return {"channel_id": str(message.channel.id), "message_id": str(message.id)}


@pytest.fixture
def message(guild: Guild, papers: Channel) -> Message:
    return papers.add_message(guild.member("Ada").user, "Hello")


async def test_hello_tells_who_one_can_be_and_what_there_is(browser: Browser, guild: Guild, papers: Channel) -> None:
    client = await browser.open(guild.member("Grace"))
    hello = client.of("hello")[0]
    assert hello["viewer"] == str(guild.member("Grace").id)
    assert [(person["name"], person["note"]) for person in hello["people"]] == [
        ("Ada", "joined today"),
        ("Grace", "manages the server"),
    ]
    assert [channel["id"] for channel in hello["guilds"][0]["channels"]] == [str(papers.id)]
    assert "MANAGE_MESSAGES" in hello["guilds"][0]["channels"][0]["allowed"]
    assert hello["clock"] == {"now": "2026-03-02T09:00:00.000000+00:00", "speed": 0}
    assert (await client.event("bot"))["connected"] is False


async def test_a_post_reaches_both_and_is_marked_for_its_author(
    browser: Browser, guild: Guild, papers: Channel
) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    file = {"name": "../a b.png", "content": base64.b64encode(b"picture").decode()}
    await ada.ask("post", channel_id=str(papers.id), text="Hi <b>", files=[file])
    seen = await ada.message("Hi <b>"), await grace.message("Hi <b>")
    assert [one["mine"] for one in seen] == [True, False]
    assert seen[0]["attachments"][0]["filename"] == "_a_b.png"
    async with browser.http.get(seen[0]["attachments"][0]["url"]) as response:
        assert await response.read() == b"picture"


async def test_reply_edit_and_deletion(browser: Browser, guild: Guild, papers: Channel, message: Message) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    await grace.ask("post", channel_id=str(papers.id), text="Yes?", reply_to=str(message.id), ping=False)
    assert (await ada.message("Yes?"))["referenced_message"]["content"] == "Hello"
    await ada.ask("edit", **about(message), text="Bye")
    assert (await grace.message("'content': 'Bye'"))["edited_timestamp"]
    with pytest.raises(Refused, match="author"):
        await grace.ask("edit", **about(message), text="No")
    before = len(grace.events)
    await ada.ask("delete", **about(message))
    assert (await grace.event("message_gone"))["message_id"] == str(message.id)
    reply = await grace.event("message", lambda event: "Yes?" in str(event), after=before)
    assert reply["message"]["referenced_message"] is None


async def test_reactions_are_each_viewers_own(browser: Browser, guild: Guild, message: Message) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    await ada.ask("react", **about(message), emoji="👍")
    mine, theirs = (await ada.message("👍"))["reactions"][0], (await grace.message("👍"))["reactions"][0]
    assert (mine["me"], theirs["me"], theirs["count"]) == (True, False, 1)
    await ada.ask("unreact", **about(message), emoji="👍")
    assert not message.reactions
    assert "reactions" not in (await grace.event("message", after=len(grace.events) - 1))["message"]


async def test_votes_are_counted_for_all_and_marked_for_one(browser: Browser, guild: Guild, message: Message) -> None:
    body = {"question": {"text": "?"}, "answers": [{"poll_media": {"text": text}} for text in ("Yes", "No")]}
    message.poll = Poll.create(body, author_id=1, now=message.channel.world.clock.now())
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    await ada.ask("vote", **about(message), answer_ids=[1])
    await ada.ask("vote", **about(message), answer_ids=[2])
    counts = [client.of("message")[-1]["message"]["poll"]["results"]["answer_counts"] for client in (ada, grace)]
    assert counts == [[{"id": 2, "count": 1, "me_voted": voted}] for voted in (True, False)]
    with pytest.raises(Refused, match="one answer"):
        await ada.ask("vote", **about(message), answer_ids=[1, 2])
    with pytest.raises(Refused, match="no such answer"):
        await ada.ask("vote", **about(message), answer_ids=[9])
    await ada.ask("vote", **about(message), answer_ids=[])
    assert ada.of("message")[-1]["message"]["poll"]["results"]["answer_counts"] == []


async def test_pins_need_the_permission(browser: Browser, guild: Guild, papers: Channel, message: Message) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    with pytest.raises(Refused, match="PIN_MESSAGES"):
        await ada.ask("pin", **about(message))
    await grace.ask("pin", **about(message))
    assert [pin["id"] for pin in await ada.ask("pins", channel_id=str(papers.id))] == [str(message.id)]
    await grace.ask("unpin", **about(message))
    assert await ada.ask("pins", channel_id=str(papers.id)) == []


async def test_threads_forums_and_forwards(browser: Browser, guild: Guild, message: Message) -> None:
    forum = guild.add_channel("ideas", kind="forum")
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    thread = await ada.ask("start_thread", channel_id=str(message.channel.id), name="More", message_id=str(message.id))
    shown = (await grace.event("channel"))["channel"]
    assert (shown["id"], shown["type"], shown["archived"]) == (thread["channel_id"], 11, False)
    assert (await grace.message("'name': 'More'"))["thread"]["id"] == thread["channel_id"]
    with pytest.raises(Refused, match="No thread"):
        await ada.ask("start_thread", channel_id=str(message.channel.id), name="Again", message_id=str(message.id))
    post = await ada.ask("post_in_forum", channel_id=str(forum.id), title="An idea", text="Read more")
    assert (await grace.message("Read more"))["channel_id"] == post["channel_id"]
    await ada.ask("forward", **about(message), to=post["channel_id"])
    assert (await grace.message("message_snapshots"))["message_snapshots"][0]["message"]["content"] == "Hello"
    with pytest.raises(Refused, match="directly"):
        await ada.ask("forward", **about(message), to=str(forum.id))


async def test_history_comes_in_pages(browser: Browser, guild: Guild, papers: Channel) -> None:
    posted = [papers.add_message(guild.member("Ada").user, str(number)) for number in range(25)]
    client = await browser.open()

    async def page(**wanted: object) -> tuple[list[int], bool, bool]:
        got = await client.ask("read", channel_id=str(papers.id), limit=10, **wanted)
        return [int(message["content"]) for message in got["messages"]], got["more"], got["newer"]

    assert await page() == ([*range(15, 25)], True, False)
    assert await page(before=str(posted[5].id)) == ([*range(5)], False, True)
    assert await page(around=str(posted[12].id)) == ([*range(8, 18)], True, True)


async def test_a_hidden_channel_is_not_there(browser: Browser, guild: Guild, papers: Channel) -> None:
    secret = guild.add_channel("secret", overwrites={"everyone": ["view_channel"]})
    secret.set_permission(guild.member("Grace"), allow=["view_channel"])
    message = secret.add_message(guild.member("Grace").user, "psst")
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    assert "secret" not in str(ada.of("hello"))
    for wanted in ({"do": "read"}, {"do": "pins"}, {"do": "commands"}, {"do": "post", "text": "x"}):
        with pytest.raises(Refused, match="not there"):
            await ada.send({"number": 99, "channel_id": str(secret.id)} | wanted, 99)
    await grace.ask("react", **about(message), emoji="👍")
    await grace.ask("delete", **about(message))
    await grace.event("message_gone")
    secret.set_permission("everyone", allow=["view_channel"])
    assert (await ada.event("channel"))["channel"]["name"] == "secret"
    secret.set_permission("everyone", deny=["view_channel"])
    assert (await ada.event("channel_gone"))["channel_id"] == str(secret.id)
    assert {event["type"] for event in ada.events} == {"hello", "bot", "channel", "channel_gone"}


async def test_a_private_thread_is_for_those_in_it(browser: Browser, guild: Guild, papers: Channel) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    thread = papers.start_thread(guild.member("Grace").user, "quiet", kind=type(papers.kind)(12))
    thread.add_message(guild.member("Grace").user, "only us")
    await grace.message("only us")
    with pytest.raises(Refused, match="not there"):
        await ada.ask("post", channel_id=str(thread.id), text="x")
    assert not ada.of("channel")
    assert not ada.of("message")
    thread.join_thread(guild.member("Ada").user)
    assert (await ada.event("channel"))["channel"]["id"] == str(thread.id)


async def test_becoming_another_and_changes_of_the_server(browser: Browser, guild: Guild, sandbox: Sandbox) -> None:
    client = await browser.open(guild.member("Ada"))
    await client.ask("become", user_id=str(guild.member("Grace").id))
    assert client.of("hello")[-1]["viewer"] == str(guild.member("Grace").id)
    guild.add_member("Linus")
    guild.add_role("Reader")
    told = await client.event("guild")
    assert "Linus" in str(told["guild"]["members"])
    assert "Reader" in str(told["guild"]["roles"])
    assert len(client.of("guild")) == 1
    guild.channel("papers").delete()
    assert await client.event("channel_gone")
