"""Whatever goes wrong at arXiv: what members see, when the card comes, and how often arXiv was asked.

That its terms were kept all the time is checked by the `community` fixture: three seconds from the end of an answer
to the next request, one at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from bot.clock import Clock, sleep_unless
from bot.domain.papers import PaperId
from bot.services import source_queue
from bot.sources.arxiv import ArxivSource
from bot.storage import lookups
from bot.storage.database import Database
from sandbox.arxiv_faults import FaultKind
from sandbox.clock import VirtualClock
from sandbox.community import Community
from sandbox.state.message import Message
from tests.discord.papers import ADAM, ATTENTION, BERT, GAN, titles

AWAY = "arXiv is not answering just now. I keep trying; try again in a few minutes."
AT_ONCE_SECONDS = 8.0
"""A tenth of a second, and room for a machine with other work; a command that waits for arXiv takes 20."""

TIMEOUT_SECONDS = 0.4


@pytest.fixture
def clock() -> VirtualClock:
    """As fast as Discord's deadlines; the rest is jumped over."""
    return VirtualClock(running=True)


@pytest.fixture(autouse=True)
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where arXiv is too slow, the bot gives it less than 20 seconds of real time."""
    trouble = request.node.callspec.params.get("trouble") if hasattr(request.node, "callspec") else None
    if trouble is None or trouble.kind not in {"hang", "slow"}:
        return
    assert ArxivSource.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(ArxivSource.__init__.__kwdefaults__, "timeout_seconds", TIMEOUT_SECONDS)


class Line:
    """Knows whether the line to arXiv waits for nothing but the clock."""

    asleep = False

    async def sleep_unless(self, wake: asyncio.Event, clock: Clock, seconds: float) -> None:
        self.asleep = True
        try:
            await sleep_unless(wake, clock, seconds)
        finally:
            self.asleep = False


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    watched = Line()
    monkeypatch.setattr(source_queue, "sleep_unless", watched.sleep_unless)
    return watched


class Waiting:
    """Lets the clock jump from one waking to the next whenever the bot waits for nothing else."""

    def __init__(self, community: Community, line: Line) -> None:
        self.community = community
        self._line = line

    async def until(self, seen: Callable[[], object], *, hours: float = 1) -> float:
        """Returns the seconds that passed, by the clock."""
        clock, bot = self.community.clock, self.community.bot
        assert bot is not None
        begun = clock.now()
        await self.community.settled()  # it has read what was posted
        while not seen():
            assert clock.now() - begun < timedelta(hours=hours), "not seen"
            await asyncio.sleep(0.001)
            for _ in range(10):  # whoever was just woken first leaves the clock
                await asyncio.sleep(0)
            if self._line.asleep and bot.replies.idle and not seen() and clock.next_waking is not None:
                clock.advance(max((clock.next_waking - clock.now()).total_seconds(), 0))
        return (clock.now() - begun).total_seconds()

    async def reply(self, message: Message) -> float:
        return await self.until(lambda: self.community.replies_to(message))


@pytest.fixture
def waiting(community: Community, line: Line) -> Waiting:
    return Waiting(community, line)


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot noted of arXiv so far."""
    return [record.getMessage() for record in caplog.records if "in a row" in record.getMessage()]


async def failed(waiting: Waiting, caplog: pytest.LogCaptureFixture, times: int = 1) -> None:
    """Returns when arXiv has failed so often and the bot has nothing left to do about it."""
    await waiting.until(lambda: len(failures(caplog)) >= times)
    await waiting.community.settled()


async def says_at_once_that_arxiv_is_away(community: Community, link: str) -> None:
    """To them alone, without waiting for anything."""
    begun = monotonic()
    answer = await community.grace.command("paper", paper=link)
    assert monotonic() - begun < AT_ONCE_SECONDS
    assert answer.private is not None
    assert answer.text == AWAY


class Trouble(NamedTuple):
    """A fault of the next `times` requests; the one after them comes after so many seconds."""

    row: str
    kind: FaultKind
    retry_after: str | None = None
    seconds: tuple[float, float] = (47, 100)
    times: int = 1


TROUBLES = [
    Trouble("arXiv answers 429 or 503", 429),
    Trouble("arXiv answers 429 or 503", 503),
    Trouble("arXiv says how long to wait", 429, "300", (300, 360)),
    Trouble("arXiv says how long to wait", 429, "a date in ten minutes", (590, 660)),
    Trouble("arXiv says how long to wait", 503, "300", (300, 360)),
    Trouble("arXiv cannot be reached, or breaks off", "reset"),
    Trouble("arXiv cannot be reached, or breaks off", "torn"),
    Trouble("arXiv cannot be reached, or breaks off", "cut"),
    Trouble("arXiv does not answer in time", "hang"),
    Trouble("arXiv does not answer in time", "slow"),
    Trouble("arXiv answers with something else", "html"),
    Trouble("arXiv answers with something else", "truncated"),
    Trouble("arXiv answers with something else", "empty_body"),
    Trouble("arXiv answers without papers", "empty_feed", times=2),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: f"{trouble.kind} {trouble.retry_after or ''}".strip())
async def test_members_see_nothing_wrong_and_the_card_later(
    community: Community, waiting: Waiting, caplog: pytest.LogCaptureFixture, trouble: Trouble
) -> None:
    """What happens when: arXiv answers 429 or 503.

    What happens when: arXiv says how long to wait.
    What happens when: arXiv cannot be reached, or breaks off.
    What happens when: arXiv does not answer in time.
    What happens when: arXiv answers with something else.
    What happens when: arXiv answers without papers.
    """
    told = trouble.retry_after
    if told and not told.isdecimal():
        told = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    community.arxiv.fail(trouble.kind, trouble.times, retry_after=told, seconds=TIMEOUT_SECONDS * 4)
    message = await community.ada.post(community.papers, ATTENTION)
    await failed(waiting, caplog)
    await says_at_once_that_arxiv_is_away(community, ATTENTION)
    assert community.papers.by_bot() == []
    assert not message.reactions
    assert len(community.arxiv.requests) == trouble.times, "who asks in between makes no request"

    await waiting.reply(message)
    assert titles(await community.reply_to(message)) == ["Attention Is All You Need"]
    assert len(community.arxiv.requests) == trouble.times + 1
    spoilt, good = community.arxiv.requests[-2:]
    assert spoilt.end is not None
    least, most = trouble.seconds
    assert least <= (good.start - spoilt.end).total_seconds() <= most
    answer = await community.grace.command("paper", paper=ATTENTION)
    assert answer.public is not None
    assert len(community.arxiv.requests) == trouble.times + 1


async def test_nobody_listens_at_arxivs_address(
    community: Community, waiting: Waiting, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: arXiv cannot be reached, or breaks off."""
    port = urlsplit(community.arxiv.url).port
    assert port is not None
    await community.arxiv.stop()
    message = await community.ada.post(community.papers, ATTENTION)
    await failed(waiting, caplog)
    await says_at_once_that_arxiv_is_away(community, ATTENTION)
    assert community.papers.by_bot() == []
    await community.arxiv.start(port)
    assert 40 <= await waiting.reply(message) <= 100
    assert len(community.arxiv.requests) == 1


@pytest.mark.parametrize("kind", [400, 500])
async def test_an_answer_that_one_id_may_have_spoilt(
    community: Community, waiting: Waiting, caplog: pytest.LogCaptureFixture, kind: FaultKind
) -> None:
    """What happens when: one id spoils arXiv's answer."""
    community.arxiv.fail(kind, None, with_id="1412.6980")
    message = await community.ada.post(community.papers, f"{ATTENTION} {ADAM} {BERT}")
    if kind == 400:
        await waiting.until(lambda: message.reactions)
    await waiting.reply(message)
    (reply,) = community.replies_to(message)
    await waiting.until(lambda: len(titles(reply)) == 2)
    assert set(titles(reply)) == {
        "Attention Is All You Need",
        "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    }
    assert len(community.arxiv.requests) <= 8
    assert "(3 in a row)" not in caplog.text
    community.arxiv.clear()
    await waiting.until(lambda: len(titles(reply)) == 3)


async def test_one_malformed_id_costs_the_others_one_request(
    community: Community, waiting: Waiting, database_url: str
) -> None:
    """What happens when: arXiv finds one id malformed."""
    db = await Database.open(database_url)
    async with db.write() as conn:
        await lookups.wait(conn, [PaperId("arxiv", "abc")], community.clock.now())
    await db.close()
    message = await community.ada.post(community.papers, f"{ATTENTION} {BERT}")
    assert await waiting.reply(message) < 30
    assert len(titles(community.replies_to(message)[0])) == 2
    assert [len(request.ids) for request in community.arxiv.requests if "abc" not in request.ids] == [2]


async def test_an_id_that_does_not_exist(community: Community, waiting: Waiting) -> None:
    """What happens when: a link's paper does not exist."""
    message = await community.ada.post(community.papers, "https://arxiv.org/abs/2401.99999")
    await waiting.until(lambda: message.reactions)
    await community.settled()
    assert community.papers.by_bot() == []
    assert len(community.arxiv.requests) == 2, "alone, and again beside a paper that surely exists"
    answer = await community.grace.command("paper", paper="2401.99999")
    assert answer.private is not None
    assert answer.text == "arXiv knows no paper 2401.99999. Check the link or id."
    assert len(community.arxiv.requests) == 2


async def test_a_version_that_does_not_exist(community: Community, waiting: Waiting) -> None:
    """What happens when: a link's version does not exist."""
    message = await community.ada.post(community.papers, f"{ATTENTION}v99")
    assert await waiting.reply(message) < 30
    assert titles(community.replies_to(message)[0]) == ["Attention Is All You Need"]
    assert [request.ids for request in community.arxiv.requests] == [("1706.03762",)]


async def test_after_three_failures_nobody_waits_until_one_trial_succeeds(
    community: Community, waiting: Waiting, caplog: pytest.LogCaptureFixture
) -> None:
    """What happens when: arXiv fails three times in a row."""
    community.arxiv.down = True
    messages = []
    for number, link in enumerate((ATTENTION, ADAM, BERT)):
        messages.append(await community.ada.post(community.papers, link))
        await failed(waiting, caplog, number + 1)
    asked = len(community.arxiv.requests)
    since = community.arxiv.requests[0].end
    assert since is not None
    await says_at_once_that_arxiv_is_away(community, GAN)
    assert len(community.arxiv.requests) == asked
    page = (await community.manager.command("settings show")).text
    assert "⚠️ arXiv has not answered since <t:" in page

    community.arxiv.down = False
    await waiting.until(lambda: all(community.replies_to(message) for message in messages))
    trial = community.arxiv.requests[asked]
    last = community.arxiv.requests[asked - 1]
    assert last.end is not None
    assert 48 <= (trial.start - last.end).total_seconds() <= 120
    assert set(trial.ids) >= {"1406.2661"}, "what was asked for meanwhile is remembered"
    page = (await community.manager.command("settings show")).text
    assert "arXiv has not answered" not in page
