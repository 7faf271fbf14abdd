"""Everything that is no answer is a failure, and none of it hangs."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import AsyncIterator

import pytest

from bot.domain.papers import PaperId
from bot.sources import arxiv_http
from bot.sources.arxiv import ArxivSource
from bot.sources.arxiv_http import retry_after
from bot.sources.ports import SourceFailed
from tests.sources.feeds import entry, feed
from tests.sources.scripted_server import Act, ScriptedServer, answer, drip, hang, reset, scripted_server

ATTENTION = PaperId("arxiv", "1706.03762")
GOOD = feed(entry("1706.03762v7"))


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as running:
        yield running


@pytest.fixture
async def source(server: ScriptedServer) -> AsyncIterator[ArxivSource]:
    made = ArxivSource(server.url, "club@example.org", timeout_seconds=5)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (answer(b"Rate exceeded.", status="429 Unknown"), "HTTP 429"),
        (answer(b"", status="503 Service Unavailable"), "HTTP 503"),
        (answer(b"oops", status="500 Internal Server Error"), "HTTP 500"),
        (answer(b"oops", status="400 Bad Request"), "HTTP 400"),
        (answer(GOOD, status="400 Bad Request"), "HTTP 400"),
        (answer(b"", status="302 Found", headers="Location: /elsewhere\r\n"), "HTTP 302"),
        (answer(b"<html><p>Maintenance</p></html>"), "not its feed"),
        (answer(b""), "no whole feed"),
        (answer(GOOD[:-20]), "no whole feed"),
        (answer(GOOD[:-20], length=len(GOOD)), "cut"),
        (answer(b"not gzip", headers="Content-Encoding: gzip\r\n"), "cut"),
        (answer(GOOD.replace(b"2017-06-12T17:57:34Z", b"last summer")), "cannot be read"),
        (reset, "hung up"),
    ],
)
async def test_no_answer_is_a_failure(server: ScriptedServer, source: ArxivSource, act: Act, reason: str) -> None:
    server.acts = [act, answer(GOOD)]
    with pytest.raises(SourceFailed, match=reason):
        await source.fetch([ATTENTION])
    assert len(server.requests) == 1, "no retry behind the gate's back"
    assert set((await source.fetch([ATTENTION])).papers) == {ATTENTION}, "the next request is as good as new"


async def test_nobody_listens(source: ArxivSource) -> None:
    unheard = ArxivSource("http://127.0.0.1:1/api/query", None, timeout_seconds=5)
    with pytest.raises(SourceFailed, match="could not be reached"):
        await unheard.fetch([ATTENTION])
    await unheard.close()


@pytest.mark.parametrize(("status", "throttled"), [(429, True), (503, True), (500, False), (404, False)])
async def test_how_long_to_wait_is_passed_on(
    server: ScriptedServer, source: ArxivSource, status: int, throttled: bool
) -> None:
    server.acts = [answer(b"", status=f"{status} No", headers="Retry-After: 120\r\n")]
    with pytest.raises(SourceFailed) as failure:
        await source.fetch([ATTENTION])
    assert failure.value.retry_after == 120
    assert failure.value.throttled is throttled


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": " 30 "}, 30),
        ({"Retry-After": "9" * 400}, 24 * 3600),
        (
            {"Retry-After": "Wed, 21 Oct 2026 07:30:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            120,
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": "Wed, 21 Oct 2026 07:30:00 GMT"}, 0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


async def test_a_body_beyond_any_answer_is_refused(
    server: ScriptedServer, source: ArxivSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_http, "MAX_BODY_BYTES", 100_000)
    packed = gzip.compress(feed(entry("1706.03762v7", title="A" * 1_000_000)))
    assert len(packed) < 10_000
    server.acts = [answer(packed, headers="Content-Encoding: gzip\r\n")]
    with pytest.raises(SourceFailed, match="more than any answer"):
        await source.fetch([ATTENTION])


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    "act",
    [
        hang,
        drip(HEAD + GOOD, every_seconds=0.02),
        drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1000, every_seconds=0.02),
    ],
    ids=["hang", "drip", "drip in the headers"],
)
async def test_the_whole_answer_is_bounded_in_time(server: ScriptedServer, act: Act) -> None:
    source = ArxivSource(server.url, None, timeout_seconds=0.3)
    server.acts = [act, answer(GOOD)]
    started = time.monotonic()
    with pytest.raises(SourceFailed, match="in time"):
        await source.fetch([ATTENTION])
    assert time.monotonic() - started < 10
    assert set((await source.fetch([ATTENTION])).papers) == {ATTENTION}, "its thread is free again"
    await source.close()


def arxiv_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("arxiv")]


async def test_cancelling_ends_the_request_and_closing_the_thread(server: ScriptedServer) -> None:
    source = ArxivSource(server.url, None, timeout_seconds=60)
    server.acts = [hang]
    asking = asyncio.create_task(source.fetch([ATTENTION]))
    await server.asked.wait()
    started = time.monotonic()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await source.close()
    assert time.monotonic() - started < 20
    assert not arxiv_threads()


async def test_closing_under_a_request_fails_it(server: ScriptedServer) -> None:
    source = ArxivSource(server.url, None, timeout_seconds=60)
    server.acts = [hang]
    asking = asyncio.create_task(source.fetch([ATTENTION]))
    await server.asked.wait()
    await source.close()
    with pytest.raises(SourceFailed):
        await asyncio.wait_for(asking, 20)
    await source.close()
