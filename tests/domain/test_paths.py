"""What to read before what: never a circle, and every arrow kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.paths import PATH_DEPTH, PATH_LENGTH, circle, in_order, nearest
from tests.storage.examples import NOW

arrows = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40)


def built(asked: list[tuple[int, int]]) -> dict[int, list[int]]:
    """The arrows that the rule lets in, one after the other."""
    firsts: dict[int, list[int]] = {}
    for paper, first in asked:
        closed = circle(firsts, paper, first)
        if closed is None:
            firsts.setdefault(paper, []).append(first)
        else:
            assert closed[0] == closed[-1] == paper
            assert closed[1] == first
            assert all(then in firsts[here] for here, then in pairwise(closed[1:]))
    return firsts


@given(arrows, st.lists(st.integers(0, 5), min_size=12, max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_for_there_is_an_order_that_keeps_every_arrow(
    asked: list[tuple[int, int]], days: list[int]
) -> None:
    firsts = built(asked)
    published = {number: NOW + timedelta(days=day) for number, day in enumerate(days)}
    order = in_order(firsts, range(12), published)
    assert sorted(order) == list(range(12)), "nothing is left out: there is no circle"
    place = {number: at for at, number in enumerate(order)}
    assert all(place[first] < place[paper] for paper, before in firsts.items() for first in before)


@given(arrows, st.integers(0, 11))
@settings(max_examples=100, deadline=None)
def test_a_path_holds_what_comes_before_and_nothing_else(asked: list[tuple[int, int]], paper: int) -> None:
    firsts = built(asked)
    wanted: set[int] = set()
    row = [paper]
    while row:
        row = [first for here in row for first in firsts.get(here, ()) if first not in wanted]
        wanted.update(row)
    found, more = nearest(firsts, paper)
    assert paper not in found
    assert len(set(found)) == len(found) <= PATH_LENGTH
    assert set(found) <= wanted
    assert more == (set(found) != wanted)


def test_a_long_chain_is_cut_at_its_depth_and_says_so() -> None:
    chain = {number: [number + 1] for number in range(1, 50)}
    path = nearest(chain, 1)
    assert path.numbers == tuple(range(2, 2 + PATH_DEPTH))
    assert path.more


def test_many_at_once_are_cut_at_the_length() -> None:
    path = nearest({1: list(range(2, 40))}, 1)
    assert (len(path.numbers), path.more) == (PATH_LENGTH, True)


def test_equal_ones_come_by_date_and_those_without_one_last() -> None:
    published = {2: None, 3: NOW, 4: NOW - timedelta(days=1)}
    assert in_order({1: [2, 3, 4]}, [2, 3, 4], published) == [4, 3, 2]


def test_a_circle_is_the_shortest_one() -> None:
    firsts = {2: [3, 5], 3: [4], 4: [1], 5: [1]}
    assert circle(firsts, 1, 2) == [1, 2, 5, 1]
    assert circle(firsts, 1, 1) == [1, 1]
    assert circle(firsts, 2, 1) is None
