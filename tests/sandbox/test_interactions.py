"""Deadlines, double answers, privacy of answers, and what the client offers."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import interactions
from sandbox.commands import NotPossible, visible_commands
from sandbox.interactions import NoAnswer
from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from sandbox.state.interaction import Interaction
from sandbox.state.kinds import CallbackKind, InteractionKind, MessageFlag
from tests.sandbox.small_bot import Api

ROW = {"type": 1, "components": [
    {"type": 2, "style": 1, "custom_id": "go", "label": "Go"},
    {"type": 2, "style": 1, "custom_id": "no", "label": "No", "disabled": True},
    {"type": 2, "style": 5, "url": "https://example.org", "label": "Link"},
]}  # fmt: skip
MENU = {"type": 1, "components": [{"type": 3, "custom_id": "pick", "max_values": 2, "options": [
    {"label": "One", "value": "1"}, {"label": "Two", "value": "2"},
]}]}  # fmt: skip
COMMANDS: list[dict[str, Any]] = [
    {"name": "free", "description": "For all", "options": [
        {"type": 3, "name": "word", "description": "A word", "required": True, "max_length": 5},
        {"type": 4, "name": "count", "description": "How many", "min_value": 1, "max_value": 3},
        {"type": 3, "name": "kind", "description": "Which", "choices": [{"name": "Code", "value": "code"}]},
        {"type": 7, "name": "place", "description": "Where", "channel_types": [0]},
        {"type": 6, "name": "who", "description": "Whom"},
        {"type": 5, "name": "loud", "description": "Loudly"},
    ]},
    {"name": "staff", "description": "For some", "default_member_permissions": str(1 << 5), "options": [
        {"type": 2, "name": "sub", "description": "A group", "options": [
            {"type": 1, "name": "leaf", "description": "The command itself"}]}]},
    {"name": "direct", "description": "In direct messages", "contexts": [1]},
]  # fmt: skip


@pytest.fixture
async def asked(sandbox: Sandbox, api: Api, guild: Guild, papers: Channel) -> Interaction:
    """A press of "Go" that nobody has answered."""
    papers.add_message(sandbox.bot, "Ready?", components=[ROW, MENU])
    member = guild.member("Ada").member
    data = {"component_type": 2, "custom_id": "go"}
    return interactions.ask(
        InteractionKind.COMPONENT, member.user, papers, data, member=member, source=papers.messages[0]
    )


@pytest.fixture
async def registered(sandbox: Sandbox, api: Api) -> None:
    status, _ = await api("PUT", f"/applications/{sandbox.world.application.id}/commands", COMMANDS)
    assert status == 200


def callback(asked: Interaction) -> str:
    return f"/interactions/{asked.id}/{asked.token}/callback?with_response=1"


def webhook(sandbox: Sandbox, asked: Interaction, message: str = "") -> str:
    return f"/webhooks/{sandbox.world.application.id}/{asked.token}{message}"


async def test_answers_only_once(sandbox: Sandbox, api: Api, asked: Interaction) -> None:
    assert (await api("POST", callback(asked), {"type": 6}))[0] == 200
    with sandbox.expect_refusal(40060):
        status, answer = await api("POST", callback(asked), {"type": 6})
    assert (status, answer["code"]) == (400, 40060)


async def test_three_seconds(sandbox: Sandbox, api: Api, asked: Interaction) -> None:
    sandbox.clock.advance(3.1)
    with sandbox.expect_refusal(10062):
        assert (await api("POST", callback(asked), {"type": 6}))[0] == 404
    with pytest.raises(NoAnswer):
        await interactions.answered(asked)
    assert sandbox.violations.pop().request == "INTERACTION_CREATE component 'go'"


async def test_fifteen_minutes(sandbox: Sandbox, api: Api, asked: Interaction) -> None:
    await api("POST", callback(asked), {"type": 4, "data": {"content": "yes", "flags": 64}})
    sandbox.clock.advance(14 * 60)
    assert (await api("PATCH", webhook(sandbox, asked, "/messages/@original"), {"content": "no"}))[0] == 200
    sandbox.clock.advance(61)
    with sandbox.expect_refusal(50027):
        assert (await api("POST", webhook(sandbox, asked), {"content": "too late"}))[0] == 401


async def test_no_follow_up_before_the_answer(sandbox: Sandbox, api: Api, asked: Interaction) -> None:
    with sandbox.expect_refusal(10015):
        assert (await api("POST", webhook(sandbox, asked), {"content": "first"}))[0] == 404


@pytest.mark.parametrize(
    ("kind", "callback_kind"),
    [
        (InteractionKind.COMPONENT, CallbackKind.CHOICES),
        (InteractionKind.COMMAND, CallbackKind.UPDATE),
        (InteractionKind.COMMAND, CallbackKind.DEFERRED_UPDATE),
        (InteractionKind.MODAL, CallbackKind.MODAL),
        (InteractionKind.AUTOCOMPLETE, CallbackKind.MESSAGE),
    ],
)
async def test_answers_of_the_wrong_kind(
    sandbox: Sandbox, api: Api, papers: Channel, kind: InteractionKind, callback_kind: CallbackKind
) -> None:
    assert papers.guild is not None
    member = papers.guild.member("Ada").member
    asked = interactions.ask(kind, member.user, papers, {"name": "a"}, member=member)
    with sandbox.expect_refusal(50035):
        status, _ = await api("POST", callback(asked), {"type": int(callback_kind), "data": {"content": "a"}})
    assert status == 400


async def test_private_answer_is_seen_by_the_asker_alone(
    sandbox: Sandbox, api: Api, asked: Interaction, guild: Guild, papers: Channel
) -> None:
    body = {"type": 4, "data": {"content": "a secret", "flags": 64, "components": [ROW]}}
    _, answer = await api("POST", callback(asked), body)
    [private] = guild.member("Ada").private_messages(papers)
    assert answer["resource"]["message"]["id"] == str(private.id)
    assert private not in papers.messages
    assert guild.member("Grace").private_messages(papers) == []
    with pytest.raises(NotPossible, match="somebody else"):
        await guild.member("Grace").click(private, "Go")
    with sandbox.expect_refusal(10008):
        assert (await api("GET", f"/channels/{papers.id}/messages/{private.id}"))[0] == 404
    await guild.member("Ada").dismiss(private)
    assert guild.member("Ada").private_messages(papers) == []


async def test_thinking_decides_who_sees_the_answer(
    sandbox: Sandbox, api: Api, asked: Interaction, guild: Guild, papers: Channel
) -> None:
    await api("POST", callback(asked), {"type": 5, "data": {"flags": 64}})
    assert asked.is_thinking
    await api("POST", webhook(sandbox, asked), {"content": "meant for all"})
    [private] = guild.member("Ada").private_messages(papers)
    assert private.text == "meant for all"
    assert MessageFlag.LOADING not in private.flags
    await api("POST", webhook(sandbox, asked), {"content": "and this is"})
    assert papers.messages[-1].text == "and this is"


async def test_update_changes_the_pressed_message(
    sandbox: Sandbox, api: Api, asked: Interaction, papers: Channel
) -> None:
    await api("POST", callback(asked), {"type": 7, "data": {"content": "Gone", "components": []}})
    answer = await interactions.answered(asked)
    assert answer.updated is papers.messages[0]
    assert (papers.messages[0].text, papers.messages[0].buttons) == ("Gone", [])
    assert answer.messages == []
    await api("DELETE", webhook(sandbox, asked, "/messages/@original"))
    assert papers.messages == []


async def test_buttons_and_menus_that_cannot_be_used(
    sandbox: Sandbox, asked: Interaction, guild: Guild, papers: Channel
) -> None:
    ada, message = guild.member("Ada"), papers.messages[0]
    with pytest.raises(NotPossible, match="disabled"):
        await ada.click(message, "No")
    with pytest.raises(NotPossible, match="link"):
        await ada.click(message, "Link")
    with pytest.raises(LookupError, match="Go"):
        await ada.click(message, "Missing")
    with pytest.raises(NotPossible, match="1 to 2"):
        await ada.choose(message, "pick", [])
    with pytest.raises(NotPossible, match="not among"):
        await ada.choose(message, "pick", ["Three"])


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("free", {}, "required"),
        ("free", {"word": "a", "other": 1}, "no option"),
        ("free", {"word": "toolong"}, "from None to 5"),
        ("free", {"word": 1}, "takes a text"),
        ("free", {"word": "a", "count": 4}, "from 1 to 3"),
        ("free", {"word": "a", "count": True}, "takes a integer"),
        ("free", {"word": "a", "kind": "other"}, "takes one of"),
        ("staff sub leaf", {}, "lacks"),
        ("direct", {}, "cannot be used in servers"),
        ("missing", {}, "there is no slash command"),
    ],
)
async def test_commands_that_the_client_refuses(
    guild: Guild, papers: Channel, name: str, options: dict[str, object], why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        await guild.member("Ada").command(name, at=papers, **options)


@pytest.mark.usefixtures("registered")
async def test_options_arrive_as_registered(sandbox: Sandbox, guild: Guild, papers: Channel) -> None:
    grace = guild.member("Grace")
    given = {"word": "a", "kind": "Code", "place": papers, "who": guild.member("Ada"), "loud": True}
    sent = guild.member("Ada").send_command("free", papers, given)
    values = {option["name"]: option["value"] for option in sent.data["options"]}
    assert values == {
        "word": "a", "kind": "code", "place": str(papers.id), "who": str(guild.member("Ada").id), "loud": True
    }  # fmt: skip
    assert set(sent.data["resolved"]) == {"channels", "users", "members"}
    nested = grace.send_command("staff sub leaf", papers, {})
    assert nested.data["options"] == [
        {"type": 2, "name": "sub", "options": [{"type": 1, "name": "leaf", "options": []}]}
    ]
    offered = visible_commands(sandbox.world.application, guild.member("Ada").member, papers)
    assert [command.name for command in offered] == ["free"]
    direct = grace.send_command("direct", sandbox.world.direct_channel(grace.user), {})
    assert interactions.payload(direct)["context"] == 1
