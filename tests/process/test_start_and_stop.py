"""How the process starts, what it says when it cannot, and how it ends."""

from __future__ import annotations

import json
import signal

import pytest

from sandbox.faults import Fault
from tests.process.town import ADAM, ATTENTION, GAN, Town, replies_to, titles

pytestmark = pytest.mark.process

COMMANDS = ("PUT", "/applications/{application_id}/commands")


# What stops the start


async def test_wrong_settings_end_with_one_line_and_2(town: Town) -> None:
    wrong = {"SHARD_IDS": "0,zero", "DATABASE_URL": "mysql://root:hunter22@db/papers", "LOG_FORMAT": "xml"}
    process = await town.start("run", **wrong)
    assert await process.ends() == 2
    assert process.answers == []
    [line] = process.lines
    assert "SHARD_IDS must be different numbers" in line
    assert "DATABASE_URL must be sqlite+aiosqlite:///PATH or postgresql+asyncpg://" in line
    assert "LOG_FORMAT must be text or json" in line
    assert "hunter22" not in line
    assert not town.sandbox.requests


async def test_a_token_that_discord_refuses_ends_with_3_and_the_page_to_open(town: Town) -> None:
    other = "MTAwMDAwMDAwMDAwMDAwMDAw.Gabcde.of-another-bot-altogether-and-then-some"
    with town.sandbox.expect_refusal(0) as refusals:
        process = await town.start("run", DISCORD_TOKEN=other)
        assert await process.ends() == 3
    assert len(refusals.seen) == 1, "asked once"
    [line] = [line for line in process.lines if " ERROR " in line]
    assert line == process.lines[-1]
    assert "DISCORD_TOKEN" in line
    assert "https://discord.com/developers/applications" in line
    assert other not in process.output


# What does not stop it


@pytest.mark.parametrize("town", [{"message_content": False}], indirect=True)
async def test_without_the_message_content_intent_it_works_where_it_can(town: Town) -> None:
    with town.sandbox.expect_refusal(4014):
        process = await town.run()
    line = await process.says("Message Content is off")
    assert " WARNING " in line
    assert f"https://discord.com/developers/applications/{town.sandbox.world.application.id}/bot" in line
    unread = await town.ada.post(town.papers, ATTENTION)
    addressed = await town.ada.post(town.papers, f"<@{town.sandbox.bot.id}> {ATTENTION}")
    assert titles(await town.reply_to(addressed)) == ["Attention Is All You Need"]
    shown = await town.grace.command("paper", paper="1706.03762")
    assert "Attention Is All You Need" in shown.text
    assert replies_to(unread) == []


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503), Fault(reset=True), Fault(path="/gateway/bot", status=503)],
    ids=["everything", "no answer", "the gateway's address"],
)
async def test_discord_is_away_at_the_start(town: Town, fault: Fault) -> None:
    with town.sandbox.faults.during(fault):
        process = await town.start("run")
        line = await process.says("Discord cannot be reached")
        assert " WARNING " in line
    await town.sandbox.until_connected(seconds=30)
    assert titles(await town.reply_to(await town.ada.post(town.papers, ADAM)))
    await process.stop()


async def test_the_gateway_is_away_at_the_start(town: Town) -> None:
    town.sandbox.gateway.refuses_connections = True
    process = await town.start("run")
    await process.says("Failed to connect")
    town.sandbox.gateway.refuses_connections = False
    await town.sandbox.until_connected(seconds=30)
    assert titles(await town.reply_to(await town.ada.post(town.papers, ADAM)))


# Signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_a_running_bot(town: Town, number: signal.Signals) -> None:
    process = await town.run()
    await process.stop(number)
    assert f"{number.name}: closing" in process.output
    assert not town.sandbox.gateway.sessions, "it said goodbye"


async def test_a_signal_while_it_starts(town: Town) -> None:
    process = await town.start("run")
    await process.says("SQLite")
    await process.stop(signal.SIGINT)


async def test_a_signal_while_discord_cannot_be_reached(town: Town) -> None:
    with town.sandbox.outage():
        process = await town.start("run")
        await process.says("Discord cannot be reached")
        await process.stop()


async def test_a_signal_while_arxiv_does_not_answer(town: Town) -> None:
    town.arxiv.fail("hang")
    process = await town.run()
    await town.ada.post(town.papers, ATTENTION)
    await town.arxiv.until(lambda: len(town.arxiv.requests) == 1)
    await process.stop()


async def test_a_signal_while_a_card_is_posted(town: Town) -> None:
    process = await town.run()
    with town.sandbox.held("POST", "/messages"):
        message = await town.ada.post(town.papers, ATTENTION)
        await town.sandbox.until(lambda: town.sandbox.rest.in_progress, what="the card on its way", seconds=20)
        process.send(signal.SIGTERM)
        await process.says("SIGTERM: closing")
    assert await process.ends(within_seconds=10) == 0
    card = await town.reply_to(message)
    assert town.rows("SELECT posted_id, due_at FROM reply") == [(card.id, None)]


# What it writes


async def test_json_lines(town: Town) -> None:
    process = await town.run(LOG_FORMAT="json")
    await process.stop()
    lines = [json.loads(line) for line in process.lines]
    assert {"time", "level", "logger", "message"} == set.union(*(set(line) for line in lines))
    assert {"SIGTERM: closing"} < {line["message"] for line in lines}
    assert {"bot", "discord"} <= {line["logger"].partition(".")[0] for line in lines}


async def test_at_the_most_talkative_it_keeps_secrets(town: Town) -> None:
    """The token, interactions' tokens (the fixture looks for both) and members' words."""
    process = await town.run(LOG_LEVEL="DEBUG")
    card = await town.reply_to(await town.ada.post(town.papers, f"my secret thoughts about {ATTENTION}"))
    await town.grace.click(card, "▲ Vote 0")
    await town.grace.click(card, "More")
    fault = Fault(method="POST", path="/callback", status=500, times=1)
    with town.sandbox.faults.during(fault):
        await town.grace.click(card, "Save")
    await process.stop()
    assert "secret thoughts" not in process.output


# Shards and the gateway's address


async def test_two_shards_in_one_process_answer_all_servers(town: Town) -> None:
    channels = [town.guild_of_shard(shard, 2).add_channel("papers") for shard in (0, 1)]
    await town.run(shards=2, SHARD_COUNT="2")
    messages = [await channel.guild.member("Owner").post(channel, ATTENTION) for channel in channels if channel.guild]
    for message in messages:
        assert titles(await town.reply_to(message)) == ["Attention Is All You Need"]
    assert sorted(session.shard for session in town.sandbox.gateway.sessions) == [0, 1]


async def test_two_processes_with_a_shard_each_share_one_database_and_one_pace(town: Town) -> None:
    channels = [town.guild_of_shard(shard, 2).add_channel("papers") for shard in (0, 1)]
    town.sandbox.gateway.starts.max_concurrency = 2  # they need not wait for each other
    for shard in ("0", "1"):
        await town.run(SHARD_COUNT="2", SHARD_IDS=shard)
    first = [await channel.guild.member("Owner").post(channel, ATTENTION) for channel in channels if channel.guild]
    for message in first:
        await town.reply_to(message)
    links = [[ADAM], [GAN]]
    second = [
        await channel.guild.member("Owner").post(channel, link)
        for channel, own in zip(channels, links, strict=True)
        for link in own
        if channel.guild
    ]
    for message in second:
        await town.reply_to(message)
    assert all(len(channel.by_bot()) == 2 for channel in channels)
    assert 2 <= len(town.arxiv.requests) <= 4


# Commands


async def test_discord_is_told_the_commands_only_when_they_changed(town: Town) -> None:
    first = await town.run()
    assert len(town.sandbox.requests_to(*COMMANDS)) == 1
    assert {command.name for command in town.sandbox.world.application.commands} >= {"paper", "save", "vote", "list"}
    await first.stop()
    second = await town.run()
    assert len(town.sandbox.requests_to(*COMMANDS)) == 1, "Discord has them"
    await second.stop()
    town.change("UPDATE command_tree SET hash = 'of an older version'")
    await town.run()
    assert len(town.sandbox.requests_to(*COMMANDS)) == 2
