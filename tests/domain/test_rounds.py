"""Who wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.rounds import Candidate, Decision, Standing, decide

START = datetime(2026, 3, 2, tzinfo=UTC)
CANDIDATES = [Candidate(position=position, paper=paper, reason="votes") for position, paper in enumerate((10, 20, 30))]


def standings(*votes_and_days: tuple[int, int]) -> dict[int, Standing]:
    return {
        candidate.paper: Standing(votes, START + timedelta(days=day))
        for candidate, (votes, day) in zip(CANDIDATES, votes_and_days, strict=True)
    }


def test_the_poll_decides() -> None:
    assert decide(CANDIDATES, {1: 2, 2: 5, 3: 4}, standings((9, 0), (0, 9), (9, 0))) == Decision(20)


def test_equal_votes_are_decided_by_the_list() -> None:
    assert decide(CANDIDATES, {1: 4, 3: 4}, standings((1, 0), (9, 0), (2, 9))) == Decision(30, "list votes")


def test_equal_on_the_list_too_the_older_entry_wins() -> None:
    assert decide(CANDIDATES, {1: 4, 3: 4}, standings((2, 5), (9, 0), (2, 1))) == Decision(30, "older entry")


def test_equal_in_everything_the_first_on_the_ballot_wins() -> None:
    assert decide(CANDIDATES, {2: 1, 3: 1}, standings((0, 0), (2, 1), (2, 1))) == Decision(20, "older entry")


def test_nobody_voted() -> None:
    assert decide(CANDIDATES, {}, standings((1, 0), (1, 0), (1, 0))) is None
    assert decide(CANDIDATES, {1: 0, 2: 0, 3: 0}, standings((1, 0), (1, 0), (1, 0))) is None
