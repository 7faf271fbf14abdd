"""Papers by id, from a local arXiv that watches its terms."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.lookups import Lookup
from bot.domain.papers import PaperId
from bot.services import source_queue
from bot.services.fetching import PaperFetcher, Resolved
from bot.sources.arxiv import ArxivSource
from bot.storage import lookups, papers, source_gates
from bot.storage.database import Database
from sandbox.arxiv import LocalArxiv
from sandbox.arxiv_faults import FaultKind
from sandbox.catalogue.catalogue import Catalogue
from tests.services.waiting import WatchedClock, settle_down, until

KNOWN = [PaperId("arxiv", f"2401.{number:05}") for number in range(1, 121)]
ABSENT = PaperId("arxiv", "2401.99999")
SURE = ArxivSource.surely_exists


def record(paper: PaperId, **changes: Any) -> dict[str, Any]:
    made = {
        "id": paper.value,
        "title": f"On \\'Etale {paper.value}",
        "authors": ["José Núñez"],
        "abstract": "We prove that $x^2 \\ge 0$.",
        "categories": ["math.NT"],
        "published": "2024-01-02T03:04:05+00:00",
        "updated": "2024-01-02T03:04:05+00:00",
        "versions": 1,
    }
    return made | changes


class Heard:
    """What a subscriber is told, in order."""

    def __init__(self) -> None:
        self.ids: list[PaperId] = []
        self.failures = 0

    async def __call__(self, ids: Collection[PaperId]) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the subscriber is broken")
        self.ids.extend(ids)


class Club:
    """Fetchers of one or several processes, the database they share and the arXiv they ask."""

    def __init__(self, db: Database, arxiv: LocalArxiv, clock: WatchedClock) -> None:
        self.db = db
        self.arxiv = arxiv
        self.clock = clock
        self.heard = Heard()
        self.running: list[tuple[PaperFetcher, ArxivSource]] = []

    def start(self, db: Database | None = None) -> PaperFetcher:
        source = ArxivSource(self.arxiv.url, "club@example.org", timeout_seconds=20)
        fetcher = PaperFetcher(db or self.db, [source], self.clock)
        fetcher.on_settled = self.heard
        fetcher.start()
        self.running.append((fetcher, source))
        return fetcher

    async def stop(self) -> None:
        for fetcher, source in self.running:
            await fetcher.close()
            await source.close()
        self.running = []

    async def until_heard(self, *ids: PaperId, days: float = 3) -> None:
        await until(self.clock, lambda: set(ids) <= set(self.heard.ids), workers=len(self.running), days=days)
        await self.calm()

    async def calm(self) -> None:
        await settle_down(self.clock, workers=len(self.running))

    async def asked(self, count: int) -> None:
        """Goes on until so many requests have been answered."""
        await until(
            self.clock,
            lambda: len(self.arxiv.requests) >= count and all(request.end for request in self.arxiv.requests),
            workers=len(self.running),
        )
        await self.calm()

    async def lookups(self, *ids: PaperId) -> dict[PaperId, Lookup]:
        async with self.db.read() as conn:
            return await lookups.states(conn, ids)

    async def states(self, *ids: PaperId) -> dict[PaperId, str]:
        return {paper: lookup.state for paper, lookup in (await self.lookups(*ids)).items()}

    @property
    def gaps(self) -> list[float]:
        """Seconds between the end of one answer and the start of the next request."""
        requests = self.arxiv.requests
        return [
            (after.start - before.end).total_seconds() for before, after in pairwise(requests) if before.end is not None
        ]


@pytest.fixture
async def club(db: Database) -> AsyncIterator[Club]:
    clock = WatchedClock()
    catalogue = Catalogue()
    for paper in (*KNOWN, SURE):
        catalogue.add(record(paper))
    async with LocalArxiv(catalogue, clock) as arxiv:
        made = Club(db, arxiv, clock)
        yield made
        await made.stop()
        assert not arxiv.violations


async def resolve(club: Club, fetcher: PaperFetcher, ids: Sequence[PaperId], wait_seconds: float = 10) -> Resolved:
    asking = asyncio.create_task(fetcher.resolve(ids, wait_seconds))
    await until(club.clock, asking.done, workers=len(club.running))
    return await asking


async def test_an_unknown_paper_is_fetched_and_kept(club: Club) -> None:
    fetcher = club.start()
    paper = KNOWN[0]
    assert await fetcher.get([paper]) == {}
    resolved = await resolve(club, fetcher, [paper])
    stored = resolved.papers[paper]
    assert stored.paper.authors == ("José Núñez",)
    assert stored.title_text == "On Étale 2401.00001"
    assert "x²" in stored.abstract_text
    assert not resolved.missing
    assert not resolved.waiting
    await club.until_heard(paper)
    assert await club.states(paper) == {}
    assert await fetcher.get([paper]) == {paper: stored}
    assert (await resolve(club, fetcher, [paper])).papers == {paper: stored}
    assert len(club.arxiv.requests) == 1


async def test_nobody_has_to_be_told(club: Club) -> None:
    fetcher = club.start()
    fetcher.on_settled = None
    assert KNOWN[0] in (await resolve(club, fetcher, [KNOWN[0]])).papers
    await club.calm()
    assert await club.states(KNOWN[0]) == {}


async def test_the_same_paper_asked_for_twenty_times_is_one_request(club: Club) -> None:
    fetcher = club.start()
    asking = [asyncio.create_task(fetcher.resolve([KNOWN[0]], 10)) for _ in range(20)]
    await until(club.clock, lambda: all(task.done() for task in asking))
    assert all(KNOWN[0] in task.result().papers for task in asking)
    assert len(club.arxiv.requests) == 1
    await club.until_heard(KNOWN[0])
    assert club.heard.ids == [KNOWN[0]]


async def test_a_hundred_papers_within_a_second_are_two_requests(club: Club) -> None:
    fetcher = club.start()
    for paper in KNOWN[:100]:
        await fetcher.request([paper])
        await club.calm()
        club.clock.advance(0.01)
    await club.until_heard(*KNOWN[:100])
    assert len(club.arxiv.requests) == 2
    assert min(club.gaps) >= 3


async def test_papers_posted_together_travel_together(club: Club) -> None:
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.calm()
    club.clock.advance(0.05)
    await fetcher.request([KNOWN[1]])
    await club.until_heard(KNOWN[0], KNOWN[1])
    assert len(club.arxiv.requests) == 1


async def test_more_than_a_request_may_carry_go_out_in_turn(club: Club) -> None:
    fetcher = club.start()
    await fetcher.request(KNOWN)
    await club.until_heard(*KNOWN)
    assert [len(request.ids) for request in club.arxiv.requests] == [100, 20]


async def test_a_paper_that_does_not_exist_is_missing_beside_one_that_does(club: Club) -> None:
    fetcher = club.start()
    resolved = await resolve(club, fetcher, [KNOWN[0], ABSENT])
    assert set(resolved.papers) == {KNOWN[0]}
    assert resolved.missing == {ABSENT}
    await club.until_heard(KNOWN[0], ABSENT)
    assert len(club.arxiv.requests) == 1
    assert await club.states(KNOWN[0], ABSENT) == {ABSENT: "missing"}


async def test_alone_it_is_missing_only_after_a_second_look_beside_one_that_exists(club: Club) -> None:
    fetcher = club.start()
    resolved = await resolve(club, fetcher, [ABSENT])
    assert resolved.missing == {ABSENT}
    assert [request.ids for request in club.arxiv.requests] == [(ABSENT.value,), (ABSENT.value, SURE.value)]
    assert await fetcher.get([SURE]) == {}, "what nobody asked for is not kept"


async def test_a_paper_that_came_before_is_one_that_surely_exists(club: Club) -> None:
    fetcher = club.start()
    await resolve(club, fetcher, [KNOWN[5]])
    assert (await resolve(club, fetcher, [ABSENT])).missing == {ABSENT}
    assert club.arxiv.requests[-1].ids == (ABSENT.value, KNOWN[5].value)


async def test_the_paper_that_surely_exists_takes_a_place_of_the_request(club: Club) -> None:
    fetcher = club.start()
    absent = [PaperId("arxiv", f"2402.{number:05}") for number in range(100)]
    await fetcher.request(absent)
    await club.until_heard(*absent)
    assert [len(request.ids) for request in club.arxiv.requests] == [100, 100, 1, 2]


async def test_an_empty_answer_for_a_paper_that_exists_does_no_harm(club: Club) -> None:
    club.arxiv.fail("empty_feed")
    fetcher = club.start()
    resolved = await resolve(club, fetcher, [KNOWN[0]])
    assert KNOWN[0] in resolved.papers
    await club.until_heard(KNOWN[0])


async def test_empty_answers_even_for_a_paper_that_surely_exists_are_a_failure(club: Club) -> None:
    club.arxiv.fail("empty_feed", times=4)
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.asked(2)
    lookup = (await club.lookups(KNOWN[0]))[KNOWN[0]]
    assert lookup.state == "waiting"
    assert "surely exists" in lookup.reason
    await club.until_heard(KNOWN[0])
    assert KNOWN[0] in await fetcher.get([KNOWN[0]])


@pytest.mark.parametrize(
    "kind", [400, 429, 500, 503, "html", "empty_body", "truncated", "cut", "reset", "unpublished", "unordered"]
)
async def test_whatever_goes_wrong_the_papers_come_later(club: Club, kind: FaultKind) -> None:
    club.arxiv.fail(kind)
    fetcher = club.start()
    await fetcher.request(KNOWN[:3])
    await club.until_heard(*KNOWN[:3], days=0.1)
    assert set(await fetcher.get(KNOWN[:3])) == set(KNOWN[:3])
    assert await club.states(*KNOWN[:3]) == {}
    halves = kind in {400, 500}
    assert len(club.arxiv.requests) <= 2 + halves


async def test_retry_after_is_obeyed(club: Club) -> None:
    club.arxiv.fail(429, retry_after=600)
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.asked(1)
    await fetcher.request([KNOWN[1]])
    await club.until_heard(KNOWN[0], KNOWN[1])
    assert club.gaps[0] >= 600
    assert club.gaps[0] < 800


async def test_being_throttled_without_a_word_backs_off(club: Club) -> None:
    club.arxiv.fail(503, times=8)
    fetcher = club.start()
    for number in range(9):
        await fetcher.request([KNOWN[number]])
        await club.asked(number + 1)
    least = (0.8 * seconds for seconds in (15, 30, 60, 120, 240, 480, 900, 900))
    assert all(gap >= wait for gap, wait in zip(club.gaps, least, strict=True))
    assert all(gap <= 900.2 for gap in club.gaps)
    assert club.gaps[0] < 16, "new papers need not wait as long as those that failed"


async def test_after_three_failures_of_any_kind_arxiv_gets_a_rest(club: Club) -> None:
    club.arxiv.fail("reset", times=4)
    fetcher = club.start()
    for number in range(4):
        await fetcher.request([KNOWN[number]])
        await club.asked(number + 1)
    assert club.gaps[0] < 4
    assert club.gaps[1] < 4
    assert club.gaps[2] >= 48
    await club.until_heard(*KNOWN[:4])
    async with club.db.read() as conn:
        assert (await source_gates.state(conn, "arxiv")).failures == 0


async def test_what_failed_survives_a_restart(club: Club) -> None:
    club.arxiv.down = True
    fetcher = club.start()
    await fetcher.request(KNOWN[:2])
    await club.asked(1)
    await club.stop()
    club.arxiv.down = False
    fetcher = club.start()
    await club.until_heard(*KNOWN[:2])
    assert set(await fetcher.get(KNOWN[:2])) == set(KNOWN[:2])


async def test_two_processes_share_one_line_and_one_gate(club: Club, database_url: str) -> None:
    other_db = await Database.open(database_url)
    one, other = club.start(), club.start(other_db)
    asking = [asyncio.create_task(fetcher.resolve([KNOWN[n]], 30)) for n in range(0, 60, 2) for fetcher in (one, other)]
    asking += [asyncio.create_task(fetcher.resolve([KNOWN[0]], 30)) for fetcher in (one, other)]
    await until(club.clock, lambda: all(task.done() for task in asking), workers=2)
    asked = [name for request in club.arxiv.requests for name in request.ids]
    assert len(asked) == len(set(asked)) == 30
    assert not any(task.result().waiting for task in asking)
    await club.stop()
    await other_db.close()


async def test_a_process_that_died_while_asking_is_waited_for_and_replaced(club: Club) -> None:
    async with club.db.write() as conn:
        assert await source_gates.reserve(conn, "arxiv", club.clock.now(), 25) is None
    died_at = club.clock.now()
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.until_heard(KNOWN[0])
    (request,) = club.arxiv.requests
    assert 25 <= (request.start - died_at).total_seconds() < 26


async def test_a_paper_left_out_of_an_answer_waits_like_one_that_failed(club: Club) -> None:
    club.arxiv.fail("unpublished", times=2)
    fetcher = club.start()
    await fetcher.request(KNOWN[:2])
    await club.until_heard(KNOWN[1])
    left_out = (await club.lookups(KNOWN[0]))[KNOWN[0]]
    assert left_out.attempts == 1
    await club.until_heard(KNOWN[0])
    assert [len(request.ids) for request in club.arxiv.requests] == [2, 1, 1]
    assert club.gaps[0] >= 48
    assert club.gaps[1] >= 96


async def test_a_malformed_id_costs_the_others_one_request(club: Club) -> None:
    malformed = PaperId("arxiv", "abc")
    fetcher = club.start()
    resolved = await resolve(club, fetcher, [KNOWN[0], malformed, KNOWN[1]])
    assert set(resolved.papers) == {KNOWN[0], KNOWN[1]}
    assert resolved.missing == {malformed}
    assert len(club.arxiv.requests) == 2


async def test_a_missing_paper_is_looked_for_again_and_then_never(club: Club) -> None:
    fetcher = club.start()
    await fetcher.request([ABSENT])
    await club.until_heard(ABSENT)
    waits = []
    while (lookup := (await club.lookups(ABSENT))[ABSENT]).due_at is not None:
        waits.append((lookup.due_at - club.clock.now()) / timedelta(minutes=1))
        club.clock.jump_to(lookup.due_at)
        club.heard.ids.clear()
        await club.until_heard(ABSENT, days=0.01)
    assert [round(wait) for wait in waits] == [1, 60, 360, 1440]
    assert lookup.state == "missing"


async def test_a_paper_that_reaches_the_api_late_is_found(club: Club) -> None:
    fetcher = club.start()
    assert (await resolve(club, fetcher, [ABSENT])).missing == {ABSENT}
    club.arxiv.add(record(ABSENT))
    club.heard.ids.clear()
    await club.until_heard(ABSENT, days=0.01)
    assert ABSENT in await fetcher.get([ABSENT])


async def test_an_old_paper_is_refreshed_when_it_is_asked_for(club: Club) -> None:
    fetcher = club.start()
    await resolve(club, fetcher, [KNOWN[0]])
    await club.until_heard(KNOWN[0])
    club.clock.advance(29 * 24 * 3600)
    await fetcher.get([KNOWN[0]])
    await club.calm()
    club.clock.advance(5)
    await club.calm()
    assert len(club.arxiv.requests) == 1
    club.arxiv.add(record(KNOWN[0], versions=2, comment="This paper has been withdrawn by the author"))
    club.clock.advance(2 * 24 * 3600)
    assert (await fetcher.get([KNOWN[0]]))[KNOWN[0]].paper.version == 1, "it is shown at once, as it is known"
    await club.asked(2)
    stored = (await fetcher.get([KNOWN[0]]))[KNOWN[0]]
    assert stored.paper.version == 2
    assert stored.paper.withdrawn
    await club.calm()
    assert len(club.arxiv.requests) == 2


async def test_refreshing_takes_only_places_that_unknown_papers_leave(club: Club) -> None:
    fetcher = club.start()
    await fetcher.request(KNOWN[:10])
    await club.until_heard(*KNOWN[:10])
    club.clock.advance(31 * 24 * 3600)
    await club.calm()
    await fetcher.request(KNOWN[10:105])
    await fetcher.get(KNOWN[:10])
    await club.asked(3)
    names = [set(request.ids) for request in club.arxiv.requests[1:]]
    assert [len(request) for request in names] == [100, 5]
    assert {paper.value for paper in KNOWN[10:105]} <= names[0]


async def test_a_refresh_that_fails_changes_nothing(club: Club) -> None:
    fetcher = club.start()
    before = (await resolve(club, fetcher, [KNOWN[0]])).papers
    await club.until_heard(KNOWN[0])
    club.clock.advance(31 * 24 * 3600)
    club.arxiv.fail(500)
    await fetcher.get([KNOWN[0]])
    await club.asked(2)
    assert await club.states(KNOWN[0]) == {}
    assert await fetcher.get([KNOWN[0]]) == before
    await club.asked(3)
    assert (await fetcher.get([KNOWN[0]]))[KNOWN[0]].fetched_at > before[KNOWN[0]].fetched_at


async def test_a_paper_stored_before_a_crash_is_settled_without_asking(club: Club) -> None:
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.until_heard(KNOWN[0])
    await club.stop()
    club.heard.ids.clear()
    async with club.db.write() as conn:
        await lookups.wait(conn, [KNOWN[0]], club.clock.now())
    club.start()
    await club.until_heard(KNOWN[0])
    assert await club.states(KNOWN[0]) == {}
    assert len(club.arxiv.requests) == 1


async def test_a_subscriber_that_fails_hears_again(club: Club, caplog: pytest.LogCaptureFixture) -> None:
    club.heard.failures = 2
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.until_heard(KNOWN[0], days=0.01)
    assert await club.states(KNOWN[0]) == {}
    assert caplog.text.count("Asking arxiv went wrong") == 2
    assert len(club.arxiv.requests) == 1


async def test_a_mistake_in_a_source_does_not_end_the_line(
    club: Club, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fetch = ArxivSource.fetch
    mistakes = [ZeroDivisionError("a mistake")]

    async def mistaken(self: ArxivSource, ids: Sequence[PaperId]) -> Any:
        if mistakes:
            raise mistakes.pop()
        return await fetch(self, ids)

    monkeypatch.setattr(ArxivSource, "fetch", mistaken)
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.until_heard(KNOWN[0], days=0.001)
    assert "a mistake" in caplog.text


async def test_nobody_waits_longer_than_they_want(club: Club) -> None:
    club.arxiv.down = True
    fetcher = club.start()
    started = time.monotonic()
    resolved = await fetcher.resolve([KNOWN[0]], 0.1)
    assert resolved.waiting == {KNOWN[0]}
    assert time.monotonic() - started < 20


async def test_what_no_source_reads_is_not_waited_for(club: Club) -> None:
    fetcher = club.start()
    elsewhere = PaperId("openreview", "abc")
    assert await fetcher.resolve([elsewhere], 60) == Resolved({}, frozenset(), frozenset())
    assert await club.states(elsewhere) == {}


async def test_closing_ends_a_hanging_request_and_opens_the_gate(club: Club) -> None:
    club.arxiv.fail("hang")
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await until(club.clock, lambda: club.arxiv.requests)
    started = time.monotonic()
    await club.stop()
    assert time.monotonic() - started < 20
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("arxiv")]
    async with club.db.read() as conn:
        gate = await source_gates.state(conn, "arxiv")
    assert gate.next_at is not None
    assert gate.next_at - club.clock.now() == timedelta(seconds=3)
    await until(club.clock, lambda: club.arxiv.requests[0].end, workers=0)  # the local arXiv notices it, too
    club.start()
    await club.until_heard(KNOWN[0], days=0.001)


async def test_an_idle_line_is_looked_at_once_a_minute(club: Club) -> None:
    club.start()
    await club.calm()
    looks = 0
    started = club.clock.now()
    while club.clock.now() < started + timedelta(hours=1):
        assert club.clock.next_waking is not None
        club.clock.jump_to(club.clock.next_waking)
        looks += 1
        await club.calm()
    assert looks <= 61
    assert not club.arxiv.requests


async def test_reading_tex_does_not_hold_up_the_loop(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[threading.Thread] = set()

    def readable(text: str) -> str:
        threads.add(threading.current_thread())
        return text

    monkeypatch.setattr(source_queue, "readable", readable)
    fetcher = club.start()
    await fetcher.request([KNOWN[0]])
    await club.until_heard(KNOWN[0])
    assert threads
    assert threading.main_thread() not in threads


async def test_a_paper_known_by_its_doi_is_not_asked_for(club: Club) -> None:
    fetcher = club.start()
    await resolve(club, fetcher, [KNOWN[0]])
    doi = PaperId("doi", f"10.48550/arxiv.{KNOWN[0].value}")
    async with club.db.read() as conn:
        known = await papers.by_ids(conn, [KNOWN[0], doi])
    assert known[doi] == known[KNOWN[0]]
    assert (await fetcher.resolve([doi], 60)).papers == {doi: known[doi]}


@pytest.mark.parametrize(("failures", "opens_in"), [(3, 10), (5, 600), (1, 600)])
async def test_nobody_waits_for_a_source_that_rests(club: Club, failures: int, opens_in: float) -> None:
    """Also not for the end of the rest, when it is near: what comes then is one trial."""
    now = club.clock.now()
    async with club.db.write() as conn:
        await source_gates.release(conn, "arxiv", now + timedelta(seconds=opens_in), failures, now)
    fetcher = club.start()
    started = time.monotonic()
    assert (await fetcher.resolve([KNOWN[0]], 20)).waiting == {KNOWN[0]}
    assert time.monotonic() - started < 15
    assert await fetcher.resting() == ({"arxiv": now} if failures >= 3 else {})
    await club.until_heard(KNOWN[0])
    assert await fetcher.resting() == {}


async def test_who_comes_after_the_rest_waits_for_the_trial(club: Club) -> None:
    async with club.db.write() as conn:
        await source_gates.release(conn, "arxiv", club.clock.now(), 4, club.clock.now())
    fetcher = club.start()
    assert KNOWN[0] in (await resolve(club, fetcher, [KNOWN[0]], 60)).papers
    await club.calm()
    assert fetcher.failures() == {"arxiv": 0}
