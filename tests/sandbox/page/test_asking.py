"""What the bot answers, through the page's socket, from a real bot."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from sandbox.server import Sandbox
from sandbox.state.channel import Channel
from sandbox.state.guild import Guild
from tests.sandbox.page.page_client import Browser, Client, Refused
from tests.sandbox.small_bot import Api, SmallBot

LATENCY_SECONDS = 0.1


async def use(client: Client, papers: Channel, path: str, **options: object) -> Any:
    return (await client.ask("command", channel_id=str(papers.id), path=path, options=options))["form"]


async def test_commands_are_those_that_one_may_use(
    browser: Browser, bot: SmallBot, guild: Guild, papers: Channel
) -> None:
    client = await browser.open(guild.member("Ada"))
    names = [command["name"] for command in await client.ask("commands", channel_id=str(papers.id))]
    assert names == ["Length", "ask", "greet", "slow"]
    papers.set_permission(guild.member("Ada"), deny=["use_application_commands"])
    assert await client.ask("commands", channel_id=str(papers.id)) == []
    with pytest.raises(Refused, match="may not use commands"):
        await use(client, papers, "greet", name="x")


async def test_a_private_answer_is_for_its_reader(
    browser: Browser, bot: SmallBot, guild: Guild, papers: Channel
) -> None:
    ada, grace = await browser.open(guild.member("Ada")), await browser.open(guild.member("Grace"))
    found = await ada.ask("complete", channel_id=str(papers.id), path="greet", options={"name": "A"}, focus="name")
    assert found == [{"name": "Ada", "value": "ada"}, {"name": "Alan", "value": "alan"}]
    assert await use(ada, papers, "greet", name="ada") is None
    answer = await ada.message("Hello ada")
    assert answer["flags"] & 64
    assert answer["command"] == {"user_id": str(guild.member("Ada").id), "name": "greet"}
    assert answer in (await ada.ask("read", channel_id=str(papers.id)))["messages"]
    about = {"channel_id": answer["channel_id"], "message_id": answer["id"]}
    for what, more in (("react", {"emoji": "x"}), ("dismiss", {}), ("delete", {}), ("forward", {"to": str(papers.id)})):
        with pytest.raises(Refused, match="not there"):
            await grace.ask(what, **about, **more)
    await ada.ask("dismiss", **about)
    assert (await ada.event("message_gone"))["message_id"] == answer["id"]
    assert (await grace.ask("read", channel_id=str(papers.id)))["messages"] == []
    assert {event["type"] for event in grace.events} == {"hello", "bot"}


async def test_thinking_ends_the_wait_and_the_message_follows(browser: Browser, bot: SmallBot, papers: Channel) -> None:
    client = await browser.open()
    assert await use(client, papers, "slow") is None
    thinking = client.of("message")[0]["message"]
    assert thinking["flags"] & 128
    assert (await client.message("Done"))["id"] == thinking["id"]
    assert (await client.message("A secret"))["command"] is None


async def test_a_form_stays_until_it_is_filled_in(browser: Browser, bot: SmallBot, papers: Channel) -> None:
    client, other = await browser.open(), await browser.open()
    form = await use(client, papers, "ask")
    assert form["title"] == "Tell us"
    field = form["components"][0]["component"]["custom_id"]
    with pytest.raises(Refused, match="20 characters"):
        await client.ask("submit", form=form["token"], values={field: "x" * 21})
    with pytest.raises(Refused, match="takes text"):
        await client.ask("submit", form=form["token"], values={field: True})
    with pytest.raises(Refused, match="closed"):
        await other.ask("submit", form=form["token"], values={field: "hi"})
    await client.ask("submit", form=form["token"], values={field: "hi"})
    await client.message("You said hi")
    with pytest.raises(Refused, match="closed"):
        await client.ask("submit", form=form["token"], values={field: "hi"})


async def test_a_button_a_menu_command_and_one_that_is_gone(browser: Browser, bot: SmallBot, papers: Channel) -> None:
    client = await browser.open()
    await client.ask("post", channel_id=str(papers.id), text="count")
    message = await client.message("Pressed 0 times")
    about = {"channel_id": message["channel_id"], "message_id": message["id"]}
    assert await client.ask("click", **about, custom_id="count:0") == {"form": None}
    await client.message("Pressed 1 times")
    with pytest.raises(Refused, match="No button"):
        await client.ask("click", **about, custom_id="count:0")
    with pytest.raises(Refused, match="No menu"):
        await client.ask("choose", **about, custom_id="count:1", values=["x"])
    await client.ask("menu", **about, name="Length")
    assert (await client.event("message", lambda event: event["message"]["command"] is not None))["message"]["command"][
        "name"
    ] == "Length"


async def test_without_a_bot_the_application_does_not_respond(
    browser: Browser, bot: SmallBot, papers: Channel, sandbox: Sandbox
) -> None:
    client = await browser.open()
    await bot.close()
    await client.event("bot", lambda event: not event["connected"])
    waiting = asyncio.create_task(client.ask("command", channel_id=str(papers.id), path="ask", options={}))
    await sandbox.until(lambda: sandbox.world.interactions, what="the command")
    sandbox.clock.advance(4)
    with pytest.raises(Refused, match="The application did not respond"):
        await waiting


async def test_what_the_bot_sends_is_on_the_page_at_once(browser: Browser, papers: Channel, api: Api) -> None:
    clients = [await browser.open() for _ in range(5)]
    waits = []
    for number in range(20):
        started = time.perf_counter()
        await api("POST", f"/channels/{papers.id}/messages", {"content": f"number {number}."})
        for client in clients:
            await client.message(f"number {number}.")
        waits.append(time.perf_counter() - started)
    assert sorted(waits)[len(waits) // 2] < LATENCY_SECONDS


async def test_traffic_goes_to_those_who_asked_and_holds_no_token(
    browser: Browser, bot: SmallBot, papers: Channel, sandbox: Sandbox
) -> None:
    client, other = await browser.open(), await browser.open()
    await client.ask("traffic")
    await use(client, papers, "greet", name="ada")
    sandbox.world.violation("something", f"POST /webhooks/1/{'t' * 30}")
    await client.ask("disconnect")
    await client.event("bot", lambda event: event["connected"], after=len(client.events) - 1)
    entries = [entry for event in client.of("traffic") for entry in event["entries"]]
    entries += (await client.ask("traffic"))["entries"]
    assert {"request", "event", "violation"} <= {entry["kind"] for entry in entries}
    assert any("/callback → 204" in entry["title"] or "/callback → 200" in entry["title"] for entry in entries)
    assert next(entry for entry in entries if entry["kind"] == "violation")["red"]
    text = json.dumps(entries)
    for secret in (sandbox.token, "t" * 30, *sandbox.world.interactions):
        assert secret not in text
    assert not other.of("traffic")
    await client.ask("traffic_off")
    seen = len(client.of("traffic"))
    await use(client, papers, "greet", name="ada")
    assert len(client.of("traffic")) == seen
    sandbox.world.violations.clear()
