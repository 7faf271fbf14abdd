"""What the arXiv source makes of a whole feed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.papers import PaperId
from bot.sources.arxiv import ArxivSource
from bot.sources.ports import SourceFailed
from tests.sources.feeds import entry, feed, refusal
from tests.sources.scripted_server import ScriptedServer, answer, scripted_server

ATTENTION = PaperId("arxiv", "1706.03762")
OLD = PaperId("arxiv", "hep-th/9901001")
UNKNOWN = PaperId("arxiv", "0808.05394")


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as running:
        yield running


@pytest.fixture
async def source(server: ScriptedServer) -> AsyncIterator[ArxivSource]:
    made = ArxivSource(server.url, "club@example.org", timeout_seconds=5)
    yield made
    await made.close()


async def test_papers_are_matched_by_id_not_by_position(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("hep-th/9901001v3", title="Old"), entry("1706.03762v7", title="New")))]
    got = await source.fetch([ATTENTION, UNKNOWN, OLD])
    assert {paper: (found.title, found.version) for paper, found in got.papers.items()} == {
        ATTENTION: ("New", 7),
        OLD: ("Old", 3),
    }
    assert got.papers[OLD].authors == ("José Núñez",)
    assert got.missing == {UNKNOWN}
    assert not got.doubtful
    assert not got.unasked


async def test_a_batch_is_one_request_with_contact(server: ScriptedServer, source: ArxivSource) -> None:
    ids = [PaperId("arxiv", f"1706.{number:05}") for number in range(100)]
    server.acts = [answer(feed(*(entry(f"{paper.value}v1") for paper in ids)))]
    got = await source.fetch(ids)
    assert len(got.papers) == 100
    (request,) = server.requests
    assert request.ids == [paper.value for paper in ids]
    assert "max_results=100" in request.target
    assert "club@example.org" in request.headers["User-Agent"]


async def test_no_second_page_is_asked_for(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("1706.03762v7"), total=3))]
    got = await source.fetch([ATTENTION, OLD, UNKNOWN])
    assert len(server.requests) == 1
    assert set(got.papers) == {ATTENTION}
    assert not got.missing, "a cut answer says nothing about the others"
    assert not got.unasked


async def test_an_entry_twice_is_one_paper_in_its_latest_version(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("1706.03762v6"), entry("1706.03762v7"), entry("1706.03762v5"), total=3))]
    got = await source.fetch([ATTENTION])
    assert got.papers[ATTENTION].version == 7


async def test_nothing_at_all_is_doubtful(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed())]
    got = await source.fetch([ATTENTION])
    assert got.doubtful
    assert not got.papers
    assert not got.missing


async def test_other_papers_than_asked_are_doubtful(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("hep-th/9901001v3")))]
    got = await source.fetch([ATTENTION])
    assert got.doubtful
    assert not got.papers


async def test_a_malformed_id_does_not_condemn_the_others(server: ScriptedServer, source: ArxivSource) -> None:
    malformed = PaperId("arxiv", "abc")
    server.acts = [answer(feed(refusal("abc")), status="400 Bad Request")]
    got = await source.fetch([ATTENTION, malformed, OLD])
    assert got.missing == {malformed}
    assert got.unasked == {ATTENTION, OLD}
    assert not got.papers
    assert not got.doubtful


async def test_the_error_entry_with_status_200(server: ScriptedServer, source: ArxivSource) -> None:
    malformed = PaperId("arxiv", "math/abc")
    server.acts = [answer(feed(refusal("math%2Fabc")))]
    got = await source.fetch([malformed])
    assert got.missing == {malformed}


async def test_a_refusal_of_an_id_nobody_asked_for_is_a_failure(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(refusal("abc")), status="400 Bad Request")]
    with pytest.raises(SourceFailed, match="refused"):
        await source.fetch([ATTENTION])


async def test_an_incomplete_entry_is_neither_found_nor_missing(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("1706.03762v7", published=False), entry("hep-th/9901001v3")))]
    got = await source.fetch([ATTENTION, OLD, UNKNOWN])
    assert set(got.papers) == {OLD}
    assert got.missing == {UNKNOWN}
    assert ATTENTION not in got.unasked


async def test_one_request_after_another_on_one_source(server: ScriptedServer, source: ArxivSource) -> None:
    server.acts = [answer(feed(entry("1706.03762v7"))), answer(feed(entry("hep-th/9901001v3")))]
    assert set((await source.fetch([ATTENTION])).papers) == {ATTENTION}
    assert set((await source.fetch([OLD])).papers) == {OLD}
