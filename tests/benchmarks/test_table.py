"""What stands in README is what was measured."""

from __future__ import annotations

import pytest

from benchmarks.figure import Figure, Goal, middle_ratio, percentile
from benchmarks.table import README, Machine, Results, markdown, read, renewed, row, short


def figure(**changes: object) -> Figure:
    return Figure.model_validate({"word": "link", "what": "a card", "unit": "ms", "own": 30.0} | changes)


def test_the_readme_shows_the_last_results() -> None:
    results = read()
    if results is None:
        pytest.skip("nothing was measured yet: make bench")
    page = README.read_text(encoding="utf-8")

    assert page.count("<!-- figures -->") == 1
    assert renewed(page, results) == page


def test_a_row_says_what_was_to_be_reached_and_whether_it_was() -> None:
    made = figure(bare=20.0, ratio=1.5, goal=Goal(limit=1.5, of="ratio"))

    assert row(made) == ("a card", "20 ms", "30 ms", "1.5×", "≤ 1.5×", "yes")
    assert row(figure(goal=Goal(limit=29))) == ("a card", "", "30 ms", "", "≤ 29 ms", "**no**")
    assert row(figure()) == ("a card", "", "30 ms", "", "", "")


def test_a_goal_may_be_the_least() -> None:
    assert Goal(limit=0.9, of="ratio", least=True).is_reached(1, 0.9)
    assert not Goal(limit=0.9, of="ratio", least=True).is_reached(1, 0.89)


def test_figures_measured_again_take_the_place_of_the_old() -> None:
    machine = Machine.this()
    before = Results(machine=machine, figures=(figure(), figure(word="vote", what="a vote")))
    after = Results(machine=machine, figures=(figure(own=10.0),)).merged(before)

    assert [(each.word, each.own) for each in after.figures] == [("vote", 30.0), ("link", 10.0)]


def test_numbers_are_short() -> None:
    assert [short(number) for number in (0, 0.9, 1.234, 12.34, 123.4, 12345.6)] == [
        "0",
        "0.9",
        "1.23",
        "12.3",
        "123",
        "12,346",
    ]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.95) == 96
    assert percentile([1], 0.95) == 1


def test_ratios_are_taken_round_by_round() -> None:
    assert middle_ratio([10, 30, 20], [10, 10, 10]) == 2


def test_the_table_has_a_line_for_each_figure() -> None:
    assert len(markdown([figure(), figure()])) == 4
