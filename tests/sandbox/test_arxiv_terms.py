"""arXiv's terms are watched by the clock that the local arXiv was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox.arxiv import LocalArxiv
from sandbox.clock import VirtualClock
from tests.sandbox.arxiv_client import fetch, get


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def local(clock: VirtualClock) -> AsyncIterator[LocalArxiv]:
    async with LocalArxiv(clock=clock) as started:
        yield started


def rules(local: LocalArxiv) -> list[str]:
    return [violation.rule for violation in local.violations]


async def test_three_seconds_from_the_end_of_an_answer(local: LocalArxiv, clock: VirtualClock) -> None:
    await get(local.url, id_list="1706.03762")
    clock.advance(3)
    await get(local.url, id_list="1706.03762")
    assert rules(local) == []
    clock.advance(2.9)
    await get(local.url, id_list="1706.03762")
    assert rules(local) == ["too soon"]
    assert "2.900 s" in local.violations[0].detail


async def test_the_pause_counts_from_the_end_and_not_from_the_start(local: LocalArxiv, clock: VirtualClock) -> None:
    local.fail("hang")
    asking = asyncio.create_task(get(local.url, id_list="1706.03762"))
    await local.until(lambda: len(local.requests) == 1)
    clock.advance(10)
    local.release()
    await asking
    clock.advance(1)
    await get(local.url, id_list="1706.03762")
    assert rules(local) == ["too soon"]


async def test_two_at_once(local: LocalArxiv) -> None:
    local.fail("hang")
    asking = asyncio.create_task(get(local.url, id_list="1706.03762"))
    await local.until(lambda: len(local.requests) == 1)
    await get(local.url, id_list="1706.03762")
    assert rules(local) == ["two at once"]
    local.release()
    await asking


async def test_a_user_agent_without_a_contact(local: LocalArxiv) -> None:
    await fetch(local.url, ["1706.03762"])
    assert rules(local) == ["no contact"], "the library's own User-Agent names nobody"
    assert local.requests[0].user_agent.startswith("arxiv.py/")


async def test_more_than_a_hundred_ids(local: LocalArxiv, clock: VirtualClock) -> None:
    ids = [f"2401.{number:05}" for number in range(101)]
    await get(local.url, id_list=",".join(ids[:100]))
    clock.advance(3)
    await get(local.url, id_list=",".join(ids))
    assert rules(local) == ["too many ids"]
    assert local.requests[1].ids == tuple(ids)


async def test_requests_are_kept_with_their_times(local: LocalArxiv, clock: VirtualClock) -> None:
    await get(local.url, id_list="1706.03762, hep-th/9711200v2")
    (request,) = local.requests
    assert request.ids == ("1706.03762", "hep-th/9711200v2")
    assert request.start == request.end == clock.now()
    assert request.status == 200
