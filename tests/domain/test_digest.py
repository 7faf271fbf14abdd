"""What a digest names, chosen from a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.categories import OTHER_FIELD
from bot.domain.digest import TOP, Count, Digest, Shared, Week, choose

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def shared(paper: int, *, days_ago: float = 1, mentions: int = 1, field: str = "cs", votes: int = 0) -> Shared:
    return Shared(paper=paper, mentions=mentions, first_at=NOW - timedelta(days=days_ago), field=field, votes=votes)


def chosen(week: Week, *, not_outside: tuple[int, ...] = (), not_past: tuple[int, ...] = ()) -> Digest:
    found = choose(week, not_outside=not_outside, not_past=not_past)
    assert found is not None
    return found


def week(**parts: object) -> Week:
    """A week in which one paper got a vote, with these things besides."""
    return Week.model_validate({"since": NOW - timedelta(days=7), "until": NOW, "votes": {1: 1}} | parts)


def test_a_week_with_nothing_in_it() -> None:
    old = shared(1, days_ago=365)
    assert choose(week(votes={}, known=(old,), usual={"cs": 9}), not_outside=(), not_past=()) is None
    assert choose(week(votes={1: 0}, messages={1: 0}), not_outside=(), not_past=()) is None


def test_top_papers_by_mentions_then_votes_then_age() -> None:
    papers = (
        shared(1, mentions=1, days_ago=1),
        shared(2, mentions=1, days_ago=2),
        shared(3, mentions=1, votes=1),
        shared(4, mentions=2),
    )
    found = chosen(week(shared=papers))
    assert found.shared == 4
    assert found.top == (Count(paper=4, count=2), Count(paper=3, count=1), Count(paper=2, count=1))


def test_most_votes_and_messages() -> None:
    found = chosen(week(votes={1: 1, 2: 5, 3: 5, 4: 2}, messages={7: 30, 8: 0}))
    assert [each.paper for each in found.voted] == [2, 3, 4]
    assert found.discussed == (Count(paper=7, count=30),)


@pytest.mark.parametrize(("mentions_of_math", "outside"), [(14, 5), (15, None)])
def test_a_field_is_outside_below_its_share(mentions_of_math: int, outside: int | None) -> None:
    usual = {"cs": 100 - mentions_of_math, "math": mentions_of_math}
    assert chosen(week(known=(shared(5, field="math"),), usual=usual)).outside == outside


def test_outside_has_most_votes_and_is_nothing_that_is_named_or_of_no_field() -> None:
    known = (
        shared(1, field="math", votes=9),  # named: it got a vote this week
        shared(2, field="math", votes=8),  # named lately
        shared(3, field=OTHER_FIELD, votes=7),
        shared(4, field="math", votes=5, days_ago=3),
        shared(5, field="math", votes=5, days_ago=2),
    )
    assert chosen(week(known=known, usual={"cs": 9}), not_outside=(2,)).outside == 5
    assert chosen(week(known=known)).outside is None


@pytest.mark.parametrize(("days_ago", "is_named"), [(349, False), (350, True), (380, True), (381, False)])
def test_about_a_year_ago(days_ago: int, is_named: bool) -> None:
    past = chosen(week(known=(shared(5, days_ago=days_ago),))).past
    assert (past is not None) == is_named


def test_without_a_paper_of_a_year_ago_an_older_one_that_comes_up_again() -> None:
    known = (
        shared(2, days_ago=60, mentions=2),
        shared(3, days_ago=60, mentions=3),
        shared(4, days_ago=55, mentions=9),  # younger than eight weeks
        shared(5, days_ago=60, mentions=1),
    )
    assert chosen(week(known=known)).past == known[1]
    assert chosen(week(known=known), not_past=(3,)).past == known[0]
    assert chosen(week(known=known), not_past=(2, 3)).past is None
    year_ago = shared(6, days_ago=365)
    assert chosen(week(known=(*known, year_ago))).past == year_ago


papers = st.builds(
    shared,
    st.integers(1, 30),
    days_ago=st.integers(0, 400),
    mentions=st.integers(1, 5),
    field=st.sampled_from(["cs", "math", "stat", OTHER_FIELD]),
    votes=st.integers(0, 5),
)
several = st.lists(papers, max_size=20, unique_by=lambda paper: paper.paper).map(tuple)
counts = st.dictionaries(st.integers(1, 30), st.integers(0, 9), max_size=6)
taken = st.sets(st.integers(1, 30), max_size=10)


@given(several, several, counts, counts, taken, taken)
def test_outside_and_past_are_named_for_the_first_time(  # noqa: PLR0917 - hypothesis passes them
    new: tuple[Shared, ...],
    known: tuple[Shared, ...],
    votes: dict[int, int],
    messages: dict[int, int],
    not_outside: set[int],
    not_past: set[int],
) -> None:
    usual = {"cs": 80, "math": 20}
    parts = week(shared=new, known=known, votes=votes, messages=messages, usual=usual)
    found = choose(parts, not_outside=not_outside, not_past=not_past)
    if found is None:
        assert not new
        assert not any([*votes.values(), *messages.values()])
        return
    listed = {each.paper for each in (*found.top, *found.voted, *found.discussed)}
    past = found.past.paper if found.past else None
    assert not {found.outside, past} & listed
    assert found.outside is None or (found.outside not in not_outside and found.outside != past)
    assert past is None or past not in not_past
    assert found.papers == (listed | {found.outside, past}) - {None}
    assert max(len(found.top), len(found.voted), len(found.discussed)) <= TOP
