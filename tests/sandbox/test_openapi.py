"""Checking against Discord's published description, where that is at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.http import handle_message_parameters

from sandbox.openapi import SpecChecker
from sandbox.polls import Poll

DESCRIPTION = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "discord-openapi.json"
MESSAGES = "/channels/1/messages"


@pytest.fixture(scope="module")
def checker() -> SpecChecker:
    if not DESCRIPTION.exists():
        pytest.skip("Discord's OpenAPI description is not in the neighbouring data folder")
    return SpecChecker(DESCRIPTION)


def button(label: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": label, "custom_id": "save"}


def test_a_message_of_the_library_fits(checker: SpecChecker) -> None:
    view = discord.ui.LayoutView(timeout=None)
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container()
    container.add_item(
        discord.ui.Section("# BERT", accessory=discord.ui.Button(label="Save", custom_id="s", emoji="💾"))
    )
    view.add_item(container)
    reference = discord.MessageReference(message_id=3, channel_id=2).to_message_reference_dict()
    allowed = discord.AllowedMentions(users=[discord.Object(5)], roles=False, everyone=False)
    with handle_message_parameters(
        view=view, nonce=1, allowed_mentions=allowed, mention_author=False, message_reference=reference
    ) as sent:
        assert sent.payload is not None
        assert checker.request_problems("POST", MESSAGES, sent.payload) == []
    with handle_message_parameters(content="x", embed=discord.Embed(title="BERT"), view=None) as sent:
        assert checker.request_problems("PATCH", f"{MESSAGES}/2", sent.payload) == []
        assert checker.request_problems("PATCH", "/webhooks/1/token/messages/@original", sent.payload) == []
        assert (
            checker.request_problems(
                "POST", "/interactions/1/token/callback?with_response=1", {"type": 7, "data": sent.payload}
            )
            == []
        )


def test_a_poll_of_the_library_fits(checker: SpecChecker) -> None:
    poll = discord.Poll("Which paper?", timedelta(hours=72)).add_answer(text="BERT", emoji="🤖").add_answer(text="GPT")
    with handle_message_parameters(content="x", poll=poll) as sent:
        assert checker.request_problems("POST", MESSAGES, sent.payload) == []
    late = discord.Poll("Which paper?", timedelta(minutes=90)).add_answer(text="BERT")
    with handle_message_parameters(content="x", poll=late) as sent:
        problems = checker.request_problems("POST", MESSAGES, sent.payload)
    assert [problem.partition(":")[0] for problem in problems] == ["poll.duration"]


def test_commands_of_the_library_fit(checker: SpecChecker) -> None:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))

    @tree.command(description="Every week from now on", nsfw=False)
    @app_commands.default_permissions(manage_guild=True)
    async def schedule(_: discord.Interaction, day: str, channel: discord.TextChannel | None = None) -> None: ...

    @tree.context_menu(name="Save papers")
    async def save_papers(_: discord.Interaction, __: discord.Message) -> None: ...

    body = [command.to_dict(tree) for command in tree.get_commands()]
    assert checker.request_problems("PUT", "/applications/1/commands", body) == []
    assert checker.request_problems("PUT", "/applications/1/guilds/2/commands", body) == []


def test_a_form_of_the_library_fits(checker: SpecChecker) -> None:
    modal = discord.ui.Modal(title="Report", custom_id="report:v1:7")
    modal.add_item(discord.ui.Label(text="Words", component=discord.ui.TextInput(custom_id="w", required=True)))
    body = {"type": 9, "data": modal.to_dict()}
    assert checker.request_problems("POST", "/interactions/1/token/callback", body) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", MESSAGES, {"content": "x", "message_reference": {"message_id": 1, "channel_id": 2}}),
        ("POST", f"{MESSAGES}/bulk-delete", {"messages": [1, 2]}),
        ("POST", "/guilds/1/roles", {"name": "readers", "permissions": "2048"}),
        ("PUT", "/channels/1/permissions/2", {"type": 0, "allow": "1024", "deny": "0"}),
        ("PATCH", "/applications/@me", {"description": "Reads papers"}),
        ("POST", "/channels/1/threads?use_nested_fields=1", {"name": "n", "type": 11, "message": {"tts": False}}),
        ("PATCH", f"{MESSAGES}/2", {"content": "x", "tts": False}),
        ("POST", MESSAGES, {"embeds": [{"title": "t", "flags": 0}]}),
    ],
)
def test_what_discord_takes_although_the_description_does_not(
    checker: SpecChecker, method: str, path: str, body: dict[str, Any]
) -> None:
    assert checker.request_problems(method, path, body) == []


def test_unknown_keys_are_refused_at_any_depth(checker: SpecChecker) -> None:
    assert len(checker.request_problems("POST", MESSAGES, {"contents": "x"})) == 1
    body = {"components": [{"type": 1, "components": [button("Save") | {"colour": 1}]}]}
    assert checker.request_problems("POST", MESSAGES, body)[0].startswith("components.0.components.0: ")


def test_of_many_alternatives_the_one_that_was_meant_is_explained(checker: SpecChecker) -> None:
    container = {"type": 17, "components": [{"type": 1, "components": [button("x" * 81)]}]}
    problems = checker.request_problems("POST", MESSAGES, {"components": [container]})
    assert len(problems) == 1
    assert problems[0].startswith("components.0.components.0.components.0.label: ")
    assert "80" in problems[0]


def test_bodies_are_there_exactly_where_they_are_due(checker: SpecChecker) -> None:
    assert checker.request_problems("POST", MESSAGES, None) == ["a body is required"]
    assert checker.request_problems("GET", MESSAGES, {"limit": 1}) == ["takes no body"]
    assert checker.request_problems("GET", MESSAGES, None) == []
    assert checker.request_problems("GET", "/channels/1/nothing", None) == ["there is no GET /channels/1/nothing"]


def test_literal_paths_go_before_ids_in_whatever_order_they_are_listed(checker: SpecChecker, tmp_path: Path) -> None:
    description = json.loads(DESCRIPTION.read_bytes())
    description["paths"] = dict(sorted(description["paths"].items(), reverse=True))
    (tmp_path / "reversed.json").write_text(json.dumps(description))
    for either in (checker, SpecChecker(tmp_path / "reversed.json")):
        own = {"id": "1", "username": "a"}
        assert any("locale" in problem for problem in either.response_problems("GET", "/users/@me", 200, own))
        assert not any("locale" in problem for problem in either.response_problems("GET", "/users/1", 200, own))


def test_answers(checker: SpecChecker) -> None:
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    answer = {"url": "ws://127.0.0.1:1", "shards": 1, "session_start_limit": limit}
    assert checker.response_problems("GET", "/gateway/bot", 200, answer | {"more": 1}) == []
    assert checker.response_problems("GET", "/gateway/bot", 200, {**answer, "shards": "1"}) == [
        'shards: "1" is not of type "integer"'
    ]
    assert checker.response_problems("GET", "/gateway/bot", 404, {"code": 0, "message": "404: Not Found"}) == []
    assert checker.response_problems("GET", "/gateway/bot", 302, None) == ["status 302 is not described"]
    assert checker.response_problems("DELETE", f"{MESSAGES}/2", 204, None) == []
    assert checker.response_problems("DELETE", f"{MESSAGES}/2", 204, {}) == ["status 204 has no body"]
    assert checker.response_problems("GET", "/gateway/bot", 200, None) == ["status 200 has a body"]


def test_ids_in_answers_are_texts(checker: SpecChecker) -> None:
    problems = checker.response_problems("GET", "/users/1", 200, {"id": 1})
    assert 'id: 1 is not of type "string"' in problems


def test_polls_of_the_sandbox_fit(checker: SpecChecker) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    body = {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "BERT", "emoji": {"name": "🤖"}}}]}
    poll = Poll.create(body, author_id=1, now=now)
    poll.vote(2, 1, now=now)
    poll.end(1, now=now)
    message = {"poll": poll.payload(me=1), "embeds": [poll.result_embed()]}
    problems = checker.response_problems("POST", "/channels/1/polls/2/expire", 200, message)
    assert [problem for problem in problems if problem.startswith(("poll", "embeds"))] == []
