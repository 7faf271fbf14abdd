"""How a reading of history stands, in words and buttons."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from bot.domain.backfill import MOST, Problem, Reading, State, state_of
from bot.views.backfills import reading_view
from tests.storage.examples import SERVER
from tests.views.layouts import BIGGEST, buttons, sound

CHANNEL = 1477953611643224064
MARCH_2 = 1477953626528808961


def reading(state: State = "running", **changes: object) -> Reading:
    fields: dict[str, object] = {
        "id": BIGGEST,
        "server_id": SERVER,
        "channel_id": CHANNEL,
        "state": state,
        "problem": None,
        "most": None,
        "messages": 2300,
        "mentions": 41,
        "papers": 17,
        "threads": 0,
        "at_id": MARCH_2,
        "behind": None,
        "answered_in": 1,
        "message_id": 2,
    }
    return Reading.model_validate(fields | changes)


def lines(shown: Reading) -> list[str]:
    [text] = sound(reading_view(shown))
    return text.splitlines()


def test_while_it_reads() -> None:
    assert lines(reading()) == [
        f"### Reading the history of <#{CHANNEL}>",
        "2,300 messages read.",
        "41 new mentions of papers so far.",
        "-# Oldest first, now at <t:1772442003:D>. I post no cards for these.",
    ]
    assert buttons(reading_view(reading())) == {"Stop": f"pc:1:backfill-stop:{BIGGEST}"}


def test_before_it_begins() -> None:
    assert lines(reading(messages=0, mentions=0, at_id=0, behind=CHANNEL + 1)) == [
        f"### Reading the history of <#{CHANNEL}>",
        f"I begin when I am through with <#{CHANNEL + 1}>.",
        "0 messages read.",
        "0 new mentions of papers so far.",
        "-# Oldest first, its threads after it. I post no cards for these.",
    ]


def test_stopped() -> None:
    shown = reading("stopped")
    assert lines(shown)[0] == f"### Stopped reading the history of <#{CHANNEL}>"
    assert buttons(reading_view(shown)) == {"Go on": f"pc:1:backfill-go-on:{BIGGEST}"}


def test_at_the_end() -> None:
    shown = reading("done", most=1000, threads=3)
    assert lines(shown) == [
        f"### I have read the history of <#{CHANNEL}>",
        "2,300 messages read in the channel and 3 threads (the newest 1,000 of each).",
        "**17 papers** shared there, **41 mentions** that I did not know.",
    ]
    assert buttons(reading_view(shown)) == {}
    assert lines(reading("done", most=5000))[1] == "2,300 messages read.", "the limit left nothing out"
    assert lines(reading("done", messages=1, papers=1, mentions=1))[1:] == [
        "1 message read.",
        "**1 paper** shared there, **1 mention** that I did not know.",
    ]
    assert lines(reading("done", papers=0))[-1] == "Nobody has shared a paper there."


@pytest.mark.parametrize(("state", "problem"), list(itertools.product(get_args(State), get_args(Problem))))
def test_every_problem_has_a_sentence_and_every_layout_is_within_the_limits(state: State, problem: Problem) -> None:
    biggest = {"messages": 10**9, "mentions": 10**9, "papers": 10**9, "threads": 10**6, "behind": BIGGEST}
    shown = lines(reading(state, problem=problem, most=MOST, channel_id=BIGGEST, at_id=MARCH_2, **biggest))
    assert shown[1].startswith("⚠️ ")
    assert shown[1].endswith(".")


def test_what_is_still_to_be_read_says_how_the_whole_stands() -> None:
    states = get_args(State)
    assert [state_of(["done", state, "done"]) for state in states] == list(states)
    assert state_of(["stopped", "running"]) == "running"
    assert state_of([]) == "done"
