"""Each trouble arrives at a client as it does from arXiv."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator

import pytest
import requests

from sandbox.arxiv import LocalArxiv
from sandbox.arxiv_faults import FaultKind
from tests.sandbox.arxiv_client import fetch, get

IDS = "1706.03762,2005.11401"


@pytest.fixture
async def local() -> AsyncIterator[LocalArxiv]:
    async with LocalArxiv() as started:
        yield started


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_statuses(local: LocalArxiv, status: FaultKind) -> None:
    local.fail(status)
    answer = await get(local.url, id_list=IDS)
    assert answer.status_code == status == local.requests[0].status
    assert "Retry-After" not in answer.headers
    assert len(await fetch(local.url, IDS.split(","))) == 2, "the fault was for one request"


@pytest.mark.parametrize("when", [120, "Wed, 04 Mar 2026 09:00:00 GMT"])
async def test_retry_after(local: LocalArxiv, when: int | str) -> None:
    local.fail(429, retry_after=when)
    assert (await get(local.url, id_list=IDS)).headers["Retry-After"] == str(when)


@pytest.mark.parametrize("kind", ["html", "empty_body", "empty_feed"])
async def test_what_looks_like_no_such_paper(local: LocalArxiv, kind: FaultKind) -> None:
    local.fail(kind, times=2)
    answer = await get(local.url, id_list=IDS)
    assert answer.status_code == 200
    assert (b"<feed" in answer.content) == (kind == "empty_feed")
    assert await fetch(local.url, IDS.split(",")) == []


async def test_truncated_xml(local: LocalArxiv) -> None:
    local.fail("truncated")
    answer = await get(local.url, id_list=IDS)
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(ET.ParseError):
        ET.fromstring(answer.content)  # noqa: S314 - from a server of this test


async def test_cut_body(local: LocalArxiv) -> None:
    local.fail("cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        await get(local.url, id_list=IDS)


async def test_reset(local: LocalArxiv) -> None:
    local.fail("reset")
    with pytest.raises(requests.exceptions.ConnectionError, match="reset"):
        await get(local.url, id_list=IDS)
    assert local.requests[0].status is None
    assert local.requests[0].end is not None


async def test_down_until_it_is_not(local: LocalArxiv) -> None:
    local.down = True
    for _ in range(2):
        with pytest.raises(requests.exceptions.ConnectionError):
            await get(local.url, id_list=IDS)
    local.down = False
    assert len(await fetch(local.url, IDS.split(","))) == 2


async def test_hang_until_released(local: LocalArxiv) -> None:
    local.fail("hang")
    asking = asyncio.create_task(get(local.url, id_list=IDS))
    await local.until(lambda: len(local.requests) == 1)
    assert local.requests[0].end is None
    local.release()
    assert (await asking).content.count(b"<entry>") == 2


async def test_a_client_that_gives_up_has_ended_its_request(local: LocalArxiv) -> None:
    local.fail("hang")
    with pytest.raises(requests.exceptions.ReadTimeout):
        await get(local.url, seconds=0.05, id_list=IDS)
    await local.until(lambda: local.requests[0].end is not None)
    await get(local.url, id_list=IDS)
    assert "two at once" not in [violation.rule for violation in local.violations]


async def test_slow_is_right_in_the_end(local: LocalArxiv) -> None:
    plain = await get(local.url, id_list=IDS)
    local.fail("slow", seconds=0.1)
    slow = await get(local.url, id_list=IDS)
    assert slow.content[-2000:] == plain.content[-2000:]


async def test_an_entry_without_a_date(local: LocalArxiv) -> None:
    local.fail("unpublished")
    body = (await get(local.url, id_list=IDS)).content
    assert (body.count(b"<entry>"), body.count(b"<published>")) == (2, 1)


async def test_unordered(local: LocalArxiv) -> None:
    local.fail("unordered")
    papers = await fetch(local.url, IDS.split(","))
    assert [paper.get_short_id() for paper in papers] == ["2005.11401v4", "1706.03762v7"]


async def test_wrong_charset_hurts_only_who_trusts_the_header(local: LocalArxiv) -> None:
    local.fail("wrong_charset", times=2)
    answer = await get(local.url, id_list="2005.11401")
    assert "KÃ¼ttler" in answer.text
    (paper,) = await fetch(local.url, ["2005.11401"])
    assert "Heinrich Küttler" in [author.name for author in paper.authors]


async def test_faults_come_in_the_order_asked_for_and_can_last(local: LocalArxiv) -> None:
    local.fail(503)
    local.fail(429, times=None)
    statuses = [(await get(local.url, id_list=IDS)).status_code for _ in range(4)]
    assert statuses == [503, 429, 429, 429]
    local.clear()
    assert (await get(local.url, id_list=IDS)).status_code == 200
