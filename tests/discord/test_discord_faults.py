"""What the bot does when Discord drops it, stumbles or limits it: nothing is lost, nothing is there twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bot.client import PaperBot
from bot.discord_requests import EVENTS_AT_ONCE, _paced, with_pauses
from sandbox import payloads
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.faults import Fault
from sandbox.gateway import Gateway
from sandbox.sessions import Op
from tests.discord.papers import ADAM, ATTENTION, BERT, GAN, RESNET, labels, titles
from tests.discord.reading_group import ReadingGroup

pytestmark = pytest.mark.usefixtures("refresh_at_once", "hasty")


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines."""
    return VirtualClock(running=True)


class _Hasty:
    """asyncio for a library that does not wait between its own tries."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two tries: neither the library nor what is built around it."""
    for module in ("discord.http", "discord.shard", "discord.client", "discord.webhook.async_", "bot.discord_requests"):
        monkeypatch.setattr(f"{module}.asyncio", _Hasty())
    monkeypatch.setattr("bot.posting.refresh._PAUSE_SECONDS", 0.05)


@pytest.fixture
def bot(community: Community) -> PaperBot:
    assert community.bot is not None
    return community.bot


async def ready(community: Community) -> None:
    """The bot has read back what it had to."""
    assert community.bot is not None
    await community.bot.wait_until_ready()
    await community.settled()


async def lost(community: Community) -> None:
    """The bot has noticed that its connection is gone."""
    bot = community.bot
    assert bot is not None
    await community.sandbox.until(
        lambda: not community.sandbox.gateway.connected and bot.away.deaf, what="the bot to notice"
    )


async def answered_once(community: Community, *messages: Any) -> None:
    """Each of these messages has one card, and after another link is answered still one."""
    community.clock.advance(4)  # arXiv's pause
    for message in messages:
        await community.reply_to(message)
    community.clock.advance(4)
    await community.reply_to(await community.grace.post(community.guild.add_channel("afterwards"), RESNET))
    await community.settled()
    assert [len(community.replies_to(message)) for message in messages] == [1] * len(messages)


# --- the gateway


def _drop(community: Community) -> None:
    community.sandbox.gateway.break_off()


def _reconnect(community: Community) -> None:
    community.sandbox.gateway.request_reconnect()


def _resumable(community: Community) -> None:
    community.sandbox.gateway.invalidate(resumable=True)


def _invalid(community: Community) -> None:
    community.sandbox.gateway.invalidate(resumable=False)


@pytest.mark.parametrize("lose", [_drop, _reconnect, _resumable, _invalid])
async def test_a_lost_connection(community: Community, lose: Callable[[Community], None]) -> None:
    """What happens when: the connection to Discord's gateway drops."""
    await ready(community)
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    lose(community)
    await community.sandbox.until(lambda: not community.sandbox.gateway.connected, what="the loss")
    missed = await community.ada.post(community.papers, ADAM)
    await community.sandbox.until_connected()
    await answered_once(community, missed)
    await community.grace.click(card, "▲ Vote 0")
    assert labels(card)[1] == "▲ Vote 1"
    resumed = Op.RESUME in [frame["op"] for way, frame in community.sandbox.gateway.frames if way == "<"]
    assert resumed is (lose is not _invalid)


@pytest.mark.parametrize("fall", [Gateway.fall_silent, Gateway.fall_deaf])
async def test_a_connection_that_is_open_and_dead(
    community: Community, bot: PaperBot, fall: Callable[[Gateway], None]
) -> None:
    """What happens when: the connection to Discord's gateway drops."""
    await ready(community)
    gateway = community.sandbox.gateway
    gateway.heartbeat_seconds, bot._connection.heartbeat_timeout = 0.1, 0.3
    gateway.request_reconnect()  # the next connection beats faster
    await community.sandbox.until(lambda: not gateway.connected, what="the old connection's end")
    await community.sandbox.until_connected()
    dead = gateway.connections[-1]
    fall(gateway)
    missed = await community.ada.post(community.papers, ADAM)
    busy = asyncio.create_task(_talk(community))  # heard or not, it is no answer to a heartbeat
    await community.sandbox.until(lambda: dead not in gateway.connections, what="the bot to let go of it")
    busy.cancel()
    gateway.heartbeat_seconds, bot._connection.heartbeat_timeout = 41.25, 60
    gateway.request_reconnect()
    await answered_once(community, missed)


async def _talk(community: Community) -> None:
    while True:
        await community.ada.post(community.guild.add_channel("lively"), "a word")
        await asyncio.sleep(0.02)


async def test_a_gateway_that_drops_whoever_comes(community: Community, bot: PaperBot) -> None:
    """What happens when: Discord is away for hours, while the bot runs or when it starts."""
    await ready(community)
    gateway = community.sandbox.gateway
    gateway.refuses_connections = True
    gateway.invalidate(resumable=False)
    await lost(community)
    await community.sandbox.until(lambda: gateway.refused, what="a connection that is refused")
    missed = await community.ada.post(community.papers, ADAM)
    gateway.refuses_connections, gateway.drops_connections = False, 3
    await community.sandbox.until(lambda: gateway.drops_connections == 0, what="three dropped connections")
    community.clock.advance(60)
    await community.sandbox.until_connected()
    await answered_once(community, missed)


async def test_hours_without_discord(community: Community) -> None:
    """What happens when: Discord is away for hours, while the bot runs or when it starts."""
    card = await community.reply_to(await community.ada.post(community.papers, ATTENTION))
    await ready(community)
    with community.sandbox.outage():
        community.sandbox.gateway.invalidate(resumable=False)
        await lost(community)
        community.clock.advance(3 * 3600)
        missed = [await community.ada.post(community.papers, link) for link in (ADAM, GAN)]
        community.clock.advance(2 * 3600)
    await community.sandbox.until_connected()
    await answered_once(community, *missed)
    await community.grace.click(card, "▲ Vote 0")
    assert labels(card)[1] == "▲ Vote 1"


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503), Fault(reset=True), Fault(path="/gateway/bot", status=502), Fault(status=429, from_proxy=True)],
    ids=["everything", "no answer", "the gateway's address", "the proxy's limit"],
)
async def test_discord_is_away_when_it_starts(community: Community, fault: Fault) -> None:
    """What happens when: Discord is away for hours, while the bot runs or when it starts."""
    await ready(community)
    await community.stop_bot()
    missed = await community.ada.post(community.papers, ADAM)
    before = len(community.sandbox.requests)
    with community.sandbox.faults.during(fault):
        starting = asyncio.create_task(community.start_bot())
        await community.sandbox.until(lambda: len(community.sandbox.requests) > before + 1, what="a try")
        community.clock.advance(3 * 3600)
    while not starting.done():  # it waits up to a minute between two tries
        community.clock.advance(60)
        await asyncio.wait([starting], timeout=0.2)
    await starting
    await answered_once(community, missed)


async def test_a_server_that_discord_cannot_show(community: Community) -> None:
    """What happens when: Discord cannot show a server for a while."""
    await ready(community)
    community.sandbox.gateway.begin_outage(community.guild)
    missed = await community.ada.post(community.papers, ADAM)
    await community.settled()
    assert community.replies_to(missed) == []
    community.sandbox.gateway.end_outage(community.guild)
    await answered_once(community, missed)


async def test_a_server_that_discord_cannot_show_when_the_bot_is_back(community: Community) -> None:
    """What happens when: Discord cannot show a server for a while."""
    await ready(community)
    await community.stop_bot()
    missed = await community.ada.post(community.papers, ADAM)
    community.clock.advance(3600)
    community.sandbox.gateway.in_outage.add(community.guild.id)
    await community.start_bot()
    await ready(community)
    community.clock.advance(120)  # the time is marked twice, were it not for that server
    await community.settled()
    await community.stop_bot()
    await community.start_bot()
    await ready(community)
    community.sandbox.gateway.end_outage(community.guild)
    await answered_once(community, missed)


# --- requests


UNKNOWN = "https://arxiv.org/abs/2401.99999"
TROUBLE: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "500, for long": {"status": 500, "times": 5},
    "502, though done": {"status": 502, "after_work": True},
    "503": {"status": 503},
    "503, though done": {"status": 503, "after_work": True},
    "504": {"status": 504, "after_work": True},
    "429 for the route": {"status": 429, "retry_after": 0.01},
    "429 for all": {"status": 429, "retry_after": 0.01, "is_global": True},
    "429 for long": {"status": 429, "retry_after": 3600},
    "429 from the proxy": {"status": 429, "from_proxy": True},
    "reset": {"reset": True},
    "reset, though done": {"reset": True, "after_work": True},
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
async def test_each_request_about_a_card(community: Community, trouble: dict[str, Any]) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    await ready(community)
    known = f"{ADAM} {GAN} {BERT} {ATTENTION} {UNKNOWN}"  # arXiv is asked once, before the trouble begins
    await community.reply_to(await community.ada.post(community.guild.add_channel("known"), known))
    await community.settled()

    async def through(method: str, path: str, act: Any, done: Callable[[], Any], what: str) -> None:
        fault = Fault(method=method, path=path, **({"times": 1} | trouble))
        with community.sandbox.faults.during(fault):
            await act
            await community.sandbox.until(lambda: fault.times == 0, what=f"trouble with {what}")
            await community.settled()
            community.clock.advance(600)
            await community.sandbox.until(done, what=what)
            await community.settled()

    room = f"/channels/{community.papers.id}/messages"
    message = await community.ada.post(community.guild.add_channel("first"), ATTENTION)
    await community.reply_to(message)

    posting = community.ada.post(community.papers, f"{ADAM} {GAN}")
    await through("POST", room, posting, community.papers.by_bot, "the card")
    (reply,) = community.papers.by_bot()
    asked = next(message for message in community.papers.messages if message.author.id == community.ada.id)
    edit = community.ada.edit(asked, f"{ADAM} {BERT}")
    await through("PATCH", room, edit, lambda: len(titles(reply)) == 2 and "BERT" in reply.text, "the edit")
    vote = community.grace.click(message.channel.by_bot()[0], "▲ Vote 0")
    again = community.ada.post(community.papers, f"again {ATTENTION}")
    short = await community.reply_to(await again)
    await through("PATCH", f"{room}/{short.id}", vote, lambda: "▲ Vote 1" in labels(short), "the count")
    delete = community.ada.delete(asked)
    await through("DELETE", room, delete, lambda: reply.deleted, "the reply to go")
    unknown = await community.ada.post(community.guild.add_channel("second"), "a word")
    mark = community.ada.edit(unknown, UNKNOWN)
    await through("PUT", "/reactions", mark, lambda: unknown.reactions, "the reaction")
    assert community.papers.by_bot() == [short]


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
async def test_threads_and_answers(community: Community, trouble: dict[str, Any]) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    several = await community.reply_to(await community.ada.post(community.papers, f"{ADAM} {GAN}"))
    await ready(community)
    for label, path in (("Discuss", f"/channels/{community.papers.id}/threads"), ("▲ Vote 0", "/interactions")):
        fault = Fault(method="POST", path=path, **({"times": 1} | trouble))
        with community.sandbox.faults.during(fault), community.sandbox.expect_refusal(40060):
            community.grace.send_click(several, label)
            await community.sandbox.until(lambda fault=fault: fault.times != 1, what="trouble")  # type: ignore[misc]  # bound at once
            await community.settled()
    said = (await community.grace.click(several, "Discuss")).text
    (thread,) = community.guild.active_threads
    assert f"<#{thread.id}>" in said
    await community.sandbox.until(lambda: labels(several).count("▲ Vote 1") == 1, what="the vote")


async def test_an_answer_that_would_have_to_wait_for_long_is_given_up(community: Community) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    card = await community.reply_to(await community.ada.post(community.papers, ADAM))
    await ready(community)
    limit = Fault(method="POST", path="/interactions", status=429, retry_after=3600, times=1)
    with community.sandbox.faults.during(limit):
        answer = await community.grace.click(card, "▲ Vote 0")  # the sentence comes after the limit was used up
    assert answer.text.startswith("Discord asks me to slow down")
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "defer-interaction"]
    await community.sandbox.until(lambda: "▲ Vote 1" in labels(card), what="the vote")


async def test_nobody_can_be_told_while_discord_takes_no_answers(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    card = await community.reply_to(await community.ada.post(community.papers, ADAM))
    await ready(community)
    with (
        community.sandbox.faults.during(Fault(method="POST", path="/interactions", status=429, retry_after=3600)),
        community.sandbox.faults.during(Fault(method="POST", path="/webhooks", status=429, retry_after=3600)),
    ):
        community.grace.send_click(card, "▲ Vote 0")
        await community.sandbox.until(lambda: "Could not answer" in caplog.text, what="a line in the log")
    await community.sandbox.until(lambda: "▲ Vote 1" in labels(card), what="the vote")
    await community.settled()
    assert [record for record in caplog.records if record.levelname == "ERROR" or record.exc_info] == []


async def test_a_member_reads_that_it_may_be_done(community: Community) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    several = await community.reply_to(await community.ada.post(community.papers, f"{ADAM} {GAN}"))
    fault = Fault(method="POST", path="/threads", status=502, after_work=True, times=1)
    with community.sandbox.faults.during(fault):
        first = await community.grace.click(several, "Discuss")
    assert first.text.startswith("Discord did not answer me. What you asked for may be done all the same")
    (thread,) = community.guild.active_threads
    assert f"<#{thread.id}>" in (await community.grace.click(several, "Discuss")).text


@pytest.mark.parametrize(
    "trouble", [TROUBLE["502, though done"], TROUBLE["503, though done"], TROUBLE["reset, though done"]]
)
async def test_everything_about_a_winner_is_there_once(
    community: Community, database_url: str, trouble: dict[str, Any]
) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    group = ReadingGroup(community, database_url)
    await group.list_papers()
    await group.ask("poll meeting", day="Tuesday", time="19:00")
    poll = await group.open_poll()
    await group.ada.vote_for(poll, [1])
    for method, path in (("POST", "/messages"), ("POST", "/threads"), ("PUT", "/pins"), ("POST", "/scheduled-events")):
        community.sandbox.faults.add(Fault(method=method, path=path, times=1, **trouble))
    with community.sandbox.expect_refusal(160004):
        await group.pass_hours(72)
        for _ in range(5):
            await group.pass_hours(0.1)
    assert len(group.told("this is what we read")) == 1
    (thread,) = group.guild.active_threads
    assert len(thread.pins) == 1
    assert len(group.told("### Alpha", thread)) == 1
    assert len(group.guild.scheduled_events) == 1


async def test_a_picture_is_posted_once(community: Community, database_url: str) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    group = ReadingGroup(community, database_url)
    await community.reply_to(await community.ada.post(community.guild.add_channel("elsewhere"), f"{ADAM} {GAN}"))
    for trouble in ({"status": 503}, {"reset": True, "after_work": True}):
        community.sandbox.faults.add(
            Fault(method="POST", path=f"/channels/{community.papers.id}/messages", times=1, **trouble)
        )
    await group.ask("digest post")
    for _ in range(4):
        await group.pass_hours(0.1)
    (digest,) = community.papers.by_bot()
    assert len(digest.attachments) == 1


async def test_a_request_that_is_given_up_in_a_limit_for_all_holds_up_nobody(
    community: Community, bot: PaperBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens when: Discord answers a request with an error, a limit or not at all."""
    await ready(community)
    monkeypatch.setattr("discord.http.asyncio", asyncio)  # here the library does wait
    room = bot.get_partial_messageable(community.papers.id)
    with community.sandbox.faults.during(Fault(method="POST", status=429, retry_after=20, is_global=True, times=1)):
        sending = asyncio.create_task(room.send("a word"))
        await community.sandbox.until(lambda: not bot.http._global_over.is_set(), what="the limit")
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    await community.reply_to(await community.ada.post(community.papers, ADAM))


async def test_a_gateway_that_drops_everybody_is_not_called_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def connect() -> None:
        return None

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(
        "bot.discord_requests.asyncio", SimpleNamespace(sleep=wait, get_running_loop=asyncio.get_running_loop)
    )
    paced = _paced(connect, lambda: 1)
    for _ in range(14):
        await paced()
    assert waits == [2, 4, 8, 16, 30, 30, 30]


async def test_others_have_their_turn_while_events_are_read() -> None:
    turns: list[int] = []
    read = 0

    async def receive() -> int:
        return 1

    async def other() -> None:
        while True:
            turns.append(read)
            await asyncio.sleep(0)

    reading = with_pauses(receive)
    task = asyncio.create_task(other())
    for _ in range(EVENTS_AT_ONCE * 3):
        read += await reading()
    task.cancel()
    assert turns == [EVENTS_AT_ONCE - 1, EVENTS_AT_ONCE * 2 - 1, EVENTS_AT_ONCE * 3 - 1]


@pytest.mark.parametrize("kind", [5, 99])
async def test_interactions_and_messages_of_an_unknown_kind(community: Community, kind: int) -> None:
    """What happens when: Discord sends an event that the bot cannot read."""
    message = await community.ada.post(community.papers, "a word")
    data = payloads.message_event(message, full=True)
    data |= {"type": 240, "components": [{"type": 230, "id": 1}], "flags": 1 << 15, "id": str(message.id + 1)}
    gateway = community.sandbox.gateway
    for session in gateway.sessions:
        gateway._dispatch(session, "MESSAGE_CREATE", data)
        gateway._dispatch(session, "SOMETHING_NEW", {"id": "1"})
        asked = {
            "id": "7",
            "type": kind,
            "token": "t",
            "version": 1,
            "application_id": "1",
            "guild_id": str(community.guild.id),
        }
        asked |= {"data": {"custom_id": "?", "components": [{"type": 77}]}, "channel_id": str(community.papers.id)}
        gateway._dispatch(session, "INTERACTION_CREATE", asked)
    await community.settled()
    await answered_once(community, await community.ada.post(community.papers, ADAM))
