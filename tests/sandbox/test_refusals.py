"""What Discord refuses: status, code, and that it counts as the bot's mistake."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sandbox import polling
from sandbox.polls import Poll
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.message import Message
from sandbox.state.users import User
from tests.sandbox.small_bot import Api

MESSAGES = "/channels/{papers}/messages"
V2 = 1 << 15


class Refused(NamedTuple):
    """`path` may name what the fixture made. `without` are permissions taken from the bot in `papers`."""

    method: str
    path: str
    body: Any
    status: int
    code: int
    without: tuple[str, ...] = ()


TABLE = {
    "unknown route": Refused("GET", "/nothing", None, 404, 0),
    "no snowflake": Refused("GET", "/channels/papers", None, 400, 50035),
    "unknown channel": Refused("GET", "/channels/1", None, 404, 10003),
    "unknown server": Refused("GET", "/guilds/1", None, 404, 10004),
    "unknown member": Refused("GET", "/guilds/{guild}/members/1", None, 404, 10007),
    "unknown user": Refused("GET", "/users/1", None, 404, 10013),
    "unknown message": Refused("GET", MESSAGES + "/1", None, 404, 10008),
    "hidden channel": Refused("GET", MESSAGES, None, 403, 50001, ("view_channel",)),
    "history of one message": Refused("GET", MESSAGES + "/{hers}", None, 403, 50013, ("read_message_history",)),
    "limit of a page": Refused("GET", MESSAGES + "?limit=101", None, 400, 50035),
    "sending": Refused("POST", MESSAGES, {"content": "a"}, 403, 50013, ("send_messages",)),
    "empty": Refused("POST", MESSAGES, {"content": ""}, 400, 50006),
    "no object": Refused("POST", MESSAGES, ["a"], 400, 50035),
    "too long": Refused("POST", MESSAGES, {"content": "a" * 2001}, 400, 50035),
    "content with v2": Refused("POST", MESSAGES, {"content": "a", "flags": V2}, 400, 50035),
    "into a forum": Refused("POST", "/channels/{forum}/messages", {"content": "a"}, 400, 40058),
    "reply to nothing": Refused(
        "POST", MESSAGES, {"content": "a", "message_reference": {"message_id": "1"}}, 400, 50035
    ),
    "reply without history": Refused(
        "POST",
        MESSAGES,
        {"content": "a", "message_reference": {"message_id": "{hers}"}},
        400,
        160002,
        ("read_message_history",),
    ),
    "poll without permission": Refused(
        "POST",
        MESSAGES,
        {"poll": {"question": {"text": "a"}, "answers": [{"poll_media": {"text": "b"}}], "duration": 1}},
        403,
        50013,
        ("send_polls",),
    ),
    "editing hers": Refused("PATCH", MESSAGES + "/{hers}", {"content": "a"}, 403, 50005),
    "hiding her preview": Refused("PATCH", MESSAGES + "/{hers}", {"flags": 4}, 403, 50013, ("manage_messages",)),
    "emptying": Refused("PATCH", MESSAGES + "/{own}", {"content": ""}, 400, 50006),
    "deleting hers": Refused("DELETE", MESSAGES + "/{hers}", None, 403, 50013, ("manage_messages",)),
    "one at once": Refused("POST", MESSAGES + "/bulk-delete", {"messages": ["{hers}"]}, 400, 50016),
    "reacting": Refused("PUT", MESSAGES + "/{hers}/reactions/👍/@me", None, 403, 50013, ("add_reactions",)),
    "no emoji": Refused("PUT", MESSAGES + "/{hers}/reactions/yes/@me", None, 400, 10014),
    "pinning": Refused("PUT", MESSAGES + "/pins/{hers}", None, 403, 50013, ("pin_messages",)),
    "pinning, older route": Refused("PUT", "/channels/{papers}/pins/{hers}", None, 403, 50013, ("pin_messages",)),
    "thread": Refused("POST", MESSAGES + "/{hers}/threads", {"name": "a"}, 403, 50013, ("create_public_threads",)),
    "thread without name": Refused("POST", MESSAGES + "/{hers}/threads", {}, 400, 50035),
    "thread twice": Refused("POST", MESSAGES + "/{threaded}/threads", {"name": "a"}, 400, 160004),
    "in a thread": Refused(
        "POST", "/channels/{threaded}/messages", {"content": "a"}, 403, 50013, ("send_messages_in_threads",)
    ),
    "kind of thread": Refused("POST", "/channels/{papers}/threads", {"name": "a", "type": 0}, 400, 50035),
    "post without message": Refused("POST", "/channels/{forum}/threads", {"name": "a"}, 400, 50035),
    "joining a channel": Refused("PUT", "/channels/{papers}/thread-members/@me", None, 400, 50024),
    "archive of her thread": Refused(
        "PATCH", "/channels/{threaded}", {"archived": True}, 403, 50013, ("manage_threads",)
    ),
    "renaming a channel": Refused("PATCH", "/channels/{papers}", {"name": "a"}, 403, 50013),
    "deleting a channel": Refused("DELETE", "/channels/{papers}", None, 403, 50013),
    "into a category": Refused("POST", "/channels/{category}/messages", {"content": "a"}, 400, 50008),
    "editing a poll": Refused("PATCH", MESSAGES + "/{poll}", {"content": "a"}, 400, 520003),
    "ending her poll": Refused("POST", "/channels/{papers}/polls/{her_poll}/expire", None, 403, 50005),
    "ending a poll twice": Refused("POST", "/channels/{papers}/polls/{ended_poll}/expire", None, 400, 520001),
    "no poll to end": Refused("POST", "/channels/{papers}/polls/{own}/expire", None, 400, 520006),
    "command name": Refused(
        "PUT", "/applications/{app}/commands", [{"name": "Big One", "description": "a"}], 400, 50035
    ),
    "somebody else's application": Refused("GET", "/applications/1/commands", None, 404, 10002),
    "unknown command": Refused("DELETE", "/applications/{app}/commands/1", None, 404, 10063),
    "unknown interaction": Refused("POST", "/interactions/1/secret/callback", {"type": 4}, 404, 10062),
    "unknown webhook": Refused("POST", "/webhooks/{app}/secret", {"content": "a"}, 404, 10015),
}


@pytest.fixture
async def places(sandbox: Sandbox, guild: Guild, papers: Channel) -> dict[str, int]:
    grace = guild.member("Grace")
    hers, threaded = await grace.post(papers, "hers"), await grace.post(papers, "with a thread")
    await grace.start_thread(papers, "Her thread", message=threaded)
    ended = add_poll(papers, sandbox.bot)
    polling.end(ended, sandbox.bot)
    own = papers.add_message(sandbox.bot, "the bot's")
    return {
        "guild": guild.id,
        "papers": papers.id,
        "forum": guild.add_channel("forum", kind="forum").id,
        "hers": hers.id,
        "threaded": threaded.id,
        "own": own.id,
        "category": guild.add_channel("category", kind="category").id,
        "poll": add_poll(papers, sandbox.bot).id,
        "her_poll": add_poll(papers, grace.user).id,
        "ended_poll": ended.id,
        "app": sandbox.world.application.id,
    }


def add_poll(channel: Channel, author: User) -> Message:
    body = {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "One"}}]}
    poll = Poll.create(body, author_id=author.id, now=channel.world.clock.now())
    return channel.add_message(author, poll=poll)


@pytest.mark.parametrize("name", TABLE)
async def test_refused(sandbox: Sandbox, api: Api, papers: Channel, places: dict[str, int], name: str) -> None:
    refused = TABLE[name]
    papers.set_permission("bot", deny=refused.without)
    with sandbox.expect_refusal(refused.code) as refusals:
        status, answer = await api(refused.method, filled(refused.path, places), filled(refused.body, places))
    assert (status, answer["code"]) == (refused.status, refused.code)
    assert len(refusals.seen) == 1


def filled(template: Any, places: dict[str, int]) -> Any:
    """Puts the ids in."""
    if isinstance(template, str):
        return template.format(**places)
    if isinstance(template, dict):
        return {key: filled(value, places) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, places) for value in template]
    return template


async def test_allowed_with_the_permissions(
    sandbox: Sandbox, api: Api, papers: Channel, places: dict[str, int]
) -> None:
    """The same requests pass where the table only takes a permission away."""
    passed = {}
    for name, refused in TABLE.items():
        if refused.without:
            status, _ = await api(refused.method, filled(refused.path, places), filled(refused.body, places))
            passed[name] = status
            if refused.method == "DELETE":
                break  # her message is gone now
    assert all(status < 300 for status in passed.values()), passed


async def test_unforeseen_refusal_is_a_violation(sandbox: Sandbox, api: Api, papers: Channel) -> None:
    await api("POST", f"/channels/{papers.id}/messages", {"content": "a" * 2001})
    violation = sandbox.violations.pop()
    assert "content" in violation.what
    assert violation.request == f"POST /channels/{papers.id}/messages"


async def test_error_tree_names_the_place(sandbox: Sandbox, api: Api, papers: Channel) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a", "label": "b" * 81}]}
    with sandbox.expect_refusal(50035):
        _, answer = await api("POST", f"/channels/{papers.id}/messages", {"components": [row]})
    assert answer["errors"]["components"]["0"]["components"]["0"]["label"]["_errors"][0]["message"]


async def test_what_a_member_deleted_is_no_mistake(sandbox: Sandbox, api: Api, guild: Guild, papers: Channel) -> None:
    ada = guild.member("Ada")
    message: Message = await ada.post(papers, "soon gone")
    await ada.delete(message)
    reply = {"content": "a", "message_reference": {"message_id": str(message.id)}}
    assert (await api("GET", f"/channels/{papers.id}/messages/{message.id}"))[0] == 404
    assert (await api("POST", f"/channels/{papers.id}/messages", reply))[0] == 400
    papers.delete()
    assert (await api("GET", f"/channels/{papers.id}"))[0] == 404


@pytest.mark.parametrize("headers", [{"Authorization": "Bot wrong"}, {"Authorization": "none"}])
async def test_wrong_token(sandbox: Sandbox, api: Api, headers: dict[str, str]) -> None:
    with sandbox.expect_refusal(0):
        status, answer = await api("GET", "/users/@me", headers=headers)
    assert (status, answer["message"]) == (401, "401: Unauthorized")


async def test_broken_json(sandbox: Sandbox, api: Api, papers: Channel) -> None:
    with sandbox.expect_refusal(50109):
        status, _ = await api(
            "POST", f"/channels/{papers.id}/messages", data="{", headers={"Content-Type": "application/json"}
        )
    assert status == 400
