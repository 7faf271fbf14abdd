"""The rule of the ballot, line by line, and what holds of every ballot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ballot import Listed, Nomination, ballot
from bot.domain.rounds import MOST_CANDIDATES, Place

START = datetime(2026, 3, 2, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def listed(paper: int, votes: int = 0, *, since: int = 0, field: str = "cs") -> Listed:
    return Listed(paper, votes, day(since), field)


def papers(places: tuple[Place, ...]) -> list[int]:
    return [place.paper for place in places]


def made(
    places: int = 4,
    *,
    nominations: list[Nomination] | None = None,
    carried: list[int] | None = None,
    on_list: list[Listed] | None = None,
    chosen: set[int] | None = None,
    mentions: dict[str, int] | None = None,
) -> tuple[Place, ...]:
    return ballot(
        places,
        nominations=nominations or [],
        carried=carried or [],
        listed=on_list or [],
        chosen=chosen or set(),
        mentions=mentions or {},
    )


def test_the_list_comes_by_votes_and_equal_votes_by_age() -> None:
    on_list = [listed(1, 2, since=5), listed(2, 3, since=9), listed(3, 2, since=1), listed(4, 0), listed(5, 1)]
    assert papers(made(on_list=on_list)) == [2, 3, 1, 5]


def test_nominations_come_first_the_oldest_before_the_others() -> None:
    wishes = [Nomination(8, 20, day(3)), Nomination(9, 21, day(1))]
    places = made(nominations=wishes, on_list=[listed(1, 5), listed(9, 1)])
    assert places[:2] == (Place(9, "nominated", 21), Place(8, "nominated", 20))
    assert papers(places) == [9, 8, 1]


def test_two_members_nominating_one_paper_take_one_place() -> None:
    wishes = [Nomination(8, 20, day(3)), Nomination(8, 21, day(1))]
    assert made(nominations=wishes) == (Place(8, "nominated", 21),)


def test_what_was_carried_over_stands_before_the_list() -> None:
    assert papers(made(carried=[7, 6], on_list=[listed(1, 9), listed(6, 2)])) == [7, 6, 1]


def test_a_paper_that_won_before_is_never_offered() -> None:
    wishes = [Nomination(3, 20, day(1))]
    places = made(nominations=wishes, carried=[2], on_list=[listed(1, 9), listed(2, 3), listed(4)], chosen={1, 2, 3})
    assert papers(places) == [4]


def test_the_last_place_goes_to_the_field_that_is_seldom_read() -> None:
    on_list = [*(listed(number, 9 - number) for number in range(1, 5)), listed(8, 1, field="math")]
    places = made(on_list=on_list, mentions={"cs": 30, "math": 2})
    assert papers(places) == [1, 2, 3, 8]
    assert places[-1].reason == "seldom"


def test_a_seldom_read_field_without_a_vote_keeps_no_place() -> None:
    on_list = [*(listed(number, 9 - number) for number in range(1, 5)), listed(8, 0, field="math")]
    assert papers(made(on_list=on_list, mentions={"cs": 30})) == [1, 2, 3, 4]


def test_of_several_fields_the_one_with_the_fewest_mentions_is_meant() -> None:
    on_list = [
        *(listed(number, 9 - number) for number in range(1, 5)),
        listed(8, 1, field="math"),
        listed(9, 1, field="q-bio"),
    ]
    assert papers(made(on_list=on_list, mentions={"cs": 30, "math": 2, "q-bio": 1}))[-1] == 9


def test_a_seldom_read_field_that_is_on_the_ballot_anyway_needs_no_place() -> None:
    on_list = [listed(1, 9, field="math"), *(listed(number, 9 - number) for number in range(2, 6))]
    assert papers(made(on_list=on_list, mentions={"cs": 30, "math": 2})) == [1, 2, 3, 4]


def test_nominations_alone_may_fill_the_ballot() -> None:
    wishes = [Nomination(number, number, day(number)) for number in range(1, 7)]
    assert papers(made(4, nominations=wishes, on_list=[listed(9, 9, field="math")])) == [1, 2, 3, 4]


_PAPER = st.integers(1, 15)
_LISTED = st.lists(
    st.builds(
        listed, _PAPER, st.integers(0, 3), since=st.integers(0, 5), field=st.sampled_from(["cs", "math", "other"])
    ),
    unique_by=lambda entry: entry.paper,
)


@given(
    places=st.integers(2, MOST_CANDIDATES),
    wishes=st.lists(st.builds(Nomination, _PAPER, st.integers(1, 9), st.integers(0, 9).map(day))),
    carried=st.lists(_PAPER, unique=True),
    on_list=_LISTED,
    chosen=st.sets(_PAPER),
    mentions=st.dictionaries(st.sampled_from(["cs", "math"]), st.integers(0, 9)),
)
def test_every_ballot_is_full_without_repeats_or_winners(
    *,
    places: int,
    wishes: list[Nomination],
    carried: list[int],
    on_list: list[Listed],
    chosen: set[int],
    mentions: dict[str, int],
) -> None:
    offered = papers(
        made(places, nominations=wishes, carried=carried, on_list=on_list, chosen=chosen, mentions=mentions)
    )
    eligible = {wish.paper for wish in wishes} | set(carried) | {entry.paper for entry in on_list}
    assert len(offered) == len(set(offered)) == min(places, len(eligible - chosen))
    assert set(offered) <= eligible - chosen
