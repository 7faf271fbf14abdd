"""One id that spoils every request it is in, without being named."""

from __future__ import annotations

import pytest

from bot.domain.lookups import APART
from bot.services.fetching import PaperFetcher
from bot.storage import source_gates
from sandbox.arxiv_faults import FaultKind
from tests.services.test_fetching import KNOWN, SURE, Club, club, resolve

__all__ = ["club"]

CULPRIT = KNOWN[17]
INNOCENT = [paper for paper in KNOWN[:100] if paper != CULPRIT]


def spoil(club: Club, kind: FaultKind) -> PaperFetcher:
    club.arxiv.fail(kind, None, with_id=CULPRIT.value)
    return club.start()


async def failures(club: Club) -> int:
    async with club.db.read() as conn:
        return (await source_gates.state(conn, "arxiv")).failures


@pytest.mark.parametrize("kind", [400, 500])
async def test_the_others_come_within_a_minute(club: Club, kind: FaultKind) -> None:
    """What happens when: one id spoils arXiv's answer."""
    fetcher = spoil(club, kind)
    begun = club.clock.now()
    await fetcher.request(KNOWN[:100])
    await club.until_heard(*INNOCENT)
    assert (club.clock.now() - begun).total_seconds() < 60
    assert len(club.arxiv.requests) <= 17, (
        "a hundred are halved seven times, two requests each, and one paper proves it"
    )
    assert await failures(club) <= 1, "arXiv is not taken for dead"


async def test_what_arxiv_finds_fault_with_alone_is_missing(club: Club) -> None:
    resolved = await resolve(club, spoil(club, 400), [CULPRIT])
    assert resolved.missing == {CULPRIT}
    assert [request.ids for request in club.arxiv.requests] == [(CULPRIT.value,), (SURE.value,), (CULPRIT.value,)]
    assert await failures(club) == 0


async def test_what_arxiv_breaks_on_alone_waits_and_spoils_nothing_more(club: Club) -> None:
    fetcher = spoil(club, 500)
    resolved = await resolve(club, fetcher, [CULPRIT], wait_seconds=20)
    assert resolved.waiting == {CULPRIT}
    lookup = (await club.lookups(CULPRIT))[CULPRIT]
    assert lookup.reason == APART
    assert lookup.due_at is not None
    club.clock.jump_to(lookup.due_at)
    await fetcher.request(INNOCENT)
    await club.until_heard(*INNOCENT)
    asked = [request.ids for request in club.arxiv.requests[3:]]
    *alone, together = sorted(map(len, asked))
    assert together == 99, "the others in one request"
    assert set(alone) <= {1}
    assert await failures(club) == 0
    club.arxiv.clear()
    await club.until_heard(CULPRIT)


async def test_two_culprits_do_not_hide_each_other(club: Club) -> None:
    club.arxiv.fail(500, None, with_id=KNOWN[80].value)
    fetcher = spoil(club, 400)
    others = [paper for paper in INNOCENT if paper != KNOWN[80]]
    await fetcher.request(KNOWN[:100])
    await club.until_heard(*others, CULPRIT, days=0.02)
    assert await club.states(CULPRIT, KNOWN[80]) == {CULPRIT: "missing", KNOWN[80]: "waiting"}
    assert len(club.arxiv.requests) <= 40


async def test_an_outage_that_looks_like_it_costs_no_more_than_any_other(club: Club) -> None:
    """arXiv answers 500 to everything: after three requests it is left in peace, and asked for one sure paper."""
    club.arxiv.fail(500, times=6)
    fetcher = club.start()
    begun = club.clock.now()
    await fetcher.request(KNOWN[:100])
    await club.until_heard(*KNOWN[:100])
    assert [len(request.ids) for request in club.arxiv.requests[:6]] == [100, 50, 50, 1, 1, 1]
    assert len(club.arxiv.requests) <= 12
    assert club.gaps[2] >= 48
    assert club.gaps[3] >= 96
    assert (club.clock.now() - begun).total_seconds() < 1_000


async def test_halves_are_found_again_after_a_restart(club: Club) -> None:
    fetcher = spoil(club, 500)
    await fetcher.request(KNOWN[:100])
    await club.asked(3)
    await club.stop()
    asked = len(club.arxiv.requests)
    club.start()
    await club.until_heard(*INNOCENT)
    assert all(len(request.ids) <= 50 for request in club.arxiv.requests[asked:])
